package dev.godwit.operator.e2e;

import static dev.godwit.operator.e2e.Application.V1;
import static dev.godwit.operator.e2e.Application.V2;
import static org.assertj.core.api.Assertions.assertThat;

import dev.godwit.api.v1alpha1.Direction;
import dev.godwit.api.v1alpha1.MigrationStatus;
import dev.godwit.api.v1alpha1.StepState;
import dev.godwit.api.v1alpha1.StepStatus;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.ResourceLock;

/**
 * The operator's pod goes, or hands over to another: users notice nothing, nothing is forgotten and
 * nothing begins again. It shares the operator with no other test: a second installation would not
 * do, since the one under test watches every namespace.
 */
@Tag(EndToEnd.ALONE)
@ExtendWith(NoSecondChance.class)
@ResourceLock(OperatorPod.NAME)
@Timeout(value = 10, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class OperatorRestartIT {

  @RegisterExtension final Sandbox sandbox = new Sandbox();

  @AfterEach
  void oneReplicaAgain() {
    OperatorPod.scale(1);
  }

  @Test
  void killedWhileItRollsBackItFinishesTheRollback() {
    Application app = Application.podinfo(sandbox.namespace(), "shop").deployed(V1);
    Snapshot before = sandbox.snapshot();
    Load load = sandbox.closing(Load.on(app));
    Run run = sandbox.start(MigrationFixture.toV2(app).monitor("1h").drain("3s"));
    RollbackIT.onGreen(run, load);

    run.abort();
    run.until("the way back", status -> status.direction() == Direction.BACKWARD);
    OperatorPod.replace();
    run.rollsBack();
    load.awaitMore();

    // A connection that was kept ends with the pod that it leads to, which takes its time.
    LoadResult result = load.stop().lostNothing();
    assertThat(result.answers().stream().filter(answer -> !answer.kept()).toList().getLast())
        .extracting(Load.Answer::version)
        .isEqualTo(V1);
    sandbox.snapshot().isSameAs(before);
  }

  @Test
  void whileTheOperatorIsAwayNothingChangesForUsers() {
    Application app = Application.podinfo(sandbox.namespace(), "shop").deployed(V1);
    Snapshot before = sandbox.snapshot();
    Load load = sandbox.closing(Load.on(app));
    Run run = sandbox.start(MigrationFixture.toV2(app).monitor("1h"));
    RollbackIT.onGreen(run, load);

    OperatorPod.away();
    run.abort();
    load.awaitVersion(V2);
    OperatorPod.scale(1);
    run.rollsBack();
    load.awaitMore();

    load.stop().lostNothing();
    sandbox.snapshot().isSameAs(before);
  }

  @Test
  void onSigtermTheLeaseIsGivenBackAndTheOtherReplicaGoesOn() {
    OperatorPod.scale(2);
    Application app = Application.podinfo(sandbox.namespace(), "shop").deployed(V1);
    Load load = sandbox.closing(Load.on(app));
    Run run = sandbox.start(MigrationFixture.toV2(app).monitor("1h"));
    RollbackIT.onGreen(run, load);
    run.reports("TrafficOnGreen", "True");
    String leader = OperatorPod.holder();

    Instant asked = Instant.now();
    Set<String> holders = holdersWhile(leader, () -> OperatorPod.terminate(OperatorPod.leader()));
    System.out.println(
        "SIGTERM to a new leader: " + Duration.between(asked, Instant.now()).toMillis() + " ms");

    assertThat(holders).as("nobody, for a moment: it was given back").contains("");
    run.abort();
    run.rollsBack();
    load.awaitMore();
    load.stop().lostNothing();
  }

  @Test
  void whenTheLeaderIsKilledTheOtherReplicaGoesOnAndNoWaitIsLostOrBegunAgain() {
    OperatorPod.scale(2);
    Application app = Application.podinfo(sandbox.namespace(), "shop").deployed(V1);
    Load load = sandbox.closing(Load.on(app));
    Run run = sandbox.start(MigrationFixture.toV2(app).monitor("40s"));
    RollbackIT.onGreen(run, load);
    run.reaches("monitor", StepState.RUNNING);
    Instant since = Run.step(run.status(), "monitor").startedAt();

    String leader = OperatorPod.holder();
    assertThat(holdersWhile(leader, () -> OperatorPod.kill(OperatorPod.leader())))
        .as("it ran out")
        .doesNotContain("");
    MigrationStatus status = run.succeeds();
    load.awaitMore();

    load.stop().lostNothing().movedOnce(V1, V2);
    StepStatus monitor = Run.step(status, "monitor");
    assertThat(monitor.startedAt()).isEqualTo(since);
    assertThat(monitor.finishedAt()).isAfterOrEqualTo(since.plusSeconds(40));
  }

  /** Who holds the Lease from before something is done until somebody else does. */
  private static Set<String> holdersWhile(String leader, Runnable done) {
    Set<String> holders = ConcurrentHashMap.newKeySet();
    CompletableFuture<List<Lease>> another =
        OperatorPod.lease()
            .informOnCondition(
                leases -> {
                  List<String> seen = leases.stream().map(OperatorPod::holder).toList();
                  holders.addAll(seen);
                  return seen.stream().anyMatch(it -> !it.isEmpty() && !it.equals(leader));
                });
    Eventually.holds("the Lease to be watched", () -> !holders.isEmpty());
    done.run();
    Eventually.get(another, "another holder of the Lease", new AtomicReference<>(holders));
    return holders;
  }
}
