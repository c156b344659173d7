package dev.godwit.operator.e2e;

import static dev.godwit.operator.e2e.Application.V1;
import static dev.godwit.operator.e2e.Application.V2;
import static org.assertj.core.api.Assertions.assertThat;

import dev.godwit.api.v1alpha1.MigrationStatus;
import dev.godwit.api.v1alpha1.OnFailure;
import dev.godwit.api.v1alpha1.StepState;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A migration that stops for a person: because they said so, or because something failed. */
@EndToEnd
class PauseIT {

  @RegisterExtension final Sandbox sandbox = new Sandbox();

  @Test
  void aPausedMigrationHoldsBeforeItsNextStageAndGoesOnWhenResumed() {
    Application app = Application.podinfo(sandbox.namespace(), "shop").deployed(V1);
    Snapshot before = sandbox.snapshot();
    Load load = sandbox.closing(Load.on(app));
    Run run = sandbox.start(readyWhenAsked(app).monitor("1h"));
    run.reaches("shop/deploy", StepState.RUNNING);

    run.pause(true);
    makeReady(app);
    MigrationStatus paused = run.reports("Paused", "True");
    assertThat(paused.phase()).isEqualTo("Paused");
    assertThat(Run.step(paused, "shop/deploy").state()).isEqualTo(StepState.DONE);
    assertThat(Run.step(paused, "shop/switch").state()).isEqualTo(StepState.PENDING);
    load.awaitVersion(V1);

    run.pause(false);
    RollbackIT.onGreen(run, load);
    assertThat(Run.is(run.status(), "Paused", "True")).isFalse();
    run.abort();
    run.rollsBack();
    load.awaitMore();

    assertThat(load.stop().lostNothing().versions()).containsExactly(V1, V2);
    sandbox.snapshot().isSameAs(before);
  }

  @Test
  void guardsStayOnWhileAMigrationIsPaused() {
    Application app = Application.podinfo(sandbox.namespace(), "shop").deployed(V1);
    Snapshot before = sandbox.snapshot();
    EndpointHistory endpoints = sandbox.closing(EndpointHistory.of(app));
    Run run = sandbox.start(MigrationFixture.toV2(app).monitor("1h"));
    run.reports("TrafficOnGreen", "True");
    run.pause(true);
    endpoints.onlyOf("shop-green");

    app.green().delete();
    MigrationStatus status = run.rollsBack();

    assertThat(status.failure().reason()).isEqualTo("GreenDeleted");
    endpoints.onlyOf("shop");
    sandbox.snapshot().isSameAs(before);
  }

  @Test
  void onFailurePauseStaysWhereItIsUntilAborted() {
    Application app = Application.podinfo(sandbox.namespace(), "shop").deployed(V1);
    Snapshot before = sandbox.snapshot();
    EndpointHistory endpoints = sandbox.closing(EndpointHistory.of(app));
    Run run = sandbox.start(failing(app));
    MigrationStatus stopped = run.stopsFor("CheckFailed");
    assertThat(Run.is(stopped, "Stalled", "True")).isTrue();
    assertThat(stopped.message()).contains("spec.abort").contains("spec.paused");
    assertThat(app.green().get()).isNotNull();

    run.abort();
    MigrationStatus status = run.rollsBack();

    assertThat(status.failure().reason()).isEqualTo("CheckFailed");
    endpoints.wasNeverEmpty().neverHeld("shop-green");
    sandbox.snapshot().isSameAs(before);
  }

  @Test
  void onFailurePauseTriesOnceMoreWhenAPersonHasSeenItAndSaysSo() {
    Application app = Application.podinfo(sandbox.namespace(), "shop").deployed(V1);
    Load load = sandbox.closing(Load.on(app));
    Run run = sandbox.start(failing(app));
    run.stopsFor("CheckFailed");

    // Mended: the pods answer what the check expects, from now on.
    app.greenPods()
        .forEach(
            pod ->
                LocalCluster.post(app.namespace(), pod.getMetadata().getName(), "/readyz/enable"));
    run.pause(true);
    run.until("seen by a person", status -> Boolean.TRUE.equals(status.failure().acknowledged()));
    run.pause(false);
    MigrationStatus status = run.succeeds();
    load.awaitMore();

    load.stop().lostNothing().movedOnce(V1, V2);
    assertThat(status.failure()).isNull();
    assertThat(app.green().get()).isNull();
    assertThat(Run.step(status, "shop/smoke-tests").attempt()).isEqualTo(2);
  }

  /** Green gets ready when the test makes it so. */
  private static MigrationFixture readyWhenAsked(Application app) {
    return MigrationFixture.named("upgrade")
        .patch(
            app,
            """
            {"spec": {"containers": [{"name": "app", "image": "localhost/podinfo:2.0.0",
                "args": ["--unready"]}]}}""");
  }

  private static void makeReady(Application app) {
    Eventually.all(
            app.labelled("shop-green"),
            "green's containers to run",
            pods ->
                pods.size() == 2
                    && pods.stream()
                        .allMatch(
                            pod ->
                                pod.getStatus().getContainerStatuses().stream()
                                    .anyMatch(
                                        container -> container.getState().getRunning() != null)))
        .forEach(
            pod ->
                LocalCluster.post(app.namespace(), pod.getMetadata().getName(), "/readyz/enable"));
  }

  /** Green starts unready by its own word, which the kubelet does not ask. */
  private static MigrationFixture failing(Application app) {
    return MigrationFixture.named("upgrade")
        .patch(
            app,
            """
            {"spec": {"containers": [{"name": "app", "image": "localhost/podinfo:2.0.0",
                "args": ["--unready"],
                "readinessProbe": {"httpGet": {"path": "/healthz"}}}]}}""")
        .onFailure(OnFailure.PAUSE)
        .smokeTest(MigrationFixture.http("is-ready", "/readyz", 200, null));
  }
}
