package dev.godwit.operator.cluster;

import dev.godwit.api.v1alpha1.SchemaMigration;
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
import java.util.function.Function;
import java.util.stream.Collectors;

/** The caches of what migrations hold or made, one a kind of object. */
final class HeldCaches implements AutoCloseable {

  private final Map<Class<? extends HasMetadata>, HeldCache<? extends HasMetadata>> caches;

  private HeldCaches(Map<Class<? extends HasMetadata>, HeldCache<? extends HasMetadata>> caches) {
    this.caches = caches;
  }

  /**
   * What Migrations hold: workloads, what was recorded of them, Services, EndpointSlices, Jobs.
   *
   * @param namespaces that are watched; empty means all
   */
  static HeldCaches ofMigrations(
      KubernetesClient client, Set<String> namespaces, Wakeup wakeup, InstantSource clock) {
    return of(
        List.of(
            Deployment.class,
            StatefulSet.class,
            ControllerRevision.class,
            Service.class,
            EndpointSlice.class,
            Job.class),
        kind -> cache(client, kind, Marks.MIGRATION, namespaces, wakeup, clock));
  }

  /**
   * The SchemaMigrations that Migrations hold.
   *
   * @param namespaces that are watched; empty means all
   */
  static HeldCaches ofStages(
      KubernetesClient client, Set<String> namespaces, Wakeup wakeup, InstantSource clock) {
    return of(
        List.of(SchemaMigration.class),
        kind -> cache(client, kind, Marks.MIGRATION, namespaces, wakeup, clock));
  }

  /**
   * What SchemaMigrations made: Jobs.
   *
   * @param namespaces that are watched; empty means all
   */
  static HeldCaches ofSchemaMigrations(
      KubernetesClient client, Set<String> namespaces, Wakeup wakeup, InstantSource clock) {
    return of(
        List.of(Job.class),
        kind -> cache(client, kind, Marks.SCHEMA_MIGRATION, namespaces, wakeup, clock));
  }

  private static <T extends HasMetadata> HeldCache<T> cache(
      KubernetesClient client,
      Class<T> kind,
      String label,
      Set<String> namespaces,
      Wakeup wakeup,
      InstantSource clock) {
    return new HeldCache<>(label, informers(client, kind, label, namespaces), wakeup, clock);
  }

  private static HeldCaches of(
      List<Class<? extends HasMetadata>> kinds,
      Function<Class<? extends HasMetadata>, HeldCache<? extends HasMetadata>> cache) {
    return new HeldCaches(
        kinds.stream().collect(Collectors.toUnmodifiableMap(Function.identity(), cache)));
  }

  private static <T extends HasMetadata> List<SharedIndexInformer<T>> informers(
      KubernetesClient client, Class<T> kind, String label, Set<String> namespaces) {
    if (namespaces.isEmpty()) {
      return List.of(client.resources(kind).inAnyNamespace().withLabel(label).runnableInformer(0));
    }
    return namespaces.stream()
        .map(
            namespace ->
                client.resources(kind).inNamespace(namespace).withLabel(label).runnableInformer(0))
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
