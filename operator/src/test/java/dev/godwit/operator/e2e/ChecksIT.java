package dev.godwit.operator.e2e;

import static dev.godwit.operator.e2e.Application.V1;
import static dev.godwit.operator.e2e.Application.V2;
import static org.assertj.core.api.Assertions.assertThat;

import dev.godwit.api.v1alpha1.Check;
import dev.godwit.api.v1alpha1.JobCheck;
import dev.godwit.api.v1alpha1.MigrationStatus;
import dev.godwit.api.v1alpha1.StepState;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import java.util.List;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Checks of green while it is out of rotation: a bad one never gets the traffic. */
@EndToEnd
class ChecksIT {

  private static final String TOOL_IMAGE = "localhost/load:local";

  @RegisterExtension final Sandbox sandbox = new Sandbox();

  /** A check that fails, and what its failure must say. */
  record Failing(Check check, List<String> says) {}

  @Test
  void checksOfEveryKindThatPassLetTheMigrationGoOnAndLeaveNothing() {
    Application app =
        Application.podinfo(sandbox.namespace(), "shop").deployed(V1, ChecksIT::withGrpc);
    Snapshot before = sandbox.snapshot();

    MigrationStatus status =
        sandbox
            .start(
                MigrationFixture.toV2(app)
                    .smokeTest(MigrationFixture.http("answers", "/", 200, "2.0.0"))
                    .smokeTest(MigrationFixture.tcp("listens", 9898))
                    .smokeTest(MigrationFixture.grpc("serves", 9999))
                    .test(MigrationFixture.job("runs", TOOL_IMAGE, "/load", "-version")))
            .succeeds();

    assertThat(Run.step(status, "shop/smoke-tests").state()).isEqualTo(StepState.DONE);
    assertThat(Run.step(status, "shop/tests").state()).isEqualTo(StepState.DONE);
    sandbox.snapshot().isSameAs(before.withImage("shop", app.image(V2)));
  }

  @ParameterizedTest
  @MethodSource("failing")
  void aCheckThatFailsKeepsTrafficOnBlueAndSaysWhy(Failing failing) {
    Application app = Application.podinfo(sandbox.namespace(), "shop").deployed(V1);
    Snapshot before = sandbox.snapshot();
    EndpointHistory endpoints = sandbox.closing(EndpointHistory.of(app));

    MigrationStatus status =
        sandbox.start(MigrationFixture.toV2(app).smokeTest(failing.check())).rollsBack();

    assertThat(status.failure().reason()).isEqualTo("CheckFailed");
    assertThat(status.failure().message())
        .contains("shop/smoke-tests")
        .contains(failing.check().name())
        .contains(failing.says());
    endpoints.onlyOf("shop");
    endpoints.wasNeverEmpty().neverHeld("shop-green");
    sandbox.snapshot().isSameAs(before);
  }

  @Test
  void aBackupThatFailsEndsTheMigrationBeforeAnythingIsDeployed() {
    Application app = Application.podinfo(sandbox.namespace(), "shop").deployed(V1);
    Snapshot before = sandbox.snapshot();

    Run run =
        sandbox.start(
            MigrationFixture.toV2(app)
                .backup(
                    new JobCheck(
                        TOOL_IMAGE, List.of("/load", "attack", "-targets=/no-disk"), null, null)));
    MigrationStatus status = run.rollsBack();

    assertThat(status.failure().message()).contains("shop/backup").contains("/no-disk");
    assertThat(Run.step(status, "shop/deploy").startedAt()).isNull();
    sandbox.snapshot().isSameAs(before);
  }

  @Test
  void aBackupRunsBeforeAnythingIsDeployed() {
    Application app = Application.podinfo(sandbox.namespace(), "shop").deployed(V1);

    MigrationStatus status =
        sandbox
            .start(
                MigrationFixture.toV2(app)
                    .backup(new JobCheck(TOOL_IMAGE, List.of("/load", "-version"), null, null)))
            .succeeds();

    assertThat(Run.step(status, "shop/backup").finishedAt())
        .isBeforeOrEqualTo(Run.step(status, "shop/deploy").startedAt());
  }

  static List<Named<Failing>> failing() {
    return List.of(
        named(MigrationFixture.http("status", "/status/500", 200, null), "500"),
        named(MigrationFixture.http("text", "/", null, "no such words"), "without the text"),
        named(MigrationFixture.tcp("silent", 4711), "4711"),
        named(MigrationFixture.grpc("no-grpc", 9999), "9999"),
        // Kubernetes fills in the variables; the program says what it could not open.
        named(
            MigrationFixture.job(
                "job",
                TOOL_IMAGE,
                "/load",
                "attack",
                "-targets=/$(GODWIT_MIGRATION)/$(GODWIT_SERVICE)/$(GODWIT_BLUE_HOST)"
                    + ":$(GODWIT_BLUE_PORT)/$(GODWIT_BLUE_VERSION)/$(GODWIT_GREEN_HOST)"
                    + ":$(GODWIT_GREEN_PORT)/$(GODWIT_GREEN_VERSION)"),
            "/upgrade/shop/shop.",
            ".svc:9898/1.0.0/shop-green.",
            ".svc:9898/2.0.0"));
  }

  private static Named<Failing> named(Check check, String... says) {
    return Named.of(check.name(), new Failing(check, List.of(says)));
  }

  private static DeploymentBuilder withGrpc(DeploymentBuilder deployment) {
    return deployment
        .editSpec()
        .editTemplate()
        .editSpec()
        .editFirstContainer()
        .withArgs("--grpc-port=9999")
        .endContainer()
        .endSpec()
        .endTemplate()
        .endSpec();
  }
}
