package dev.godwit.operator.e2e;

import static dev.godwit.operator.e2e.Application.V1;
import static dev.godwit.operator.e2e.Application.V2;
import static org.assertj.core.api.Assertions.assertThat;

import dev.godwit.api.v1alpha1.Direction;
import dev.godwit.api.v1alpha1.MigrationStatus;
import dev.godwit.api.v1alpha1.SchemaMigration;
import dev.godwit.api.v1alpha1.SchemaMigrationStatus;
import dev.godwit.api.v1alpha1.StepState;
import dev.godwit.api.v1alpha1.StepStatus;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * The operator dies, or hands over: users notice nothing, nothing is forgotten and nothing begins
 * again. It shares the operator with no other test: a second installation would not do, since the
 * one under test watches every namespace.
 */
@Tag(EndToEnd.ALONE)
@Timeout(value = 10, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class OperatorRestartIT {

  private static final Duration MONITOR = Duration.ofSeconds(15);

  @RegisterExtension final Sandbox sandbox = new Sandbox();

  @AfterEach
  void oneReplicaAgain() {
    OperatorPod.scale(1);
  }

  @Test
  void killedAfterEveryStageItGoesOnWhereItWasAndNoWaitIsLostShortenedOrBegunAgain() {
    Application app = Application.podinfo(sandbox.namespace(), "shop").deployed(V1);
    Snapshot before = sandbox.snapshot();
    EndpointHistory endpoints = sandbox.closing(EndpointHistory.of(app));
    Load load = sandbox.closing(Load.on(app));
    Run run =
        sandbox.start(
            MigrationFixture.toV2(app)
                .smokeTest(MigrationFixture.http("answers", "/", 200, "2.0.0"))
                .monitor(MONITOR.toSeconds() + "s")
                .drain("5s"));

    String holder = holder(OperatorPod.lease().get());
    Instant monitoredSince = null;
    for (String step :
        new String[] {
          "shop/deploy",
          "shop/switch",
          "monitor",
          "drain-blue",
          "shop/upgrade",
          "shop/return",
          "drain-green",
          "shop/remove"
        }) {
      MigrationStatus status =
          run.until(
              step + " to be begun", seen -> Run.step(seen, step).state() != StepState.PENDING);
      StepStatus begun = Run.step(status, step);
      if (step.equals("monitor")) {
        monitoredSince = begun.startedAt();
      }
      OperatorPod.kill();
    }
    MigrationStatus status = run.succeeds();
    load.awaitMore();

    load.stop().lostNothing().movedOnce(V1, V2);
    endpoints.wasNeverEmpty();
    assertThat(holder(OperatorPod.lease().get()))
        .as("it had its Lease all along")
        .isEqualTo(holder);
    StepStatus monitor = Run.step(status, "monitor");
    assertThat(monitor.startedAt()).isEqualTo(monitoredSince);
    assertThat(monitor.finishedAt()).isAfterOrEqualTo(monitor.startedAt().plus(MONITOR));
    assertThat(status.steps())
        .as("no step was begun twice")
        .allSatisfy(step -> assertThat(step.attempt()).isIn(null, 1));
    sandbox.snapshot().isSameAs(before.withImage("shop", app.image(V2)));
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

  /** What is run twice would be written down twice. */
  @Test
  void killedAtEachVersionOfASchemaItRunsNoneTwiceThereAndBack() {
    PostgreSql database = PostgreSql.in(sandbox.namespace());
    database.execute("create table done (what text, nr int generated always as identity)");
    SchemaMigration schema =
        sandbox.create(
            new KubernetesSerialization()
                .unmarshal(
                    """
                    apiVersion: godwit.dev/v1alpha1
                    kind: SchemaMigration
                    metadata: {name: orders}
                    spec:
                      database: {secretRef: {name: orders-db}}
                      baseline: {version: "0.1"}
                      versions:
                      - {version: "0.1", up: "create table done (what text)"}
                      - {version: "1", up: "insert into done values ('1')", down: "insert into done values ('-1')"}
                      - {version: "2", up: "insert into done values ('2')", down: "insert into done values ('-2')"}
                      - {version: "3", up: "insert into done values ('3')", verify: "select false", down: "select"}
                    """,
                    SchemaMigration.class));

    for (String step : new String[] {"1/up", "2/up", "3/up"}) {
      until(schema, step, StepState.RUNNING, StepState.DONE);
      OperatorPod.kill();
    }
    for (String step : new String[] {"2/up", "1/up"}) {
      until(schema, step, StepState.UNDOING, StepState.UNDONE);
      OperatorPod.kill();
    }
    SchemaMigrationStatus status =
        Eventually.until(
                LocalCluster.CLIENT.resource(schema),
                "the way back to be done",
                seen -> seen.getStatus().completionTime() != null)
            .getStatus();

    assertThat(status.phase()).isEqualTo("RolledBack");
    assertThat(status.failure().reason()).isEqualTo("VerifyFailed");
    assertThat(status.current()).isEqualTo("0.1");
    database.holds("(select string_agg(what, ' ' order by nr) from done) = '1 2 -2 -1'");
  }

  private static void until(SchemaMigration schema, String step, StepState one, StepState other) {
    Eventually.until(
        LocalCluster.CLIENT.resource(schema),
        step + " to be " + one,
        seen ->
            seen.getStatus() != null
                && seen.getStatus().steps() != null
                && seen.getStatus().steps().stream()
                    .filter(any -> any.name().equals(step))
                    .anyMatch(any -> any.state() == one || any.state() == other));
  }

  @Test
  void killedThreeTimesOnTheWayOfARollingMigrationItTakesAllServicesBackInReverse() {
    List<Application> apps =
        Stream.of("users", "orders", "catalog", "web", "search")
            .map(name -> Application.podinfo(sandbox.namespace(), name).deployed(V1))
            .toList();
    Snapshot before = sandbox.snapshot();
    MigrationFixture migration =
        MigrationFixture.named("shop")
            .rolling()
            .smokeTest(
                MigrationFixture.only(
                    apps.get(3), MigrationFixture.http("never", "/", 200, "another version")));
    apps.forEach(app -> migration.image(app, app.image(V2)));
    Load load = sandbox.closing(Load.onAll(apps));
    Run run = sandbox.start(migration);

    for (String step : List.of("users/switch", "catalog/deploy", "web/smoke-tests")) {
      run.until(step + " to be begun", seen -> Run.step(seen, step).state() != StepState.PENDING);
      OperatorPod.kill();
    }
    MigrationStatus status = run.rollsBack();
    load.awaitMore();

    assertThat(status.failure().reason()).isEqualTo("CheckFailed");
    LoadResult result = load.stop().lostNothing();
    assertThat(result.of(apps.get(1)).versions()).contains(V2);
    assertThat(result.of(apps.get(3)).allVersions()).containsExactly(V1);
    assertThat(result.of(apps.get(4)).allVersions()).containsExactly(V1);
    RollingIT.assertBackInReverse(status, List.of("catalog", "orders", "users"));
    sandbox.snapshot().isSameAs(before);
  }

  @Test
  void killedThreeTimesOnTheWayOfAnUpgradeInPlaceItFinishesAndNoRequestFails() {
    Store store = Store.deployed(sandbox.namespace());
    Snapshot before = sandbox.snapshot();
    EndpointHistory endpoints =
        sandbox.closing(EndpointHistory.of(sandbox.namespace(), Store.NAME));
    Load load = sandbox.closing(Load.on(sandbox.namespace(), Store.NAME, 80));
    Run run = store.start(yaml -> yaml);

    for (String step : List.of("store/backup-2", "store/upgrade-1", "store/in-0")) {
      run.until(step + " to be begun", seen -> Run.step(seen, step).state() != StepState.PENDING);
      OperatorPod.kill();
    }
    MigrationStatus status = run.succeeds();
    load.awaitMore();

    load.stop().lostNothing();
    endpoints.neverHadFewerThan(2);
    assertThat(status.steps())
        .as("no step was begun twice")
        .allSatisfy(step -> assertThat(step.attempt()).isIn(null, 1));
    sandbox.snapshot().isSameAs(before.withImageOf("StatefulSet", Store.NAME, "podinfo:" + V2));
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
    String leader = holder(OperatorPod.lease().get());

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

    String leader = holder(OperatorPod.lease().get());
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
                  List<String> seen = leases.stream().map(OperatorRestartIT::holder).toList();
                  holders.addAll(seen);
                  return seen.stream().anyMatch(it -> !it.isEmpty() && !it.equals(leader));
                });
    Eventually.holds("the Lease to be watched", () -> !holders.isEmpty());
    done.run();
    Eventually.get(another, "another holder of the Lease", new AtomicReference<>(holders));
    return holders;
  }

  private static String holder(Lease lease) {
    return Objects.requireNonNullElse(lease.getSpec().getHolderIdentity(), "");
  }
}
