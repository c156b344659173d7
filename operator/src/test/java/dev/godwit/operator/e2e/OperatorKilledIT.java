package dev.godwit.operator.e2e;

import static dev.godwit.operator.e2e.Application.V1;
import static dev.godwit.operator.e2e.Application.V2;
import static org.assertj.core.api.Assertions.assertThat;

import dev.godwit.api.v1alpha1.MigrationStatus;
import dev.godwit.api.v1alpha1.SchemaMigration;
import dev.godwit.api.v1alpha1.SchemaMigrationStatus;
import dev.godwit.api.v1alpha1.StepState;
import dev.godwit.api.v1alpha1.StepStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.ResourceAccessMode;
import org.junit.jupiter.api.parallel.ResourceLock;

/**
 * The operator's process is killed: users notice nothing, nothing is forgotten and nothing begins
 * again. These tests run side by side, so that each sees the operator killed when it asks for that,
 * and at moments that the others choose.
 */
@EndToEnd
@Tag(EndToEnd.ALONE)
@ResourceLock(value = OperatorPod.NAME, mode = ResourceAccessMode.READ)
class OperatorKilledIT {

  private static final Duration MONITOR = Duration.ofSeconds(15);

  @RegisterExtension final Sandbox sandbox = new Sandbox();

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

    String holder = OperatorPod.holder();
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
    assertThat(OperatorPod.holder()).as("it had its Lease all along").isEqualTo(holder);
    StepStatus monitor = Run.step(status, "monitor");
    assertThat(monitor.startedAt()).isEqualTo(monitoredSince);
    assertThat(monitor.finishedAt()).isAfterOrEqualTo(monitor.startedAt().plus(MONITOR));
    assertThat(status.steps())
        .as("no step was begun twice")
        .allSatisfy(step -> assertThat(step.attempt()).isIn(null, 1));
    sandbox.snapshot().isSameAs(before.withImage("shop", app.image(V2)));
  }

  /** What is run twice would be written down twice. */
  @Test
  void killedAtEachVersionOfASchemaItRunsNoneTwiceThereAndBack() {
    PostgreSql database = PostgreSql.in(sandbox.namespace());
    database.execute("create table done (what text, nr int generated always as identity)");
    SchemaMigration schema =
        sandbox.create(
            Schemas.of(
                "orders",
                """
                baseline: {version: "0.1"}
                versions:
                - {version: "0.1", up: "create table done (what text)"}
                - {version: "1", up: "insert into done values ('1')", down: "insert into done values ('-1')"}
                - {version: "2", up: "insert into done values ('2')", down: "insert into done values ('-2')"}
                - {version: "3", up: "insert into done values ('3')", verify: "select false", down: "select"}
                """));

    for (String step : new String[] {"1/up", "2/up", "3/up"}) {
      until(schema, step, StepState.RUNNING, StepState.DONE);
      OperatorPod.kill();
    }
    for (String step : new String[] {"2/up", "1/up"}) {
      until(schema, step, StepState.UNDOING, StepState.UNDONE);
      OperatorPod.kill();
    }
    SchemaMigrationStatus status =
        Schemas.until(schema, "the way back to be done", seen -> seen.completionTime() != null);

    assertThat(status.phase()).isEqualTo("RolledBack");
    assertThat(status.failure().reason()).isEqualTo("VerifyFailed");
    assertThat(status.current()).isEqualTo("0.1");
    database.holds("(select string_agg(what, ' ' order by nr) from done) = '1 2 -2 -1'");
  }

  private static void until(SchemaMigration schema, String step, StepState one, StepState other) {
    Schemas.until(
        schema,
        step + " to be " + one,
        status ->
            status.steps() != null
                && status.steps().stream()
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
}
