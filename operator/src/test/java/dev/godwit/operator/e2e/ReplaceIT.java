package dev.godwit.operator.e2e;

import static dev.godwit.operator.e2e.Application.V1;
import static dev.godwit.operator.e2e.Application.V2;
import static org.assertj.core.api.Assertions.assertThat;

import dev.godwit.api.v1alpha1.MigrationStatus;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The usual case: the new version serves, and nothing else is left. */
@EndToEnd
@Order(4)
class ReplaceIT {

  @RegisterExtension final Sandbox sandbox = new Sandbox();

  @Test
  void aNewImageArrivesWithoutAFailedRequestAndLeavesWhatSetImageWouldHaveLeft() {
    Application app = Application.podinfo(sandbox.namespace(), "shop").deployed(V1);
    Application reference = Application.podinfo(sandbox.another("reference"), "shop").deployed(V1);
    Snapshot before = sandbox.snapshot();
    Load load = sandbox.closing(Load.on(app));

    Run run = sandbox.start(MigrationFixture.toV2(app));
    MigrationStatus status = run.succeeds();
    load.awaitMore();

    load.stop().lostNothing().movedOnce(V1, V2);
    assertThat(status.phase()).isEqualTo("Succeeded");
    assertThat(Run.is(status, "Ready", "True")).isTrue();
    assertThat(Run.is(status, "Stalled", "False")).isTrue();
    assertThat(Run.is(status, "Reconciling", "False")).isTrue();
    assertThat(run.events())
        .as("an event for each change, and one only")
        .containsOnlyOnce("Started", "Deploying", "Switching", "TrafficSwitched", "Succeeded");
    sandbox.snapshot().isSameAs(before.withImage("shop", app.image(V2)));
    assertThat(Snapshot.writers(sandbox.namespace())).doesNotContain("godwit");

    LocalCluster.kubectl(
        "--namespace=" + reference.namespace(),
        "set",
        "image",
        "deployment/shop",
        "app=" + app.image(V2));
    reference.rolledOut();
    sandbox
        .snapshot()
        .withoutIdentity()
        .isSameAs(Snapshot.of(reference.namespace()).withoutIdentity());
    app.greenIsGone();
  }

  @Test
  void aPatchOfTheTemplateArrivesWithoutAFailedRequestAndLeavesWhatKubectlPatchWouldHaveLeft() {
    String patch =
        """
        {"metadata": {"annotations": {"example.com/note": "second"}},
         "spec": {"containers": [{"name": "app", "image": "localhost/podinfo:2.0.0",
                                  "env": [{"name": "PODINFO_UI_MESSAGE", "value": "hello"}]}]}}""";
    Application app = Application.podinfo(sandbox.namespace(), "shop").deployed(V1);
    Application reference = Application.podinfo(sandbox.another("reference"), "shop").deployed(V1);
    Load load = sandbox.closing(Load.on(app));

    sandbox.start(MigrationFixture.named("upgrade").patch(app, patch)).succeeds();
    load.awaitMore();

    load.stop().lostNothing().movedOnce(V1, V2);
    LocalCluster.kubectl(
        "--namespace=" + reference.namespace(),
        "patch",
        "deployment/shop",
        "--patch={\"spec\":{\"template\":" + patch + "}}");
    reference.rolledOut();
    sandbox
        .snapshot()
        .withoutIdentity()
        .isSameAs(Snapshot.of(reference.namespace()).withoutIdentity());
  }

  @Test
  void allServicesInFrontOfAWorkloadMoveWithIt() {
    Application app = Application.podinfo(sandbox.namespace(), "shop").deployed(V1);
    sandbox.create(app.service("shop-admin", 8080));
    Snapshot before = sandbox.snapshot();
    EndpointHistory first = sandbox.closing(EndpointHistory.of(app));
    EndpointHistory second = sandbox.closing(EndpointHistory.of(app, "shop-admin"));
    first.onlyOf("shop");
    second.onlyOf("shop");
    Load load = sandbox.closing(Load.on(app.namespace(), "shop-admin", 8080));

    Run run = sandbox.start(MigrationFixture.toV2(app));
    first.onlyOf("shop-green");
    second.onlyOf("shop-green");
    MigrationStatus status = run.succeeds();
    load.awaitMore();

    load.stop().lostNothing().movedOnce(V1, V2);
    assertThat(status.services().getFirst().services()).containsExactly("shop", "shop-admin");
    first.wasNeverEmpty();
    second.wasNeverEmpty();
    sandbox.snapshot().isSameAs(before.withImage("shop", app.image(V2)));
  }

  @Test
  void whatOthersDependOnMovesFirst() {
    Application api = Application.podinfo(sandbox.namespace(), "api").deployed(V1);
    Application front = Application.podinfo(sandbox.namespace(), "front").deployed(V1);
    Snapshot before = sandbox.snapshot();
    Load load = sandbox.closing(Load.on(front));

    MigrationStatus status =
        sandbox
            .start(
                MigrationFixture.named("upgrade")
                    .image(front, front.image(V2), "api")
                    .image(api, api.image(V2)))
            .succeeds();
    load.awaitMore();

    load.stop().lostNothing().movedOnce(V1, V2);
    assertThat(Run.step(status, "front/switch").startedAt())
        .isAfterOrEqualTo(Run.step(status, "api/switch").finishedAt());
    sandbox
        .snapshot()
        .isSameAs(before.withImage("api", api.image(V2)).withImage("front", front.image(V2)));
  }

  @Test
  void whatIsNotInTheMigrationIsNotTouched() {
    Application app = Application.podinfo(sandbox.namespace(), "shop").deployed(V1);
    Application neighbour =
        Application.podinfo(sandbox.namespace(), "neighbour")
            .deployed(V1, UnaryOperator.identity());
    String deployment = neighbour.handle().get().getMetadata().getGeneration().toString();
    String service = neighbour.traffic().get().getMetadata().getResourceVersion();
    Load load = sandbox.closing(Load.on(neighbour));

    sandbox.start(MigrationFixture.toV2(app)).succeeds();

    load.awaitMore();
    assertThat(load.stop().lostNothing().allVersions()).containsExactly(V1);
    assertThat(neighbour.handle().get().getMetadata().getGeneration().toString())
        .isEqualTo(deployment);
    assertThat(neighbour.traffic().get().getMetadata().getResourceVersion()).isEqualTo(service);
  }
}
