package dev.godwit.operator.simulation;

import dev.godwit.operator.resource.Rollouts;
import dev.godwit.operator.resource.Templates;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentCondition;
import io.fabric8.kubernetes.api.model.apps.DeploymentConditionBuilder;
import io.fabric8.kubernetes.api.model.apps.DeploymentStatus;
import io.fabric8.kubernetes.api.model.apps.DeploymentStatusBuilder;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Deployments to pods, without ReplicaSets between them: rolling updates with one pod more and none
 * less, status, progress deadline; and the pods of Deployments that are gone are removed.
 */
final class DeploymentController {

  private static final String NAME = "deployment-controller";

  /** Names of Deployments whose pods a quota forbids. */
  final Set<String> forbidden = new HashSet<>();

  private final World world;
  private final Watch<Pod> known;
  private final IdentityHashMap<PodTemplateSpec, String> hashes = new IdentityHashMap<>();
  private int pods;

  /** Its status says what this watch has told, as all controllers of one process share it. */
  DeploymentController(World world, Watch<Pod> known) {
    this.world = world;
    this.known = known;
  }

  void act(double probability) {
    List<Deployment> deployments = world.server.list(Deployment.class, World.NAMESPACE);
    for (Deployment deployment : deployments) {
      if (world.chance(probability)) {
        sync(deployment);
      }
    }
    Set<String> owners =
        Stream.concat(
                deployments.stream(),
                world.server.list(StatefulSet.class, World.NAMESPACE).stream())
            .map(owner -> owner.getMetadata().getUid())
            .collect(Collectors.toSet());
    for (Pod pod : world.server.list(Pod.class, World.NAMESPACE)) {
      boolean orphan = !owners.contains(Pods.ownerUid(pod)) && !Pods.isEnding(pod);
      if (orphan && world.chance(probability)) {
        end(pod);
      }
    }
  }

  private void end(Pod pod) {
    world.server.ending(NAME, pod, world.now());
    world.alarm(world.now().plus(Kubelet.GRACE));
  }

  private void sync(Deployment deployment) {
    int wanted = Rollouts.wanted(deployment);
    String hash = hashes.computeIfAbsent(deployment.getSpec().getTemplate(), Templates::hash);
    List<Pod> live =
        Pods.of(world, deployment).stream()
            .filter(pod -> !Pods.isEnding(pod))
            .collect(Collectors.toCollection(ArrayList::new));
    List<Pod> current = live.stream().filter(pod -> isOf(hash, pod)).toList();
    List<Pod> old = live.stream().filter(pod -> !isOf(hash, pod)).toList();
    int most = old.isEmpty() ? wanted : wanted + 1;
    boolean refused = forbidden.contains(deployment.getMetadata().getName());
    int missing = Math.min(wanted - current.size(), most - live.size());
    for (int i = 0; i < missing && !refused; i++) {
      String name = deployment.getMetadata().getName() + "-" + ++pods;
      Pod pod = Pods.of(deployment, name, hash, "10.0.%d.%d".formatted(pods / 250, pods % 250));
      live.add(world.server.create(NAME, pod));
    }
    removeSurplus(wanted, live, current, old);
    status(deployment, hash, refused && missing > 0);
  }

  private void removeSurplus(int wanted, List<Pod> live, List<Pod> current, List<Pod> old) {
    long ready = live.stream().filter(Pods::isReady).count();
    for (Pod pod : old) {
      if (!Pods.isReady(pod)) {
        end(pod);
      } else if (ready > wanted || wanted == 0) {
        end(pod);
        ready--;
      }
    }
    current.stream()
        .sorted(
            Comparator.comparing(Pods::isReady).thenComparing(pod -> pod.getMetadata().getName()))
        .limit(Math.max(0, current.size() - wanted))
        .forEach(this::end);
  }

  private static boolean isOf(String hash, Pod pod) {
    return hash.equals(pod.getMetadata().getLabels().get(Pods.TEMPLATE_HASH));
  }

  private void status(Deployment deployment, String hash, boolean refused) {
    List<Pod> live =
        known.seen().stream()
            .filter(pod -> Pods.isOwnedBy(deployment, pod) && !Pods.isEnding(pod))
            .toList();
    int updated = (int) live.stream().filter(pod -> isOf(hash, pod)).count();
    int ready = (int) live.stream().filter(Pods::isReady).count();
    int updatedReady =
        (int) live.stream().filter(pod -> isOf(hash, pod) && Pods.isReady(pod)).count();
    int wanted = Rollouts.wanted(deployment);
    boolean complete = updatedReady == wanted && live.size() == wanted;
    Deployment next = Shallow.copy(deployment, deployment.getMetadata());
    DeploymentStatusBuilder status =
        new DeploymentStatusBuilder()
            .withObservedGeneration(deployment.getMetadata().getGeneration())
            .withReplicas(live.size())
            .withUpdatedReplicas(updated)
            .withReadyReplicas(ready)
            .withAvailableReplicas(ready)
            .withConditions(progress(deployment, live.size(), updated, ready, complete));
    if (refused) {
      status
          .addNewCondition()
          .withType("ReplicaFailure")
          .withStatus("True")
          .withReason("FailedCreate")
          .withMessage("exceeded quota: pods")
          .endCondition();
    }
    next.setStatus(status.build());
    world.server.status(NAME, next);
  }

  private DeploymentCondition progress(
      Deployment deployment, int replicas, int updated, int ready, boolean complete) {
    DeploymentStatus before = deployment.getStatus();
    DeploymentCondition known =
        before == null || before.getConditions().isEmpty()
            ? null
            : before.getConditions().getFirst();
    boolean moved =
        known == null
            || !deployment.getMetadata().getGeneration().equals(before.getObservedGeneration())
            || before.getReplicas() != replicas
            || before.getUpdatedReplicas() != updated
            || before.getReadyReplicas() != ready;
    Instant since = moved ? world.now() : Instant.parse(known.getLastUpdateTime());
    Integer seconds = deployment.getSpec().getProgressDeadlineSeconds();
    Instant deadline = since.plusSeconds(seconds == null ? 600 : seconds);
    boolean late = !complete && !world.now().isBefore(deadline);
    if (!complete) {
      world.alarm(deadline);
    }
    return new DeploymentConditionBuilder()
        .withType("Progressing")
        .withStatus(late ? "False" : "True")
        .withReason(
            late
                ? "ProgressDeadlineExceeded"
                : complete ? "NewReplicaSetAvailable" : "ReplicaSetUpdated")
        .withMessage(late ? "has timed out progressing" : "")
        .withLastUpdateTime(since.toString())
        .build();
  }
}
