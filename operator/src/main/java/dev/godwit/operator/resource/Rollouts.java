package dev.godwit.operator.resource;

import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodCondition;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentCondition;
import io.fabric8.kubernetes.api.model.apps.DeploymentStatus;
import io.fabric8.kubernetes.api.model.apps.DeploymentStrategy;
import io.fabric8.kubernetes.api.model.apps.RollingUpdateDeployment;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** How far the rollout of a Deployment is, and what is wrong with its pods. */
public final class Rollouts {

  private Rollouts() {}

  /** How many pods are wanted: 1 where the Deployment doesn't say, as the API server takes it. */
  public static int wanted(Deployment deployment) {
    Integer replicas = deployment.getSpec().getReplicas();
    return replicas == null ? 1 : replicas;
  }

  /** How many pods are ready, old ones of an unfinished rollout among them. */
  public static int ready(Deployment deployment) {
    return deployment.getStatus() == null ? 0 : orZero(deployment.getStatus().getReadyReplicas());
  }

  /** How many of these pods are ready. */
  public static int ready(List<Pod> pods) {
    return (int) pods.stream().filter(Rollouts::isReady).count();
  }

  /**
   * As {@link #isRolledOut(Deployment)}, of a Deployment that never had another template, by its
   * pods: its controller counts them a moment later.
   */
  public static boolean isRolledOut(Deployment deployment, List<Pod> pods) {
    boolean waitsLonger = orZero(deployment.getSpec().getMinReadySeconds()) > 0;
    return waitsLonger
        ? isRolledOut(deployment)
        : isObserved(deployment)
            && ready(pods) == wanted(deployment)
            && pods.size() == wanted(deployment);
  }

  /** How many pods are ending; 0 where the cluster (before Kubernetes 1.35) doesn't count them. */
  public static int ending(Deployment deployment) {
    return deployment.getStatus() == null
        ? 0
        : orZero(deployment.getStatus().getTerminatingReplicas());
  }

  /**
   * Whether all pods that are wanted run the present template, are ready and have been for {@code
   * minReadySeconds}, and no other pod is left.
   */
  public static boolean isRolledOut(Deployment deployment) {
    int wanted = wanted(deployment);
    DeploymentStatus status = deployment.getStatus();
    return isObserved(deployment)
        && orZero(status.getUpdatedReplicas()) == wanted
        && orZero(status.getReplicas()) == wanted
        && orZero(status.getReadyReplicas()) == wanted
        && orZero(status.getAvailableReplicas()) == wanted;
  }

  /** Whether the rollout is neither complete nor failed. */
  public static boolean isProgressing(Deployment deployment) {
    return !isRolledOut(deployment) && failure(deployment).isEmpty();
  }

  /**
   * Whether a rollout needs room for one pod more than the Deployment has, since it may not have
   * one less: the strategy, with its defaults and roundings, as the Deployment's controller takes
   * it.
   */
  public static boolean needsOneMore(Deployment deployment) {
    DeploymentStrategy strategy = deployment.getSpec().getStrategy();
    if (strategy != null && "Recreate".equals(strategy.getType())) {
      return false;
    }
    Optional<RollingUpdateDeployment> bounds =
        Optional.ofNullable(strategy).map(DeploymentStrategy::getRollingUpdate);
    double fewer = pods(bounds.map(RollingUpdateDeployment::getMaxUnavailable), wanted(deployment));
    double more = pods(bounds.map(RollingUpdateDeployment::getMaxSurge), wanted(deployment));
    // Where neither may be, the controller takes one away.
    return Math.floor(fewer) == 0 && Math.ceil(more) > 0;
  }

  /** A number of pods, or a share of all of them; by default a quarter. */
  private static double pods(Optional<IntOrString> bound, int all) {
    return bound
        .map(
            one ->
                one.getIntVal() != null
                    ? one.getIntVal()
                    : all * Double.parseDouble(one.getStrVal().replace("%", "")) / 100)
        .orElse(all / 4.0);
  }

  /**
   * What the Deployment's controller says of a rollout that failed: no progress within {@code
   * progressDeadlineSeconds}, or pods that can't be created (a quota, an admission webhook).
   */
  public static Optional<String> failure(Deployment deployment) {
    if (!isObserved(deployment) || isRolledOut(deployment)) {
      return Optional.empty();
    }
    return Stream.of(
            condition(deployment, "ReplicaFailure", "True"),
            condition(deployment, "Progressing", "False"))
        .flatMap(Optional::stream)
        .findFirst()
        .map(
            condition ->
                "Deployment %s: %s: %s"
                    .formatted(
                        deployment.getMetadata().getName(),
                        condition.getReason(),
                        condition.getMessage()));
  }

  /**
   * Whether the Deployment's controller has given the rollout up: no progress within {@code
   * progressDeadlineSeconds}. That pods can't be created (a quota) may pass by itself, and doesn't
   * count.
   */
  public static boolean hasGivenUp(Deployment deployment) {
    return isObserved(deployment)
        && !isRolledOut(deployment)
        && condition(deployment, "Progressing", "False").isPresent();
  }

  /**
   * The worst that can be seen of the pods, in one sentence for people; empty if all are well or
   * ending. The sentence stays the same for as long as the trouble does.
   */
  public static Optional<String> podTrouble(List<Pod> pods) {
    return pods.stream()
        .flatMap(pod -> PodTrouble.of(pod).stream())
        .min(Comparator.naturalOrder())
        .map(PodTrouble::sentence);
  }

  /**
   * Whether a container of the pod ends again and again: it waits to be started anew, or is not
   * ready after two restarts, the last of them after a failure.
   */
  public static boolean isCrashing(Pod pod) {
    return PodTrouble.of(pod).filter(PodTrouble::isCrash).isPresent();
  }

  /**
   * Since when a pod that was ready is not, of those that are not ending; the first of them. The
   * kubelet says of a pod that has never been ready that it isn't since it was initialized, or
   * before.
   */
  public static Optional<Instant> lostSince(List<Pod> pods) {
    return pods.stream()
        .filter(pod -> pod.getMetadata().getDeletionTimestamp() == null)
        .flatMap(pod -> lostSince(pod).stream())
        .min(Comparator.naturalOrder());
  }

  private static Optional<Instant> lostSince(Pod pod) {
    Optional<Instant> initialized =
        condition(pod, "Initialized")
            .filter(condition -> "True".equals(condition.getStatus()))
            .map(Rollouts::since);
    return notReadySince(pod)
        .filter(since -> initialized.filter(begin -> !since.isAfter(begin)).isEmpty());
  }

  /** Since when a pod is not ready, or its node does not say so any more; empty where it is. */
  public static Optional<Instant> notReadySince(Pod pod) {
    return condition(pod, "Ready")
        .filter(condition -> !"True".equals(condition.getStatus()))
        .map(Rollouts::since);
  }

  private static Optional<PodCondition> condition(Pod pod, String type) {
    return Optional.ofNullable(pod.getStatus())
        .flatMap(status -> Optional.ofNullable(status.getConditions()))
        .orElse(List.of())
        .stream()
        .filter(condition -> type.equals(condition.getType()))
        .findFirst();
  }

  private static Instant since(PodCondition condition) {
    return Instant.parse(condition.getLastTransitionTime());
  }

  /** Whether the pod is ready, and not ending. */
  public static boolean isReady(Pod pod) {
    return pod.getMetadata().getDeletionTimestamp() == null
        && pod.getStatus() != null
        && pod.getStatus().getConditions() != null
        && pod.getStatus().getConditions().stream()
            .anyMatch(
                condition ->
                    "Ready".equals(condition.getType()) && "True".equals(condition.getStatus()));
  }

  /** Whether all containers of the pod have ended for good. */
  public static boolean isOver(Pod pod) {
    return pod.getStatus() != null
        && ("Succeeded".equals(pod.getStatus().getPhase())
            || "Failed".equals(pod.getStatus().getPhase()));
  }

  /** IP addresses of those pods that are ready, in order. */
  public static List<String> addresses(List<Pod> pods) {
    return pods.stream()
        .filter(Rollouts::isReady)
        .map(pod -> pod.getStatus().getPodIP())
        .sorted()
        .toList();
  }

  /** The digests of the images that a pod runs, by container, as far as they are known. */
  public static Map<String, String> digests(Pod pod) {
    if (pod.getStatus() == null) {
      return Map.of();
    }
    return pod.getStatus().getContainerStatuses().stream()
        .filter(status -> status.getImageID() != null && !status.getImageID().isEmpty())
        .collect(
            Collectors.toMap(ContainerStatus::getName, ContainerStatus::getImageID, (a, b) -> a));
  }

  /** Whether the status speaks of the present specification. */
  public static boolean isObserved(Deployment deployment) {
    DeploymentStatus status = deployment.getStatus();
    Long generation = deployment.getMetadata().getGeneration();
    return status != null
        && status.getObservedGeneration() != null
        && status.getObservedGeneration() >= (generation == null ? 0 : generation);
  }

  private static Optional<DeploymentCondition> condition(
      Deployment deployment, String type, String status) {
    return deployment.getStatus().getConditions().stream()
        .filter(condition -> type.equals(condition.getType()))
        .filter(condition -> status.equals(condition.getStatus()))
        .findFirst();
  }

  private static int orZero(Integer count) {
    return Objects.requireNonNullElse(count, 0);
  }
}
