package dev.godwit.operator.resource;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodStatus;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PodTroubleTest {

  private static final String UNSCHEDULABLE =
      """
      phase: Pending
      conditions:
      - type: PodScheduled
        status: "False"
        reason: Unschedulable
        message: '0/1 nodes are available: 1 Insufficient cpu. preemption: no help.'
      """;
  private static final String NOT_READY =
      """
      phase: Running
      conditions:
      - type: Ready
        status: "False"
        reason: ContainersNotReady
        message: 'containers with unready status: [main]'
        lastTransitionTime: "2026-01-01T03:00:00Z"
      containerStatuses:
      - {name: main, ready: false, restartCount: 0, state: {running: {}}}
      """;
  private static final String READY =
      """
      phase: Running
      conditions:
      - {type: Ready, status: "True"}
      containerStatuses:
      - {name: main, ready: true, restartCount: 7, state: {running: {}},
         lastState: {terminated: {exitCode: 1}}}
      """;

  @Test
  void readyPodsAreNoTroubleWhateverWasBefore() {
    assertThat(trouble(READY)).isEmpty();
    assertThat(Rollouts.podTrouble(List.of())).isEmpty();
    assertThat(Rollouts.isCrashing(pod("a", READY))).isFalse();
  }

  @Test
  void imageThatCannotBePulledIsNamedWithTheCause() {
    assertThat(trouble(waiting("ErrImagePull", "registry.example/orders:2.0: not found")))
        .contains(
            "container main of pod a can't pull image orders:2.0: registry.example/orders:2.0:"
                + " not found");
  }

  @Test
  void sentenceIsTheSameWhileTheKubeletBacksOff() {
    assertThat(
            trouble(
                waiting(
                    "ImagePullBackOff",
                    "Back-off pulling image \\\"orders:2.0\\\": ErrImagePull: not found")))
        .isEqualTo(trouble(waiting("ErrImagePull", "not found")));
  }

  @Test
  void missingSecretIsNamed() {
    assertThat(trouble(waiting("CreateContainerConfigError", "secret \\\"db\\\" not found")))
        .contains(
            "container main of pod a can't be created (CreateContainerConfigError): secret \"db\""
                + " not found");
  }

  @Test
  void crashIsToldWithExitCodeAndRestarts() {
    assertThat(
            trouble(
                container(
                    3,
                    "waiting: {reason: CrashLoopBackOff, message: back-off 40s}",
                    "exitCode: 2")))
        .contains("container main of pod a crashes with exit code 2, restarted at least 2 times");
  }

  @Test
  void crashReadsTheSameWhetherItWaitsRunsOrHasJustEnded() {
    String waits = container(4, "waiting: {reason: CrashLoopBackOff}", "exitCode: 1");
    String runs = container(4, "running: {}", "exitCode: 1");
    String ended = container(4, "terminated: {exitCode: 1}", "exitCode: 1");

    assertThat(trouble(runs)).isPresent().isEqualTo(trouble(waits));
    assertThat(trouble(ended)).isEqualTo(trouble(waits));
    for (String state : List.of(waits, runs, ended)) {
      assertThat(Rollouts.isCrashing(pod("a", state))).isTrue();
    }
  }

  @Test
  void restartsAreCountedCoarsely() {
    String two = container(2, "waiting: {reason: CrashLoopBackOff}", "exitCode: 1");
    String four = container(4, "waiting: {reason: CrashLoopBackOff}", "exitCode: 1");
    String five = container(5, "waiting: {reason: CrashLoopBackOff}", "exitCode: 1");

    assertThat(trouble(two)).isEqualTo(trouble(four)).isNotEqualTo(trouble(five));
  }

  @Test
  void oneFailureIsNoCrashLoop() {
    String once = container(1, "running: {}", "exitCode: 1");

    assertThat(Rollouts.isCrashing(pod("a", once))).isFalse();
    assertThat(trouble(once)).isEmpty();
  }

  @Test
  void wantOfMemoryIsSaid() {
    assertThat(
            trouble(
                container(
                    2, "waiting: {reason: CrashLoopBackOff}", "exitCode: 137, reason: OOMKilled")))
        .contains(
            "container main of pod a is killed for want of memory (OOMKilled, exit code 137),"
                + " restarted at least 2 times");
  }

  @Test
  void commandThatIsNotThereIsACrashWithItsCause() {
    String first = container(0, "waiting: {reason: RunContainerError, message: no such file}", "");
    String later =
        container(
            1,
            "waiting: {reason: CrashLoopBackOff}",
            "exitCode: 128, reason: StartError, message: no such file");

    assertThat(trouble(first)).contains("container main of pod a can't be started: no such file");
    assertThat(trouble(later))
        .contains("container main of pod a can't be started: no such file, restarted 1 time");
  }

  @Test
  void initContainerCanBeTheTrouble() {
    String status =
        container(2, "waiting: {reason: CrashLoopBackOff}", "exitCode: 1")
            .replace("containerStatuses", "initContainerStatuses");

    assertThat(Rollouts.isCrashing(pod("a", status))).isTrue();
  }

  @Test
  void schedulersWordsAreKeptButForPreemption() {
    assertThat(trouble(UNSCHEDULABLE))
        .contains("pod a can't be scheduled: 0/1 nodes are available: 1 Insufficient cpu.");
  }

  @Test
  void podThatRunsButIsNotReadyIsToldWithTheTime() {
    assertThat(trouble(NOT_READY))
        .contains(
            "pod a runs but has not been ready since 2026-01-01T03:00:00Z: containers with unready"
                + " status: [main]");
  }

  @Test
  void podThatIsStuckInCreationIsTold() {
    assertThat(trouble(waiting("ContainerCreating", "")))
        .contains("pod a is scheduled, its containers are being created");
  }

  @Test
  void worstTroubleIsToldAndOfEqualOnesThatOfTheFirstPod() {
    Pod image = pod("c", waiting("ErrImagePull", "not found"));
    Pod alsoImage = pod("d", waiting("ErrImagePull", "not found"));
    Pod waits = pod("a", UNSCHEDULABLE);

    Optional<String> trouble = Rollouts.podTrouble(List.of(waits, alsoImage, image));

    assertThat(trouble).isPresent().isEqualTo(Rollouts.podTrouble(List.of(image)));
    assertThat(Rollouts.podTrouble(List.of(image, waits, alsoImage))).isEqualTo(trouble);
  }

  @Test
  void podsThatAreEndingOrOverDoNotCount() {
    Pod ending = pod("a", NOT_READY);
    ending.getMetadata().setDeletionTimestamp("2026-01-01T03:00:00Z");
    Pod evicted = pod("b", "phase: Failed\nreason: Evicted");
    Pod unseen = pod("c", NOT_READY);
    unseen.setStatus(null);

    assertThat(Rollouts.podTrouble(List.of(ending, evicted, unseen))).isEmpty();
  }

  private static Optional<String> trouble(String status) {
    return Rollouts.podTrouble(List.of(pod("a", status)));
  }

  private static String waiting(String reason, String message) {
    return container(0, "waiting: {reason: %s, message: \"%s\"}".formatted(reason, message), "");
  }

  private static String container(int restarts, String state, String lastEnd) {
    return """
    phase: Pending
    containerStatuses:
    - name: main
      image: orders:2.0
      ready: false
      restartCount: %d
      state: {%s}
      lastState: {%s}
    """
        .formatted(restarts, state, lastEnd.isEmpty() ? "" : "terminated: {" + lastEnd + "}");
  }

  private static Pod pod(String name, String status) {
    return new PodBuilder()
        .withNewMetadata()
        .withName(name)
        .endMetadata()
        .withStatus(Serialization.unmarshal(status, PodStatus.class))
        .build();
  }
}
