package dev.godwit.operator.e2e;

import io.fabric8.kubernetes.api.model.ObjectReference;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.discovery.v1.Endpoint;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.assertj.core.api.Assertions;

/** Where the traffic of a Service could go, from the moment on that this was opened. */
final class EndpointHistory implements AutoCloseable {

  /** The ready pods behind the Service from a time on. */
  record Entry(Instant since, Set<String> pods) {}

  private final Map<String, Set<String>> slices = new HashMap<>();
  private final List<Entry> entries = new ArrayList<>();
  private final Set<String> uids = new HashSet<>();
  private final Map<Predicate<Entry>, CompletableFuture<Entry>> wishes = new HashMap<>();
  private final SharedIndexInformer<EndpointSlice> informer;

  private EndpointHistory(String namespace, String service) {
    informer =
        LocalCluster.CLIENT
            .discovery()
            .v1()
            .endpointSlices()
            .inNamespace(namespace)
            .withLabel("kubernetes.io/service-name", service)
            .inform(
                new ResourceEventHandler<EndpointSlice>() {
                  @Override
                  public void onAdd(EndpointSlice slice) {
                    seen(slice);
                  }

                  @Override
                  public void onUpdate(EndpointSlice before, EndpointSlice slice) {
                    seen(slice);
                  }

                  @Override
                  public void onDelete(EndpointSlice slice, boolean unknown) {
                    seen(slice.getMetadata().getName(), Set.of());
                  }
                });
  }

  static EndpointHistory of(Application application) {
    return of(application, application.name());
  }

  static EndpointHistory of(String namespace, String service) {
    return new EndpointHistory(namespace, service);
  }

  static EndpointHistory of(Application application, String service) {
    return new EndpointHistory(application.namespace(), service);
  }

  /** Waits until only pods of the Deployment of that name are behind the Service. */
  Entry onlyOf(String deployment) {
    return await(
        "only pods of " + deployment + " behind the Service",
        entry ->
            !entry.pods().isEmpty()
                && entry.pods().stream().allMatch(pod -> isOf(pod, deployment)));
  }

  /**
   * Waits until exactly so many pods are behind the Service, all of the Deployment of that name.
   */
  Entry onlyOf(String deployment, int pods) {
    return await(
        pods + " pods of " + deployment + " and no others behind the Service",
        entry ->
            entry.pods().size() == pods
                && entry.pods().stream().allMatch(pod -> isOf(pod, deployment)));
  }

  /** Asserts that there was a pod to answer at every moment. */
  EndpointHistory wasNeverEmpty() {
    Assertions.assertThat(entries())
        .isNotEmpty()
        .allSatisfy(entry -> Assertions.assertThat(entry.pods()).isNotEmpty());
    return this;
  }

  /** Asserts that there were so many pods to answer at every moment. */
  EndpointHistory neverHadFewerThan(int pods) {
    Assertions.assertThat(entries())
        .isNotEmpty()
        .allSatisfy(entry -> Assertions.assertThat(entry.pods()).hasSizeGreaterThanOrEqualTo(pods));
    return this;
  }

  /** Asserts that no pod of that Deployment was ever behind the Service. */
  EndpointHistory neverHeld(String deployment) {
    Assertions.assertThat(entries())
        .isNotEmpty()
        .allSatisfy(
            entry -> Assertions.assertThat(entry.pods()).noneMatch(pod -> isOf(pod, deployment)));
    return this;
  }

  /** Asserts of a pod, which may have the name of another, that it was never behind the Service. */
  EndpointHistory neverHeld(Pod pod) {
    Assertions.assertThat(uids()).isNotEmpty().doesNotContain(pod.getMetadata().getUid());
    return this;
  }

  private synchronized Set<String> uids() {
    return Set.copyOf(uids);
  }

  synchronized List<Entry> entries() {
    return List.copyOf(entries);
  }

  @Override
  public void close() {
    informer.close();
  }

  /** Waits for an entry: the present one, or one that is to come. */
  private Entry await(String what, Predicate<Entry> wanted) {
    CompletableFuture<Entry> done = new CompletableFuture<>();
    synchronized (this) {
      if (!entries.isEmpty() && wanted.test(entries.getLast())) {
        return entries.getLast();
      }
      wishes.put(wanted, done);
    }
    return Eventually.get(done, what, new AtomicReference<>(entries()));
  }

  private synchronized void seen(EndpointSlice slice) {
    ready(slice).map(ObjectReference::getUid).forEach(uids::add);
    seen(
        slice.getMetadata().getName(),
        ready(slice).map(ObjectReference::getName).collect(Collectors.toCollection(TreeSet::new)));
  }

  private synchronized void seen(String slice, Set<String> pods) {
    slices.put(slice, pods);
    Set<String> all = new TreeSet<>();
    slices.values().forEach(all::addAll);
    if (!entries.isEmpty() && entries.getLast().pods().equals(all)) {
      return;
    }
    Entry entry = new Entry(Instant.now(), all);
    entries.add(entry);
    wishes
        .entrySet()
        .removeIf(wish -> wish.getKey().test(entry) && wish.getValue().complete(entry));
  }

  private static Stream<ObjectReference> ready(EndpointSlice slice) {
    return slice.getEndpoints().stream()
        .filter(endpoint -> Boolean.TRUE.equals(endpoint.getConditions().getReady()))
        .map(Endpoint::getTargetRef)
        .filter(Objects::nonNull);
  }

  /** Pods are called DEPLOYMENT-HASH-RANDOM. */
  private static boolean isOf(String pod, String deployment) {
    return pod.matches(java.util.regex.Pattern.quote(deployment) + "-[a-z0-9]+-[a-z0-9]{5}");
  }
}
