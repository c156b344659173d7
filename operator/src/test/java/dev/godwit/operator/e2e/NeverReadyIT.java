package dev.godwit.operator.e2e;

import static dev.godwit.operator.e2e.Application.V1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.godwit.api.v1alpha1.MigrationStatus;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A new version that never gets ready: users notice nothing, and all is as it was. */
@EndToEnd
class NeverReadyIT {

  @RegisterExtension final Sandbox sandbox = new Sandbox();

  @Test
  void anImageThatDoesNotExistChangesNothingForUsersAndIsNamed() {
    MigrationStatus status = failsToDeploy("localhost/podinfo:no-such-tag", null);

    assertThat(status.failure().reason()).isEqualTo("DeadlineExceeded");
    assertThat(status.message()).contains("shop-green").contains("no-such-tag");
  }

  @Test
  void aReadinessProbeThatFailsChangesNothingForUsersAndIsSaid() {
    MigrationStatus status =
        failsToDeploy(
            null,
            """
            {"spec": {"containers": [{"name": "app", "image": "localhost/podinfo:2.0.0",
                                      "readinessProbe": {"httpGet": {"path": "/status/500"}}}]}}""");

    assertThat(status.failure().reason()).isEqualTo("DeadlineExceeded");
    assertThat(status.message()).contains("0 of 2 pods ready");
  }

  private MigrationStatus failsToDeploy(String image, String patch) {
    Application app = Application.podinfo(sandbox.namespace(), "shop").deployed(V1);
    Snapshot before = sandbox.snapshot();
    EndpointHistory endpoints = sandbox.closing(EndpointHistory.of(app));
    endpoints.onlyOf("shop");
    Load load = sandbox.closing(Load.on(app));
    MigrationFixture migration = MigrationFixture.named("upgrade").deadline("8s");

    Run run =
        sandbox.start(image == null ? migration.patch(app, patch) : migration.image(app, image));
    MigrationStatus status = run.rollsBack();
    load.awaitMore();

    assertThat(load.stop().lostNothing().allVersions()).containsExactly(V1);
    endpoints.wasNeverEmpty().neverHeld("shop-green");
    assertThat(Run.is(status, "Succeeded", "False")).isTrue();
    assertThat(Run.is(status, "Stalled", "True")).isTrue();
    assertThat(Run.is(status, "Ready", "False")).isTrue();
    sandbox.snapshot().isSameAs(before);
    return status;
  }
}
