package dev.godwit.operator.simulation;

import dev.godwit.operator.resource.Selectors;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.discovery.v1.Endpoint;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointBuilder;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSliceBuilder;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Services and pods to EndpointSlices, some time later. It watches the two apart: it may hear of a
 * selector before it hears of the labels that pods were given for it, and the other way round.
 */
final class EndpointSliceController {

  private static final String NAME = "endpoint-slice-controller";
  private static final int MOST_SECONDS = 4;

  private final World world;
  private final Watch<Pod> pods;
  private final Watch<Service> services;
  private final Map<String, Instant> due = new HashMap<>();
  private final Map<String, Wanted> wanted = new HashMap<>();

  /** What is to be there, as long as nothing more is heard of pods or Services. */
  private record Wanted(int heard, EndpointSlice slice) {}

  EndpointSliceController(World world, Watch<Pod> pods) {
    this.world = world;
    this.pods = pods;
    this.services = new Watch<>(world, Service.class);
  }

  void act(double probability) {
    services.hear(probability);
    Set<String> present = new HashSet<>();
    for (Service service : services.seen()) {
      present.add(service.getMetadata().getName());
      sync(service, probability);
    }
    for (EndpointSlice slice : world.server.list(EndpointSlice.class, World.NAMESPACE)) {
      if (!present.contains(serviceOf(slice))) {
        world.server.delete(NAME, slice);
      }
    }
  }

  static String serviceOf(EndpointSlice slice) {
    return slice.getMetadata().getLabels().get(FakeCluster.SERVICE_NAME);
  }

  /** A change is noticed some time after it was made, and at the latest then. */
  private void sync(Service service, double probability) {
    EndpointSlice wanted = wanted(service);
    EndpointSlice present =
        world
            .server
            .get(EndpointSlice.class, World.NAMESPACE, wanted.getMetadata().getName())
            .orElse(null);
    String name = service.getMetadata().getName();
    if (present == null) {
      world.server.create(NAME, wanted);
      return;
    }
    boolean same =
        present.getEndpoints().equals(wanted.getEndpoints())
            && present.getMetadata().getLabels().equals(wanted.getMetadata().getLabels());
    if (same) {
      due.remove(name);
      return;
    }
    Instant latest =
        due.computeIfAbsent(name, any -> world.now().plus(world.seconds(0, MOST_SECONDS)));
    world.alarm(latest);
    if (!world.now().isBefore(latest) || world.chance(probability / 2)) {
      due.remove(name);
      EndpointSlice next = Shallow.copy(wanted, withLabels(present, wanted));
      world.server.status(NAME, next);
    }
  }

  private static io.fabric8.kubernetes.api.model.ObjectMeta withLabels(
      EndpointSlice present, EndpointSlice wanted) {
    return new io.fabric8.kubernetes.api.model.ObjectMetaBuilder(present.getMetadata())
        .withLabels(wanted.getMetadata().getLabels())
        .build();
  }

  private EndpointSlice wanted(Service service) {
    int heard = pods.heard() + services.heard();
    return wanted
        .compute(
            service.getMetadata().getName(),
            (name, known) ->
                known != null && known.heard() == heard ? known : new Wanted(heard, slice(service)))
        .slice();
  }

  private EndpointSlice slice(Service service) {
    List<Endpoint> endpoints =
        pods.seen().stream()
            .filter(
                pod ->
                    Selectors.matches(
                        service.getSpec().getSelector(), pod.getMetadata().getLabels()))
            .map(EndpointSliceController::endpoint)
            .toList();
    return new EndpointSliceBuilder()
        .withNewMetadata()
        .withName(service.getMetadata().getName() + "-slice")
        .withNamespace(World.NAMESPACE)
        .withLabels(service.getMetadata().getLabels())
        .addToLabels(FakeCluster.SERVICE_NAME, service.getMetadata().getName())
        .addToLabels("endpointslice.kubernetes.io/managed-by", "endpointslice-controller.k8s.io")
        .endMetadata()
        .withAddressType("IPv4")
        .withEndpoints(endpoints)
        .build();
  }

  private static Endpoint endpoint(Pod pod) {
    return new EndpointBuilder()
        .withAddresses(pod.getStatus().getPodIP())
        .withNewConditions()
        .withReady(Pods.isReady(pod) && !Pods.isEnding(pod))
        .withTerminating(Pods.isEnding(pod))
        .endConditions()
        .withNewTargetRef()
        .withKind("Pod")
        .withName(pod.getMetadata().getName())
        .endTargetRef()
        .build();
  }
}
