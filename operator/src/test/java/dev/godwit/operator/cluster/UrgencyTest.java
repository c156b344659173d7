package dev.godwit.operator.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a migration is woken for at once, and what may wait for a second. */
class UrgencyTest {

  private static final KubernetesSerialization JSON = new KubernetesSerialization();

  private static final String READY =
      "{addresses: [10.0.0.1], conditions: {ready: true}, targetRef: {kind: Pod, name: web-1}}";

  private static final String NOT_READY = READY.replace("true", "false");

  private static boolean isUrgent(String before, String after) {
    return Urgency.isUrgent(object(before), object(after));
  }

  private static HasMetadata object(String yaml) {
    return JSON.unmarshal(yaml, HasMetadata.class);
  }

  private static String pod(String phase, String ready) {
    return pod("", phase, ready, "");
  }

  private static String pod(String meta, String phase, String ready, String conditions) {
    return """
    apiVersion: v1
    kind: Pod
    metadata: {name: web-1%s}
    status: {phase: %s, conditions: [{type: Ready, status: "%s"}%s]}
    """
        .formatted(meta, phase, ready, conditions);
  }

  private static String slice(String selects, String endpoint) {
    return """
    apiVersion: discovery.k8s.io/v1
    kind: EndpointSlice
    addressType: IPv4
    metadata: {name: web-x, generation: %d, labels: {selects: "%s"}}
    endpoints: [%s]
    """
        .formatted(endpoint.length(), selects, endpoint);
  }

  private static String deployment(int generation, int observed, int ready, String more) {
    return """
    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: web, uid: u, generation: %d}
    spec: {replicas: 3}
    status:
      {observedGeneration: %d, replicas: 3, updatedReplicas: 3, readyReplicas: %d, availableReplicas: %d%s}
    """
        .formatted(generation, observed, ready, ready, more);
  }

  @Test
  void podThatBecomesReadyOrNotIsUrgent() {
    assertThat(isUrgent(pod("Running", "False"), pod("Running", "True"))).isTrue();
    assertThat(isUrgent(pod("Running", "True"), pod("Running", "False"))).isTrue();
    assertThat(isUrgent(pod("Running", "True"), pod("Running", "Unknown"))).isTrue();
  }

  @Test
  void podThatHasEndedIsUrgent() {
    assertThat(isUrgent(pod("Running", "False"), pod("Failed", "False"))).isTrue();
    assertThat(isUrgent(pod("Running", "False"), pod("Succeeded", "False"))).isTrue();
  }

  @Test
  void podThatStartsCanWait() {
    assertThat(isUrgent(pod("Pending", "False"), pod("Running", "False"))).isFalse();
    String scheduled = ", {type: PodScheduled, status: \"True\"}";
    assertThat(isUrgent(pod("Pending", "False"), pod("", "Pending", "False", scheduled))).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        ", labels: {app: other}",
        ", annotations: {a: b}",
        ", deletionTimestamp: \"2026-01-01T00:00:00Z\"",
        ", ownerReferences: [{apiVersion: apps/v1, kind: ReplicaSet, name: r, uid: r}]",
        ", uid: v",
        ", generation: 2"
      })
  void podThatSomebodyWritesAboutIsUrgent(String meta) {
    assertThat(isUrgent(pod("Running", "True"), pod(meta, "Running", "True", ""))).isTrue();
  }

  /** A crash trips at once, and the pod has not been ready before it. */
  @Test
  void podThatCrashesIsUrgent() {
    assertThat(isUrgent(waiting("ContainerCreating"), waiting("CrashLoopBackOff"))).isTrue();
    assertThat(isUrgent(waiting("CrashLoopBackOff"), waiting("ContainerCreating"))).isTrue();
    assertThat(isUrgent(waiting("ContainerCreating"), waiting("ErrImagePull"))).isFalse();
  }

  private static String waiting(String reason) {
    return """
    apiVersion: v1
    kind: Pod
    metadata: {name: web-1}
    status:
      phase: Pending
      conditions: [{type: Ready, status: "False"}]
      containerStatuses: [{name: main, image: web, restartCount: 0, state: {waiting: {reason: %s}}}]
    """
        .formatted(reason);
  }

  @Test
  void deploymentThatIsChangedOrRolledOutIsUrgent() {
    assertThat(isUrgent(deployment(1, 1, 3, ""), deployment(2, 1, 3, ""))).isTrue();
    assertThat(isUrgent(deployment(2, 1, 2, ""), deployment(2, 2, 2, ""))).isTrue();
    assertThat(isUrgent(deployment(1, 1, 2, ""), deployment(1, 1, 3, ""))).isTrue();
    assertThat(isUrgent(deployment(1, 1, 3, ""), deployment(1, 1, 2, ""))).isTrue();
  }

  @Test
  void firstReadyPodOfADeploymentAndOneLessAreUrgent() {
    assertThat(isUrgent(deployment(1, 1, 0, ""), deployment(1, 1, 1, ""))).isTrue();
    assertThat(isUrgent(deployment(1, 1, 2, ""), deployment(1, 1, 1, ""))).isTrue();
    assertThat(isUrgent(deployment(1, 1, 1, ""), deployment(1, 1, 2, ""))).isFalse();
  }

  @Test
  void deploymentWhosePodsEndOrThatIsGivenUpIsUrgent() {
    String before = deployment(1, 1, 1, "");

    assertThat(isUrgent(before, deployment(1, 1, 1, ", terminatingReplicas: 1"))).isTrue();
    assertThat(
            isUrgent(
                before,
                deployment(1, 1, 1, ", conditions: [{type: Progressing, status: \"False\"}]")))
        .isTrue();
    assertThat(
            isUrgent(
                before,
                deployment(1, 1, 1, ", conditions: [{type: ReplicaFailure, status: \"True\"}]")))
        .isTrue();
    assertThat(
            isUrgent(
                before,
                deployment(1, 1, 1, ", conditions: [{type: Progressing, status: \"True\"}]")))
        .isFalse();
  }

  @Test
  void endpointThatIsReadyOrNotOrGoneIsUrgent() {
    assertThat(isUrgent(slice("1", NOT_READY), slice("1", READY))).isTrue();
    assertThat(isUrgent(slice("1", READY), slice("1", NOT_READY))).isTrue();
    assertThat(isUrgent(slice("1", ""), slice("1", READY))).isTrue();
    assertThat(isUrgent(slice("1", READY), slice("1", ""))).isTrue();
    assertThat(isUrgent(slice("1", NOT_READY), slice("1", ""))).isTrue();
  }

  @Test
  void sliceOfAnotherSelectorIsUrgent() {
    assertThat(isUrgent(slice("1", READY), slice("2", READY))).isTrue();
  }

  @Test
  void endpointThatIsNewAndNotReadyCanWait() {
    assertThat(isUrgent(slice("1", ""), slice("1", NOT_READY))).isFalse();
  }

  @Test
  void allElseIsUrgent() {
    String service =
        """
        apiVersion: v1
        kind: Service
        metadata: {name: web, uid: u, resourceVersion: "%d"}
        """;

    assertThat(isUrgent(service.formatted(1), service.formatted(2))).isTrue();
  }
}
