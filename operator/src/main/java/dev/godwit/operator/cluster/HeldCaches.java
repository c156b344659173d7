package dev.godwit.operator.cluster;

import dev.godwit.operator.resource.Marks;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.apps.ControllerRevision;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The caches of what migrations hold or made, one a kind: workloads, what was recorded of them,
 * Services, EndpointSlices, Jobs.
 */
final class HeldCaches implements AutoCloseable {

  private final Map<Class<? extends HasMetadata>, HeldCache<? extends HasMetadata>> caches;

  HeldCaches(KubernetesClient client, Set<String> namespaces, Wakeup wakeup, InstantSource clock) {
    caches =
        Stream.of(
                Deployment.class,
                StatefulSet.class,
                ControllerRevision.class,
                Service.class,
                EndpointSlice.class,
                Job.class)
            .collect(
                Collectors.toUnmodifiableMap(
                    kind -> kind,
                    kind -> new HeldCache<>(informers(client, kind, namespaces), wakeup, clock)));
  }

  private static <T extends HasMetadata> List<SharedIndexInformer<T>> informers(
      KubernetesClient client, Class<T> kind, Set<String> namespaces) {
    if (namespaces.isEmpty()) {
      return List.of(
          client.resources(kind).inAnyNamespace().withLabel(Marks.MIGRATION).runnableInformer(0));
    }
    return namespaces.stream()
        .map(
            namespace ->
                client
                    .resources(kind)
                    .inNamespace(namespace)
                    .withLabel(Marks.MIGRATION)
                    .runnableInformer(0))
        .toList();
  }

  void start() {
    caches.values().forEach(HeldCache::start);
  }

  boolean haveSynced() {
    return caches.values().stream().allMatch(HeldCache::hasSynced);
  }

  boolean areWatching() {
    return caches.values().stream().allMatch(HeldCache::isWatching);
  }

  /** The cache of a kind, where the kind is cached. */
  @SuppressWarnings("unchecked") // a cache is stored under the class of its objects
  <T extends HasMetadata> Optional<HeldCache<T>> of(Class<T> kind) {
    return Optional.ofNullable((HeldCache<T>) caches.get(kind));
  }

  /** See {@link HeldCache#wrote}. */
  @SuppressWarnings("unchecked") // the class of an object is the class of its kind
  <T extends HasMetadata> void wrote(T after) {
    of((Class<T>) after.getClass()).ifPresent(cache -> cache.wrote(after));
  }

  /** See {@link HeldCache#deleted}. */
  @SuppressWarnings("unchecked") // the class of an object is the class of its kind
  <T extends HasMetadata> void deleted(T seen) {
    of((Class<T>) seen.getClass()).ifPresent(cache -> cache.deleted(seen));
  }

  @Override
  public void close() {
    caches.values().forEach(HeldCache::close);
  }
}
