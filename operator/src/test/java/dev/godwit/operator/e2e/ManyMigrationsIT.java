package dev.godwit.operator.e2e;

import static dev.godwit.operator.e2e.Application.V1;
import static dev.godwit.operator.e2e.Application.V2;
import static org.assertj.core.api.Assertions.assertThat;

import dev.godwit.api.v1alpha1.Cleanup;
import dev.godwit.api.v1alpha1.MigrationStatus;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** More than one migration, and one more than once. */
@EndToEnd
class ManyMigrationsIT {

  @RegisterExtension final Sandbox sandbox = new Sandbox();

  @Test
  void applyingTheSameMigrationAgainChangesNothing() {
    Application app = Application.podinfo(sandbox.namespace(), "shop").deployed(V1);
    Snapshot before = sandbox.snapshot();
    Load load = sandbox.closing(Load.on(app));
    MigrationFixture migration = MigrationFixture.toV2(app).monitor("5s");
    apply(migration);
    Run run = sandbox.run(migration.name());
    run.reports("TrafficOnGreen", "True");

    apply(migration);
    MigrationStatus status = run.succeeds();
    apply(migration);
    load.awaitMore();

    load.stop().lostNothing().movedOnce(V1, V2);
    assertThat(run.status()).isEqualTo(status);
    sandbox.snapshot().isSameAs(before.withImage("shop", app.image(V2)));
  }

  @Test
  void ofTwoMigrationsOfOneWorkloadExactlyOneWinsAndTheOtherSaysWhoHoldsIt() {
    Application app = Application.podinfo(sandbox.namespace(), "shop").deployed(V1);
    Load load = sandbox.closing(Load.on(app));
    List<Run> runs =
        Stream.of("first", "second")
            .map(name -> MigrationFixture.named(name).image(app, app.image(V2)).monitor("1h"))
            .parallel()
            .map(sandbox::start)
            .toList();

    Run winner =
        runs.stream()
            .map(
                run ->
                    run.until(
                                        "one of the two outcomes",
                                        status ->
                                            Run.is(status, "TrafficOnGreen", "True")
                                                || Run.is(status, "PreflightPassed", "False")
                                                || Run.is(status, "RolledBack", "True"))
                                    .startTime()
                                != null
                            && Run.is(run.status(), "TrafficOnGreen", "True")
                        ? run
                        : null)
            .filter(run -> run != null)
            .reduce(
                (one, other) -> {
                  throw new AssertionError("both won");
                })
            .orElseThrow(() -> new AssertionError("neither won"));
    Run loser = runs.stream().filter(run -> run != winner).findFirst().orElseThrow();

    String name = winner.now().getMetadata().getName();
    assertThat(loser.status().message()).contains("held by Migration " + name);
    assertThat(app.handle().get().getMetadata().getLabels())
        .containsEntry("godwit.dev/migration", name);
    winner.abort();
    winner.rollsBack();
    load.awaitMore();
    // Green may have served for too short a time to have answered anybody.
    assertThat(load.stop().lostNothing().versions()).startsWith(V1);
  }

  /**
   * Twenty times there and back, by a migration to a version that stands by already, and an abort.
   */
  @Test
  void twentySwitchesUnderTheFullLoadLoseNothing() {
    Application app = Application.podinfo(sandbox.namespace(), "shop").deployed(V1);
    Application.podinfo(sandbox.namespace(), "shop-next").deployedAlone(V2, same -> same);
    Snapshot before = sandbox.snapshot();
    EndpointHistory endpoints = sandbox.closing(EndpointHistory.of(app));
    Load load = sandbox.closing(Load.on(app));

    for (int time = 0; time < 20; time++) {
      Run run =
          sandbox.start(
              MigrationFixture.named("time-" + time)
                  .replacement(app, "shop-next")
                  .cleanup(Cleanup.KEEP)
                  .monitor("1h")
                  .drain("0s"));
      load.awaitVersion(V2);
      run.reports("TrafficOnGreen", "True");
      run.abort();
      load.awaitVersion(V1);
      run.rollsBack();
    }

    load.stop().lostNothing();
    endpoints.wasNeverEmpty();
    assertThat(
            endpoints.entries().stream()
                .filter(
                    entry -> entry.pods().stream().allMatch(pod -> pod.startsWith("shop-next-"))))
        .hasSize(20);
    sandbox.snapshot().isSameAs(before);
  }

  private void apply(MigrationFixture migration) {
    LocalCluster.CLIENT
        .resource(migration.build())
        .inNamespace(sandbox.namespace())
        .patch(
            new PatchContext.Builder()
                .withPatchType(PatchType.SERVER_SIDE_APPLY)
                .withFieldManager("platform-engineer")
                .withForce(true)
                .build());
  }
}
