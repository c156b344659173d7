package dev.godwit.operator.resource;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import io.fabric8.kubernetes.api.model.apps.DeploymentStrategy;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RolloutsTest {

  @Test
  void deploymentThatDoesNotSayWantsOnePod() {
    Deployment deployment = rollout(3, 3, 3);
    deployment.getSpec().setReplicas(null);

    assertThat(Rollouts.wanted(deployment)).isEqualTo(1);
    assertThat(Rollouts.wanted(rollout(3, 3, 3))).isEqualTo(3);
  }

  @ParameterizedTest
  @CsvSource({
    // replicas, maxUnavailable, maxSurge, whether one more is needed
    "3, , , true",
    "4, , , false",
    "1, , , true",
    "3, 1, , false",
    "3, 0, 1, true",
    "10, 0%, 25%, true",
    "10, 10%, 0, false",
    "10, 9%, 1%, true",
    // The controller takes one away all the same.
    "3, 0, 0, false",
    "3, 25%, 0, false",
  })
  void aRolloutThatMayHaveNoPodLessNeedsRoomForOneMore(
      int replicas, String fewer, String more, boolean needed) {
    Deployment deployment =
        new DeploymentBuilder(rollout(3, 3, 3))
            .editSpec()
            .withReplicas(replicas)
            .withNewStrategy()
            .withType("RollingUpdate")
            .withNewRollingUpdate()
            .withMaxUnavailable(bound(fewer))
            .withMaxSurge(bound(more))
            .endRollingUpdate()
            .endStrategy()
            .endSpec()
            .build();

    assertThat(Rollouts.needsOneMore(deployment)).isEqualTo(needed);
  }

  private static IntOrString bound(String text) {
    if (text == null) {
      return null;
    }
    return text.endsWith("%") ? new IntOrString(text) : new IntOrString(Integer.parseInt(text));
  }

  @Test
  void aRolloutThatRemovesAllPodsFirstNeedsNoRoom() {
    Deployment recreated = rollout(3, 3, 3);
    recreated.getSpec().setStrategy(new DeploymentStrategy(null, "Recreate"));

    assertThat(Rollouts.needsOneMore(recreated)).isFalse();
    assertThat(Rollouts.needsOneMore(rollout(3, 3, 3))).as("by default").isTrue();
  }

  private static Pod pod(String ready) {
    return new PodBuilder()
        .withNewMetadata()
        .withName("orders")
        .endMetadata()
        .withNewStatus()
        .addNewCondition()
        .withType("Initialized")
        .withStatus("True")
        .withLastTransitionTime("2026-01-01T00:00:00Z")
        .endCondition()
        .addNewCondition()
        .withType("Ready")
        .withStatus(ready)
        .withLastTransitionTime("2026-01-01T00:10:00Z")
        .endCondition()
        .endStatus()
        .build();
  }

  /** Its node says nothing any more: the condition is Unknown then. */
  @Test
  void aPodOnALostNodeIsLostToo() {
    assertThat(Rollouts.lostSince(List.of(pod("True")))).isEmpty();
    assertThat(Rollouts.lostSince(List.of(pod("False"))))
        .contains(Instant.parse("2026-01-01T00:10:00Z"));
    assertThat(Rollouts.lostSince(List.of(pod("True"), pod("Unknown"))))
        .contains(Instant.parse("2026-01-01T00:10:00Z"));
  }

  @Test
  void newDeploymentIsNotRolledOut() {
    Deployment deployment = rollout(3, 3, 3);
    deployment.setStatus(null);

    assertThat(Rollouts.ready(deployment)).isZero();
    assertThat(Rollouts.isRolledOut(deployment)).isFalse();
    assertThat(Rollouts.isProgressing(deployment)).isTrue();
    assertThat(Rollouts.failure(deployment)).isEmpty();
  }

  @Test
  void rolloutIsCompleteWhenAllPodsAreNewAndReady() {
    assertThat(Rollouts.isRolledOut(rollout(3, 3, 3))).isTrue();
    assertThat(Rollouts.isProgressing(rollout(3, 3, 3))).isFalse();
    assertThat(Rollouts.ready(rollout(3, 3, 2))).isEqualTo(2);
  }

  @Test
  void podThatIsOldOrNotReadyKeepsItIncomplete() {
    assertThat(Rollouts.isRolledOut(rollout(4, 3, 3))).as("an old pod is left").isFalse();
    assertThat(Rollouts.isRolledOut(rollout(3, 2, 3))).as("a pod is old").isFalse();
    assertThat(Rollouts.isRolledOut(rollout(3, 3, 2))).as("a pod is not ready").isFalse();
    assertThat(Rollouts.isProgressing(rollout(3, 3, 2))).isTrue();
  }

  @Test
  void podsMustBeAvailableAndNotOnlyReady() {
    Deployment deployment = rollout(3, 3, 3);
    deployment.getStatus().setAvailableReplicas(2);

    assertThat(Rollouts.isRolledOut(deployment)).isFalse();
  }

  @Test
  void statusOfAnEarlierGenerationSaysNothing() {
    Deployment complete = rollout(3, 3, 3);
    complete.getMetadata().setGeneration(2L);
    Deployment failed = withCondition(rollout(3, 3, 2), "Progressing", "False");
    failed.getMetadata().setGeneration(2L);

    assertThat(Rollouts.isRolledOut(complete)).isFalse();
    assertThat(Rollouts.failure(failed)).isEmpty();
  }

  @Test
  void deploymentScaledToZeroIsRolledOut() {
    Deployment deployment =
        new DeploymentBuilder(rollout(3, 3, 3))
            .editSpec()
            .withReplicas(0)
            .endSpec()
            .withNewStatus()
            .withObservedGeneration(1L)
            .endStatus()
            .build();

    assertThat(Rollouts.isRolledOut(deployment)).isTrue();
  }

  @Test
  void controllersWordsOnAFailureAreKept() {
    assertThat(Rollouts.failure(withCondition(rollout(3, 3, 2), "Progressing", "False")))
        .contains("Deployment orders: TheReason: what happened");
    assertThat(Rollouts.failure(withCondition(rollout(2, 2, 2), "ReplicaFailure", "True")))
        .contains("Deployment orders: TheReason: what happened");
    assertThat(Rollouts.isProgressing(withCondition(rollout(3, 3, 2), "Progressing", "False")))
        .isFalse();
  }

  @Test
  void conditionsOfARolloutThatGoesOnAreNoFailure() {
    assertThat(Rollouts.failure(withCondition(rollout(3, 3, 2), "Progressing", "True"))).isEmpty();
    assertThat(Rollouts.failure(withCondition(rollout(3, 3, 2), "Progressing", "Unknown")))
        .as("a paused Deployment")
        .isEmpty();
    assertThat(Rollouts.failure(withCondition(rollout(3, 3, 2), "Available", "False"))).isEmpty();
    assertThat(Rollouts.failure(withCondition(rollout(3, 3, 3), "Progressing", "False")))
        .as("it came right late")
        .isEmpty();
  }

  /** Three pods are wanted. */
  private static Deployment rollout(int pods, int updated, int ready) {
    return new DeploymentBuilder()
        .withNewMetadata()
        .withName("orders")
        .withGeneration(1L)
        .endMetadata()
        .withNewSpec()
        .withReplicas(3)
        .endSpec()
        .withNewStatus()
        .withObservedGeneration(1L)
        .withReplicas(pods)
        .withUpdatedReplicas(updated)
        .withReadyReplicas(ready)
        .withAvailableReplicas(ready)
        .endStatus()
        .build();
  }

  private static Deployment withCondition(Deployment deployment, String type, String status) {
    return new DeploymentBuilder(deployment)
        .editStatus()
        .addNewCondition()
        .withType(type)
        .withStatus(status)
        .withReason("TheReason")
        .withMessage("what happened")
        .endCondition()
        .endStatus()
        .build();
  }
}
