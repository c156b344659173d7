package dev.godwit.operator.e2e;

import static dev.godwit.operator.e2e.Application.V1;
import static dev.godwit.operator.e2e.Application.V2;
import static org.assertj.core.api.Assertions.assertThat;

import dev.godwit.api.v1alpha1.MigrationStatus;
import dev.godwit.api.v1alpha1.StepState;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A person aborts or deletes a migration: in every phase, all goes back to what it was. */
@EndToEnd
class ChangeOfMindIT {

  @RegisterExtension final Sandbox sandbox = new Sandbox();

  @ParameterizedTest
  @EnumSource
  void abortTakesEverythingBack(Moment moment) {
    Application app = Application.podinfo(sandbox.namespace(), "shop").deployed(V1);
    Snapshot before = sandbox.snapshot();
    EndpointHistory endpoints = sandbox.closing(EndpointHistory.of(app));
    endpoints.onlyOf("shop");
    Run run = sandbox.start(moment.of(app));
    moment.reachedBy(run);

    run.abort();
    MigrationStatus status = run.rollsBack();

    assertThat(status.failure().reason()).isEqualTo("Aborted");
    assertThat(Run.is(status, "TrafficOnGreen", "False")).isTrue();
    wasTakenBack(moment, app, endpoints, before);
  }

  @ParameterizedTest
  @EnumSource
  void deletingTheMigrationTakesEverythingBack(Moment moment) {
    Application app = Application.podinfo(sandbox.namespace(), "shop").deployed(V1);
    Snapshot before = sandbox.snapshot();
    EndpointHistory endpoints = sandbox.closing(EndpointHistory.of(app));
    endpoints.onlyOf("shop");
    Run run = sandbox.start(moment.of(app));
    moment.reachedBy(run);

    run.deleted();

    wasTakenBack(moment, app, endpoints, before);
  }

  @Test
  void abortWhileGreenServesLosesNoRequest() {
    Application app = Application.podinfo(sandbox.namespace(), "shop").deployed(V1);
    Load load = sandbox.closing(Load.on(app));
    Run run = sandbox.start(MigrationFixture.toV2(app).monitor("1h"));
    RollbackIT.onGreen(run, load);
    run.reaches("monitor", StepState.RUNNING);
    String version = run.now().getMetadata().getResourceVersion();
    AuditLog audit = AuditLog.fromNow(sandbox.namespace());
    Eventually.never(
        run.handle(),
        "the status of a migration that waits was written again",
        Duration.ofSeconds(10),
        migration -> !version.equals(migration.getMetadata().getResourceVersion()));
    assertThat(audit.writes()).as("writes while it waits").isEmpty();

    run.abort();
    run.rollsBack();
    app.greenIsGone();
    load.awaitMore();

    LoadResult result = load.stop().lostNothing();
    assertThat(result.versions()).containsExactly(V1, V2);
    assertThat(result.answers().getLast().version()).isEqualTo(V1);
  }

  @Test
  void deletingTheMigrationWhileGreenServesLosesNoRequest() {
    Application app = Application.podinfo(sandbox.namespace(), "shop").deployed(V1);
    Load load = sandbox.closing(Load.on(app));
    Run run = sandbox.start(MigrationFixture.toV2(app).monitor("1h"));
    RollbackIT.onGreen(run, load);

    run.deleted();
    app.greenIsGone();
    load.awaitMore();

    LoadResult result = load.stop().lostNothing();
    assertThat(result.versions()).containsExactly(V1, V2);
    assertThat(result.answers().getLast().version()).isEqualTo(V1);
  }

  @Test
  void abortAfterThePointOfNoReturnIsTooLateAndTheMigrationGoesOn() {
    Application app =
        Application.podinfo(sandbox.namespace(), "shop")
            .deployed(V1, it -> it.editSpec().withMinReadySeconds(4).endSpec());
    Snapshot before = sandbox.snapshot();
    Load load = sandbox.closing(Load.on(app));
    Run run = sandbox.start(MigrationFixture.toV2(app));
    run.reaches("shop/upgrade", StepState.RUNNING);

    run.abort();
    run.succeeds();
    load.awaitMore();

    load.stop().lostNothing().movedOnce(V1, V2);
    sandbox.snapshot().isSameAs(before.withImage("shop", app.image(V2)));
  }

  @Test
  void aMigrationThatHasNotStartedIsDeletedAtOnce() {
    Application app = Application.podinfo(sandbox.namespace(), "shop");
    sandbox.create(app.service());
    Run run = sandbox.start(MigrationFixture.toV2(app));
    run.isRefused();

    run.deleted();
  }

  @Test
  void aMigrationThatHasEndedIsDeletedAtOnceAndNothingElseWithIt() {
    Application app = Application.podinfo(sandbox.namespace(), "shop").deployed(V1);
    Snapshot before = sandbox.snapshot();
    Run run = sandbox.start(MigrationFixture.toV2(app));
    run.succeeds();

    run.deleted();

    sandbox.snapshot().isSameAs(before.withImage("shop", app.image(V2)));
  }

  @ParameterizedTest
  @EnumSource(names = {"DEPLOYING", "SMOKE_TESTING", "MONITORING", "HANDING_OVER"})
  void aNamespaceThatIsDeletedWithAMigrationInItGoes(Moment moment) {
    Application app = Application.podinfo(sandbox.namespace(), "shop").deployed(V1);
    moment.reachedBy(sandbox.start(moment.of(app)));

    var namespace = LocalCluster.CLIENT.namespaces().withName(sandbox.namespace());
    namespace.delete();

    Eventually.gone(namespace, "the namespace");
  }

  private void wasTakenBack(
      Moment moment, Application app, EndpointHistory endpoints, Snapshot before) {
    endpoints.wasNeverEmpty().onlyOf("shop");
    if (!moment.isOnGreen()) {
      endpoints.neverHeld("shop-green");
    }
    sandbox.snapshot().isSameAs(before);
    app.greenIsGone();
  }
}
