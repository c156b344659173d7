package dev.godwit.operator.simulation;

import dev.godwit.api.v1alpha1.ServiceStatus;
import dev.godwit.api.v1alpha1.StepState;
import dev.godwit.api.v1alpha1.StepStatus;
import dev.godwit.operator.resource.Selectors;
import dev.godwit.operator.resource.Workload;
import dev.godwit.operator.step.Verbs;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** The members of services that are upgraded in place, as they are in truth. */
final class Members {

  /** How a workload that is upgraded as a whole is called in the verbs of its steps. */
  static final String WHOLE = "all";

  private static final Set<StepState> UNTOUCHED = Set.of(StepState.PENDING, StepState.UNDONE);

  private final World world;
  private final Scene scene;

  Members(World world, Scene scene) {
    this.world = world;
    this.scene = scene;
  }

  /** What the verbs of the steps end in, in the order in which members are upgraded. */
  List<String> of(String service) {
    if (isWhole(service)) {
      return List.of(WHOLE);
    }
    // Somebody may have scaled it before the migration began.
    int members = scene.found(service).map(ServiceStatus::inPlace).orElseThrow().members();
    int last = first(service) + members - 1;
    return IntStream.range(0, members).mapToObj(i -> Integer.toString(last - i)).toList();
  }

  /** The lowest ordinal. */
  int first(String service) {
    return scene.opened.get(scene.workloadKey(service)) instanceof StatefulSet set
            && set.getSpec().getOrdinals() != null
        ? set.getSpec().getOrdinals().getStart()
        : 0;
  }

  boolean isWhole(String service) {
    return scene.found(service).map(ServiceStatus::inPlace).orElseThrow().members() == null;
  }

  /** The member that a pod of a service is of. */
  String of(String service, Pod pod) {
    return isWhole(service) ? WHOLE : Integer.toString(StatefulSetController.ordinal(pod));
  }

  /** The pods of a member, those that are ending too. */
  List<Pod> pods(String service, String member) {
    return pods(service).stream().filter(pod -> of(service, pod).equals(member)).toList();
  }

  List<Pod> pods(String service) {
    return scene
        .workload(service)
        .map(workload -> Pods.of(world, workload.object()))
        .orElse(List.of());
  }

  Optional<StepStatus> step(String service, String verb, String member) {
    return scene.step(service, verb + "-" + member);
  }

  boolean is(String service, String verb, String member, StepState state) {
    return scene.is(service, verb + "-" + member, state);
  }

  /** Whether a step was not begun, or is taken back. */
  boolean isUntouched(String service, String verb) {
    return scene.step(service, verb).map(StepStatus::state).filter(UNTOUCHED::contains).isPresent();
  }

  boolean wasBegun(String service, String verb, String member) {
    return !is(service, verb, member, StepState.PENDING);
  }

  /** Whether no member of a service runs the new version or waits out of rotation. */
  boolean areBack(String service) {
    return isUntouched(service, Verbs.ROTATION_ON)
        && of(service).stream()
            .allMatch(member -> isUntouched(service, Verbs.UPGRADE + "-" + member));
  }

  /** Whether a pod runs the new version of its service. */
  static boolean isNew(String service, Pod pod) {
    return Pods.image(pod).equals(Inventory.image(service, "2.0"));
  }

  /** The services of the migration that stand behind one of the Services of this one. */
  List<String> neighbours(String service) {
    return scene.services().stream()
        .filter(scene::isInPlace)
        .filter(other -> scene.traffic(other).stream().anyMatch(scene.traffic(service)::contains))
        .toList();
  }

  /** All workloads behind a Service. */
  List<Workload> behind(String service) {
    Service one = scene.service(service).orElseThrow();
    return Stream.concat(
            world
                .server
                .list(io.fabric8.kubernetes.api.model.apps.Deployment.class, World.NAMESPACE)
                .stream()
                .map(Workload::of),
            world.server.list(StatefulSet.class, World.NAMESPACE).stream().map(Workload::of))
        .filter(
            workload ->
                Selectors.matches(
                    Scene.withoutRotation(one.getSpec().getSelector()), workload.podLabels()))
        .toList();
  }

  /** The pods that get traffic from a Service; they may be ending, or gone. */
  List<Pod> reached(String service) {
    Set<String> addresses =
        world
            .server
            .get(EndpointSlice.class, World.NAMESPACE, service + "-slice")
            .map(EndpointSlice::getEndpoints)
            .orElse(List.of())
            .stream()
            .filter(endpoint -> Boolean.TRUE.equals(endpoint.getConditions().getReady()))
            .flatMap(endpoint -> endpoint.getAddresses().stream())
            .collect(Collectors.toSet());
    return world.server.list(Pod.class, World.NAMESPACE).stream()
        .filter(pod -> addresses.contains(pod.getStatus().getPodIP()))
        .toList();
  }

  /** Whether somebody else has a hand in what a service's traffic or its pods are. */
  boolean isMeddledWith(String service) {
    return neighbours(service).stream()
        .anyMatch(
            other ->
                scene.contested.contains(other)
                    || scene.edited.contains(other)
                    || scene.isDestroyed(other, Scene.Where.BLUE)
                    || scene.traffic(other).stream().anyMatch(scene.lostServices::contains));
  }
}
