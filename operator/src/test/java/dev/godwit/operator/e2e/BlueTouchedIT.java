package dev.godwit.operator.e2e;

import static dev.godwit.operator.e2e.Application.V1;
import static dev.godwit.operator.e2e.Application.V2;
import static org.assertj.core.api.Assertions.assertThat;

import dev.godwit.api.v1alpha1.MigrationStatus;
import dev.godwit.api.v1alpha1.StepState;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Somebody else changes or deletes the way back: the migration stops, and says so. */
@EndToEnd
class BlueTouchedIT {

  @RegisterExtension final Sandbox sandbox = new Sandbox();

  @Test
  void blueEditedBeforeTheSwitchServesOnAndGreenGoes() {
    Application app = Application.podinfo(sandbox.namespace(), "shop").deployed(V1);
    Snapshot before = sandbox.snapshot();
    EndpointHistory endpoints = sandbox.closing(EndpointHistory.of(app));
    Load load = sandbox.closing(Load.on(app));
    Run run = sandbox.start(MigrationFixture.toV2(app).smokeTest(MigrationFixture.neverPasses()));
    run.reaches("shop/smoke-tests", StepState.RUNNING);

    app.edit(app.handle(), it -> RollbackIT.image(it, app.image("3.0.0")));
    MigrationStatus status = run.rollsBack();
    app.rolledOut();
    load.awaitVersion("3.0.0");

    assertThat(load.stop().lostNothing().allVersions()).containsExactly(V1, "3.0.0");
    assertThat(status.failure().reason()).isEqualTo("BlueChanged");
    endpoints.wasNeverEmpty().neverHeld("shop-green");
    sandbox.snapshot().isSameAs(before.withImage("shop", app.image("3.0.0")));
  }

  @Test
  void blueEditedAfterTheSwitchIsNoWayBackUntilAPersonSaysSo() {
    Application app = Application.podinfo(sandbox.namespace(), "shop").deployed(V1);
    Snapshot before = sandbox.snapshot();
    EndpointHistory endpoints = sandbox.closing(EndpointHistory.of(app));
    Load load = sandbox.closing(Load.on(app));
    Run run = sandbox.start(MigrationFixture.toV2(app).monitor("1h"));
    RollbackIT.onGreen(run, load);

    app.edit(app.handle(), it -> RollbackIT.image(it, app.image("3.0.0")));
    MigrationStatus stopped = run.stopsFor("BlueChanged");
    app.rolledOut();
    load.awaitVersion(V2);
    assertThat(Run.is(stopped, "Stalled", "True")).isTrue();
    assertThat(Run.is(stopped, "TrafficOnGreen", "True")).isTrue();
    assertThat(stopped.message()).contains("Deployment shop").contains("spec.abort");

    run.abort();
    run.rollsBack();
    load.awaitVersion("3.0.0");

    assertThat(load.stop().lostNothing().versions()).containsExactly(V1, V2, "3.0.0");
    endpoints.wasNeverEmpty();
    sandbox.snapshot().isSameAs(before.withImage("shop", app.image("3.0.0")));
  }

  @Test
  void blueDeletedAfterTheSwitchLeavesTrafficOnGreenAndEndsWithTheMigration() {
    Application app = Application.podinfo(sandbox.namespace(), "shop").deployed(V1);
    EndpointHistory endpoints = sandbox.closing(EndpointHistory.of(app));
    Load load = sandbox.closing(Load.on(app));
    Run run = sandbox.start(MigrationFixture.toV2(app).monitor("1h"));
    RollbackIT.onGreen(run, load);

    app.handle().delete();
    MigrationStatus stopped = run.stopsFor("BlueDeleted");
    assertThat(Run.is(stopped, "Stalled", "True")).isTrue();
    assertThat(stopped.message()).contains("Deployment shop").contains("Create it again");
    Eventually.all(app.labelled("shop"), "blue's pods to be gone", pods -> pods.isEmpty());

    // "or delete the Migration to leave everything as it is", as its message says.
    run.deleted();
    load.awaitMore();

    assertThat(load.stop().lostNothing().versions()).containsExactly(V1, V2);
    endpoints.onlyOf("shop-green");
  }

  @Test
  void blueDeletedBeforeTheSwitchStopsTheMigrationAndItSaysHowToGoOn() {
    Application app = Application.podinfo(sandbox.namespace(), "shop").deployed(V1);
    EndpointHistory endpoints = sandbox.closing(EndpointHistory.of(app));
    endpoints.onlyOf("shop");
    Run run = sandbox.start(MigrationFixture.toV2(app).smokeTest(MigrationFixture.neverPasses()));
    run.reaches("shop/smoke-tests", StepState.RUNNING);

    app.handle().delete();
    MigrationStatus stopped = run.stopsFor("BlueDeleted");

    assertThat(Run.is(stopped, "Stalled", "True")).isTrue();
    assertThat(stopped.message()).contains("Deployment shop").contains("spec.abort");
    endpoints.neverHeld("shop-green");
    run.abort();
    run.rollsBack();
    assertThat(app.green().get()).isNull();
  }
}
