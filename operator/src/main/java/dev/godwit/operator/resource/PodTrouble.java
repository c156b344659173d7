package dev.godwit.operator.resource;

import io.fabric8.kubernetes.api.model.ContainerState;
import io.fabric8.kubernetes.api.model.ContainerStateTerminated;
import io.fabric8.kubernetes.api.model.ContainerStateWaiting;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodCondition;
import io.fabric8.kubernetes.api.model.PodStatus;
import java.util.Comparator;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * What is wrong with a pod. The worst comes first in the order; the sentence has nothing in it that
 * changes while the trouble is the same, since every change is written to a status.
 */
record PodTrouble(Kind kind, String pod, String sentence) implements Comparable<PodTrouble> {

  /** From the surest to be a fault to what may pass. */
  enum Kind {
    CONFIGURATION,
    IMAGE,
    CRASH,
    UNSCHEDULABLE,
    NOT_READY,
    BEING_CREATED
  }

  private static final String PULL_CAUSE = "ErrImagePull: ";
  private static final int[] RESTARTS = {1, 2, 5, 10, 20, 50, 100, 200, 500, 1000};

  /** The worst trouble of the pod; empty for one that is well, ending or over. */
  static Optional<PodTrouble> of(Pod pod) {
    PodStatus status = pod.getStatus();
    if (status == null
        || pod.getMetadata().getDeletionTimestamp() != null
        || Rollouts.isOver(pod)) {
      return Optional.empty();
    }
    Stream<ContainerStatus> containers =
        Stream.concat(
            status.getInitContainerStatuses().stream(), status.getContainerStatuses().stream());
    return Stream.concat(
            containers.flatMap(container -> ofContainer(pod, container).stream()),
            Stream.concat(unschedulable(pod).stream(), notReady(pod).stream()))
        .min(Comparator.naturalOrder());
  }

  boolean isCrash() {
    return kind == Kind.CRASH;
  }

  @Override
  public int compareTo(PodTrouble other) {
    return Comparator.comparing(PodTrouble::kind)
        .thenComparing(PodTrouble::pod)
        .thenComparing(PodTrouble::sentence)
        .compare(this, other);
  }

  private static Optional<PodTrouble> ofContainer(Pod pod, ContainerStatus container) {
    ContainerState state = container.getState();
    ContainerStateWaiting waiting = state == null ? null : state.getWaiting();
    String reason = waiting == null || waiting.getReason() == null ? "" : waiting.getReason();
    return switch (reason) {
      case "CreateContainerConfigError", "CreateContainerError", "PreCreateHookError" ->
          trouble(
              Kind.CONFIGURATION, pod, container, "can't be created (" + reason + "): ", waiting);
      case "InvalidImageName" ->
          trouble(Kind.IMAGE, pod, container, "has an invalid image name: ", waiting);
      case "ImagePullBackOff", "ErrImagePull", "ErrImageNeverPull", "RegistryUnavailable" ->
          trouble(
              Kind.IMAGE,
              pod,
              container,
              "can't pull image " + container.getImage() + ": ",
              waiting);
      case "CrashLoopBackOff", "RunContainerError" -> Optional.of(crash(pod, container));
      case "ContainerCreating" ->
          Optional.of(
              new PodTrouble(
                  Kind.BEING_CREATED,
                  name(pod),
                  "pod " + name(pod) + " is scheduled, its containers are being created"));
      default -> keepsCrashing(container) ? Optional.of(crash(pod, container)) : Optional.empty();
    };
  }

  private static Optional<PodTrouble> trouble(
      Kind kind, Pod pod, ContainerStatus container, String what, ContainerStateWaiting waiting) {
    String message = waiting.getMessage() == null ? waiting.getReason() : waiting.getMessage();
    // While it backs off, the kubelet wraps the message of the last attempt: both are to read
    // alike.
    int cause = message.indexOf(PULL_CAUSE);
    String unwrapped = cause < 0 ? message : message.substring(cause + PULL_CAUSE.length());
    return Optional.of(new PodTrouble(kind, name(pod), subject(pod, container) + what + unwrapped));
  }

  /** A container that crashes is, by turns, waiting, running and terminated: all count. */
  private static boolean keepsCrashing(ContainerStatus container) {
    return !Boolean.TRUE.equals(container.getReady())
        && restarts(container) >= 2
        && lastEnd(container).filter(end -> end.getExitCode() != 0).isPresent();
  }

  private static PodTrouble crash(Pod pod, ContainerStatus container) {
    String end = lastEnd(container).map(PodTrouble::describe).orElseGet(() -> waiting(container));
    int atLeast =
        IntStream.of(RESTARTS).filter(count -> count <= restarts(container)).max().orElse(0);
    String restarted =
        atLeast == 0
            ? ""
            : ", restarted %s%d %s"
                .formatted(
                    atLeast == 1 ? "" : "at least ", atLeast, atLeast == 1 ? "time" : "times");
    return new PodTrouble(Kind.CRASH, name(pod), subject(pod, container) + end + restarted);
  }

  private static String describe(ContainerStateTerminated end) {
    String reason = end.getReason() == null ? "" : end.getReason();
    return switch (reason) {
      case "StartError", "ContainerCannotRun" -> "can't be started: " + end.getMessage();
      case "OOMKilled" ->
          "is killed for want of memory (OOMKilled, exit code " + end.getExitCode() + ")";
      default -> "crashes with exit code " + end.getExitCode();
    };
  }

  private static String waiting(ContainerStatus container) {
    ContainerStateWaiting waiting = container.getState().getWaiting();
    return "RunContainerError".equals(waiting.getReason())
        ? "can't be started: " + waiting.getMessage()
        : "crashes";
  }

  private static Optional<PodTrouble> unschedulable(Pod pod) {
    return condition(pod, "PodScheduled")
        .filter(condition -> "Unschedulable".equals(condition.getReason()))
        .map(
            condition ->
                new PodTrouble(
                    Kind.UNSCHEDULABLE,
                    name(pod),
                    "pod %s can't be scheduled: %s".formatted(name(pod), scheduler(condition))));
  }

  /**
   * The scheduler appends what it thought of preemption, which changes more often than it helps.
   */
  private static String scheduler(PodCondition condition) {
    String message = condition.getMessage() == null ? "" : condition.getMessage();
    int preemption = message.indexOf(" preemption:");
    return preemption < 0 ? message : message.substring(0, preemption);
  }

  private static Optional<PodTrouble> notReady(Pod pod) {
    return condition(pod, "Ready")
        .filter(condition -> "Running".equals(pod.getStatus().getPhase()))
        .map(
            condition ->
                new PodTrouble(
                    Kind.NOT_READY,
                    name(pod),
                    "pod %s runs but has not been ready since %s%s"
                        .formatted(
                            name(pod), condition.getLastTransitionTime(), because(condition))));
  }

  private static String because(PodCondition condition) {
    return condition.getMessage() == null ? "" : ": " + condition.getMessage();
  }

  /** The condition of that type, if it is False. */
  private static Optional<PodCondition> condition(Pod pod, String type) {
    return pod.getStatus().getConditions().stream()
        .filter(condition -> type.equals(condition.getType()))
        .filter(condition -> "False".equals(condition.getStatus()))
        .findFirst();
  }

  /** How the container ended the last time: just now, or before it was started again. */
  private static Optional<ContainerStateTerminated> lastEnd(ContainerStatus container) {
    return Stream.of(
            Optional.ofNullable(container.getState()),
            Optional.ofNullable(container.getLastState()))
        .flatMap(Optional::stream)
        .flatMap(state -> Stream.ofNullable(state.getTerminated()))
        .findFirst();
  }

  private static int restarts(ContainerStatus container) {
    return container.getRestartCount() == null ? 0 : container.getRestartCount();
  }

  private static String subject(Pod pod, ContainerStatus container) {
    return "container %s of pod %s ".formatted(container.getName(), name(pod));
  }

  private static String name(Pod pod) {
    return pod.getMetadata().getName();
  }
}
