package dev.godwit.operator.simulation;

import dev.godwit.api.v1alpha1.StepState;
import dev.godwit.operator.resource.Marks;
import dev.godwit.operator.resource.Selectors;
import dev.godwit.operator.resource.Workload;
import dev.godwit.operator.step.Verbs;
import io.fabric8.kubernetes.api.model.Pod;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What must hold at each moment of a service that is upgraded in place: enough members serve, and
 * none of the new version before its checks have passed.
 */
final class AvailabilityRules {

  private static final Set<StepState> RETURNED =
      Set.of(
          StepState.RUNNING,
          StepState.DONE,
          StepState.FAILED,
          StepState.UNDOING,
          StepState.UNDO_FAILED);

  /** How long the operator may take to see that a label is gone, at the most. */
  private static final Duration UNHEARD = Duration.ofSeconds(10);

  private final World world;
  private final Scene scene;
  private final Members members;

  /** When each pod, by UID, last got traffic. */
  private final Map<String, Instant> lastReached = new HashMap<>();

  private final Set<String> reachedNow = new HashSet<>();

  AvailabilityRules(World world, Scene scene) {
    this.world = world;
    this.scene = scene;
    this.members = new Members(world, scene);
  }

  /** When traffic had last led to a pod, if ever. */
  Optional<Instant> lastReached(Pod pod) {
    return Optional.ofNullable(lastReached.get(pod.getMetadata().getUid()));
  }

  /** Nothing was written since: who got traffic still does. */
  void stillReached() {
    reachedNow.forEach(uid -> lastReached.put(uid, world.now()));
  }

  void begin() {
    reachedNow.clear();
  }

  void check(String service) {
    Set<String> few = new HashSet<>();
    for (String name : scene.traffic(service)) {
      if (scene.service(name).isEmpty() || scene.lostServices.contains(name)) {
        continue;
      }
      List<Pod> reached = members.reached(name);
      reached.forEach(pod -> reachedNow.add(pod.getMetadata().getUid()));
      reached.forEach(pod -> lastReached.put(pod.getMetadata().getUid(), world.now()));
      reached.forEach(pod -> hasPassed(service, name, pod));
      int serving = serving(service, name, reached);
      if (serving < minAvailable(service, name)) {
        few.add("%d members of %s behind Service %s".formatted(serving, service, name));
      }
    }
    if (few.isEmpty()) {
      recover(service);
    } else if (!isExcused(service)) {
      throw new AssertionError("only " + few + " serve");
    }
  }

  /** No pod of the new version gets traffic before its checks have passed. */
  private void hasPassed(String service, String name, Pod pod) {
    boolean own = scene.workload(service).filter(w -> Pods.isOwnedBy(w.object(), pod)).isPresent();
    // A Migration that a person has deleted though it can go nowhere leaves everything as it is.
    boolean left =
        scene.migration().getMetadata().getDeletionTimestamp() != null
            && scene.service(name).filter(one -> Marks.holder(one).isEmpty()).isPresent();
    if (!own || left || !Members.isNew(service, pod) || members.isMeddledWith(service)) {
      return;
    }
    String member = members.of(service, pod);
    if (members.step(service, Verbs.IN, member).isEmpty() && scene.scaled.contains(service)) {
      return;
    }
    boolean returned =
        members
            .step(service, Verbs.IN, member)
            .filter(step -> RETURNED.contains(step.state()))
            .isPresent();
    List<String> failing =
        scene.failing.stream()
            .filter(
                check ->
                    check.startsWith(service + "/")
                        || check.startsWith(service + "-" + member + "/"))
            .filter(check -> !check.endsWith("/restore"))
            .toList();
    if (!returned || !failing.isEmpty()) {
      throw new AssertionError(
          "%s of the new version gets traffic from Service %s though %s"
              .formatted(
                  World.name(pod),
                  name,
                  returned ? "these fail: " + failing : "it was not returned to rotation"));
    }
  }

  /** How many members the pods that get traffic make up. */
  int serving(String service, String name, List<Pod> reached) {
    List<Pod> answering = reached.stream().filter(Pods::isReady).toList();
    if (!members.isWhole(service)) {
      return (int)
          answering.stream()
              .filter(
                  pod ->
                      scene
                          .workload(service)
                          .filter(workload -> Pods.isOwnedBy(workload.object(), pod))
                          .isPresent())
              .count();
    }
    return (int)
        members.behind(name).stream()
            .filter(
                workload ->
                    answering.stream().filter(pod -> Pods.isOwnedBy(workload.object(), pod)).count()
                        >= workload.wanted())
            .count();
  }

  /** How many members must serve. */
  int minAvailable(String service, String name) {
    int all = members.isWhole(service) ? scene.workloadsBehind(name) : members.of(service).size();
    return Optional.ofNullable(scene.spec(service).minAvailable()).orElse(Math.max(1, all - 1));
  }

  private boolean isExcused(String service) {
    return members.neighbours(service).stream()
        .anyMatch(
            other ->
                scene.shaken.contains(other)
                    || scene.edited.contains(other)
                    || scene.scaled.contains(other)
                    || scene.isDestroyed(other, Scene.Where.BLUE));
  }

  /** Whether enough pods are selected, wherever the endpoints are by now. */
  private boolean leadsToEnough(String service, String name) {
    return scene
        .service(name)
        .map(
            one ->
                world.server.list(Pod.class, World.NAMESPACE).stream()
                    .filter(
                        pod ->
                            Selectors.matches(
                                one.getSpec().getSelector(), pod.getMetadata().getLabels()))
                    .toList())
        .filter(selected -> serving(service, name, selected) < minAvailable(service, name))
        .isEmpty();
  }

  /** What somebody had destroyed is whole again: from now on it counts. */
  private void recover(String service) {
    // Services that are about to select by the label do so before the operator has heard of it.
    boolean justStripped =
        Optional.ofNullable(scene.stripped.get(service))
            .filter(when -> world.now().isBefore(when.plus(UNHEARD)))
            .isPresent();
    if (!scene.shaken.contains(service) || justStripped) {
      return;
    }
    Optional<Workload> workload = scene.workload(service);
    List<Pod> pods = members.pods(service);
    boolean whole =
        workload.filter(one -> one.wanted() == pods.size()).isPresent()
            && pods.stream().allMatch(pod -> Pods.isReady(pod) && !Pods.isEnding(pod))
            && pods.stream().noneMatch(pod -> world.crashingImages.contains(Pods.image(pod)))
            && scene.traffic(service).stream().allMatch(name -> leadsToEnough(service, name));
    if (whole) {
      scene.shaken.remove(service);
    }
  }
}
