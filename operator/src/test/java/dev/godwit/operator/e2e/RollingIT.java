package dev.godwit.operator.e2e;

import static dev.godwit.operator.e2e.Application.V1;
import static dev.godwit.operator.e2e.Application.V2;
import static org.assertj.core.api.Assertions.assertThat;

import dev.godwit.api.v1alpha1.MigrationStatus;
import dev.godwit.api.v1alpha1.StepState;
import dev.godwit.api.v1alpha1.StepStatus;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.ResourceLock;

/**
 * Service after service; when one fails, all of them back, and users of none of them notice. One
 * test at a time: each has twenty pods.
 */
@EndToEnd
@ResourceLock("twenty pods")
@Order(2)
class RollingIT {

  private static final List<String> NAMES = List.of("users", "catalog", "orders", "cart", "web");

  @RegisterExtension final Sandbox sandbox = new Sandbox();

  @Test
  void fiveServicesMoveOneAfterTheOtherWithoutAFailedRequest() {
    List<Application> apps = deployed();
    Snapshot before = sandbox.snapshot();
    Load load = sandbox.closing(Load.onAll(apps));

    MigrationStatus status = sandbox.start(migration(apps)).succeeds();
    load.awaitMore();

    LoadResult result = load.stop().lostNothing();
    apps.forEach(app -> result.of(app).movedOnce(V1, V2));
    for (int index = 1; index < apps.size(); index++) {
      assertThat(Run.step(status, NAMES.get(index) + "/snapshot").startedAt())
          .as("%s waits for the one before", NAMES.get(index))
          .isAfterOrEqualTo(Run.step(status, NAMES.get(index - 1) + "/monitor").finishedAt());
    }
    Snapshot wanted = before;
    for (Application app : apps) {
      wanted = wanted.withImage(app.name(), app.image(V2));
    }
    sandbox.snapshot().isSameAs(wanted);
  }

  @Test
  void aServiceThatFailsItsCheckTakesThoseBeforeItBackAndTheRestIsNeverTouched() {
    List<Application> apps = deployed();
    Snapshot before = sandbox.snapshot();
    String versionOfWeb = versionsOf(apps.get(4));
    Load load = sandbox.closing(Load.onAll(apps));

    MigrationStatus status =
        sandbox
            .start(
                migration(apps)
                    .smokeTest(
                        MigrationFixture.only(
                            apps.get(3), MigrationFixture.http("bad", "/status/500", 200, null))))
            .rollsBack();
    load.awaitMore();

    LoadResult result = load.stop().lostNothing();
    assertThat(status.failure().message()).contains("cart/smoke-tests");
    assertThat(result.of(apps.get(2)).versions()).containsExactly(V1, V2);
    assertThat(result.of(apps.get(3)).allVersions()).as("nobody saw it").containsExactly(V1);
    assertThat(result.of(apps.get(4)).allVersions()).containsExactly(V1);
    assertBackInReverse(status, List.of("orders", "catalog", "users"));
    sandbox.snapshot().isSameAs(before);
    assertThat(versionsOf(apps.get(4))).isEqualTo(versionOfWeb);
  }

  @Test
  void aServiceThatTurnsBadWhileItIsWatchedTakesAllBackInReverse() {
    List<Application> apps = deployed();
    Snapshot before = sandbox.snapshot();
    String versionOfWeb = versionsOf(apps.get(4));
    Load load = sandbox.closing(Load.onAll(apps));
    Run run = sandbox.start(migration(apps).monitor("8s").probe("/readyz"));
    run.reaches("cart/monitor", StepState.RUNNING);
    load.awaitVersion(apps.get(3), V2);

    apps.get(3).greenPods().forEach(pod -> RollbackIT.disableReadyz(apps.get(3), pod));
    MigrationStatus status = run.rollsBack();
    load.awaitMore();

    load.stop().lostNothing();
    assertThat(status.failure().reason()).isEqualTo("ProbeFailed");
    assertThat(status.failure().message()).contains("cart");
    assertThat(status.services())
        .allSatisfy(service -> assertThat(service.side()).isEqualTo("Blue"));
    assertBackInReverse(status, List.of("cart", "orders", "catalog", "users"));
    sandbox.snapshot().isSameAs(before);
    assertThat(versionsOf(apps.get(4))).isEqualTo(versionOfWeb);
  }

  @Test
  void theFirstServiceTripsWhileTheLastIsDeployedAndAllGoBack() {
    List<Application> apps = deployed();
    Snapshot before = sandbox.snapshot();
    Load load = sandbox.closing(Load.onAll(apps));
    Run run =
        sandbox.start(
            migration(apps)
                .probe("/readyz")
                .smokeTest(MigrationFixture.only(apps.get(4), MigrationFixture.neverPasses())));
    run.reaches("web/smoke-tests", StepState.RUNNING);

    apps.getFirst().greenPods().forEach(pod -> RollbackIT.disableReadyz(apps.getFirst(), pod));
    MigrationStatus status = run.rollsBack();
    load.awaitMore();

    LoadResult result = load.stop().lostNothing();
    assertThat(status.failure().reason()).isEqualTo("ProbeFailed");
    assertThat(status.failure().message()).contains("users");
    assertThat(result.of(apps.get(4)).allVersions()).containsExactly(V1);
    assertBackInReverse(status, List.of("cart", "orders", "catalog", "users"));
    sandbox.snapshot().isSameAs(before);
  }

  private List<Application> deployed() {
    return NAMES.stream().parallel().map(this::deployed).toList();
  }

  /**
   * One whose pods would leave the Service by themselves a few seconds after they were told to fail
   * would make it a matter of time whether all are back before.
   */
  private Application deployed(String name) {
    return Application.podinfo(sandbox.namespace(), name)
        .deployed(V1, RollbackIT::readinessOfHealthz);
  }

  private static MigrationFixture migration(List<Application> apps) {
    MigrationFixture migration = MigrationFixture.named("shop").rolling();
    apps.forEach(app -> migration.image(app, app.image(V2)));
    return migration;
  }

  /** The versions of a service's objects: they change with every write. */
  private static String versionsOf(Application app) {
    return app.handle().get().getMetadata().getGeneration()
        + " "
        + app.traffic().get().getMetadata().getResourceVersion();
  }

  /** Each service's traffic was confirmed to be back before that of the next one was moved. */
  static void assertBackInReverse(MigrationStatus status, List<String> services) {
    List<StepStatus> switches =
        services.stream().map(service -> Run.step(status, service + "/switch")).toList();
    for (int index = 1; index < switches.size(); index++) {
      Instant confirmed = switches.get(index - 1).undoneAt();
      assertThat(switches.get(index).undoStartedAt())
          .as("%s after %s", switches.get(index).name(), switches.get(index - 1).name())
          .isAfterOrEqualTo(confirmed);
    }
    Stream<Instant> removals =
        services.stream().map(service -> Run.step(status, service + "/deploy").undoneAt());
    assertThat(removals.min(Comparator.naturalOrder()).orElseThrow())
        .as("no pods are removed before all traffic is back")
        .isAfter(switches.getLast().undoneAt());
  }
}
