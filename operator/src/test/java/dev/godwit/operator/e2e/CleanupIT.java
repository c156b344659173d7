package dev.godwit.operator.e2e;

import static dev.godwit.operator.e2e.Application.V1;
import static dev.godwit.operator.e2e.Application.V2;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.godwit.api.v1alpha1.Cleanup;
import dev.godwit.api.v1alpha1.MigrationStatus;
import dev.godwit.api.v1alpha1.StepState;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What is left at the end, where it is not what was there at the start. */
@EndToEnd
class CleanupIT {

  private static final String HELD = "godwit.dev/migration";

  @RegisterExtension final Sandbox sandbox = new Sandbox();

  @Test
  void deleteLeavesGreenAloneAndHeldByNobody() {
    Application app = Application.podinfo(sandbox.namespace(), "shop").deployed(V1);
    Snapshot before = sandbox.snapshot();
    Load load = sandbox.closing(Load.on(app));

    sandbox.start(MigrationFixture.toV2(app).cleanup(Cleanup.DELETE)).succeeds();
    Eventually.all(app.labelled("shop"), "blue's pods to be gone", pods -> pods.isEmpty());
    load.awaitMore();

    load.stop().lostNothing().movedOnce(V1, V2);
    Snapshot after = sandbox.snapshot();
    ObjectNode green = after.objects().get("Deployment/shop-green");
    assertThat(green.at("/spec/template/spec/containers/0/image").asText())
        .isEqualTo(app.image(V2));
    assertThat(green.at("/metadata/labels").has(HELD)).isFalse();
    after
        .without("Deployment/shop-green")
        .isSameAs(
            before
                .without("Deployment/shop")
                .with("Service/shop", service -> selector(service).put("app", "shop-green")));
  }

  @Test
  void keepLeavesBlueAsItWasBesideGreen() {
    Application app = Application.podinfo(sandbox.namespace(), "shop").deployed(V1);
    Snapshot before = sandbox.snapshot();
    Load load = sandbox.closing(Load.on(app));

    sandbox.start(MigrationFixture.toV2(app).cleanup(Cleanup.KEEP)).succeeds();
    load.awaitMore();

    load.stop().lostNothing().movedOnce(V1, V2);
    Snapshot after = sandbox.snapshot();
    assertThat(after.objects().get("Deployment/shop-green").at("/metadata/labels").has(HELD))
        .isFalse();
    after
        .without("Deployment/shop-green")
        .isSameAs(
            before.with("Service/shop", service -> selector(service).put("app", "shop-green")));
  }

  /** The course of GitOps: wave 0 is the Migration, wave 1 the Deployment with the new image. */
  @Test
  void handoverReportsSuccessWhileGreenServesAndGoesHomeWhenTheOwnerHasBroughtTheNewVersion() {
    Application app = Application.podinfo(sandbox.namespace(), "shop").deployed(V1);
    Snapshot before = sandbox.snapshot();
    EndpointHistory endpoints = sandbox.closing(EndpointHistory.of(app));
    Load load = sandbox.closing(Load.on(app));

    Run run = sandbox.start(MigrationFixture.toV2(app).cleanup(Cleanup.HANDOVER));
    MigrationStatus reported = run.reports("Succeeded", "True");
    assertThat(reported.completionTime()).isNull();
    assertThat(Run.is(reported, "Ready", "True")).isTrue();
    endpoints.onlyOf("shop-green");
    assertThat(sandbox.snapshot().objects().get("Deployment/shop").at("/spec"))
        .as("the operator changes nothing of what the owner owns")
        .isEqualTo(before.objects().get("Deployment/shop").at("/spec"));

    LocalCluster.kubectl(
        "--namespace=" + app.namespace(),
        "set",
        "image",
        "deployment/shop",
        "app=" + app.image(V2));
    MigrationStatus ended = run.succeeds();
    load.awaitMore();

    load.stop().lostNothing().movedOnce(V1, V2);
    assertThat(Run.step(ended, "shop/return").state()).isEqualTo(StepState.DONE);
    assertThat(Run.condition(ended, "Succeeded").orElseThrow().getLastTransitionTime())
        .as("success was not taken back in between")
        .isEqualTo(Run.condition(reported, "Succeeded").orElseThrow().getLastTransitionTime());
    endpoints.wasNeverEmpty().onlyOf("shop");
    sandbox.snapshot().isSameAs(before.withImage("shop", app.image(V2)));
  }

  @Test
  void aReplacementThatStandsAlreadyTakesOverAndTheOldWorkloadIsDeleted() {
    Application app = Application.podinfo(sandbox.namespace(), "shop").deployed(V1);
    Application next =
        Application.podinfo(sandbox.namespace(), "shop-next").deployedAlone(V2, same -> same);
    Snapshot before = sandbox.snapshot();
    Load load = sandbox.closing(Load.on(app));

    sandbox
        .start(
            MigrationFixture.named("upgrade").replacement(app, next.name()).cleanup(Cleanup.DELETE))
        .succeeds();
    Eventually.all(app.labelled("shop"), "blue's pods to be gone", pods -> pods.isEmpty());
    load.awaitMore();

    load.stop().lostNothing().movedOnce(V1, V2);
    sandbox
        .snapshot()
        .isSameAs(
            before
                .without("Deployment/shop")
                .with("Service/shop", service -> selector(service).put("app", "shop-next")));
  }

  private static ObjectNode selector(ObjectNode service) {
    return (ObjectNode) service.at("/spec/selector");
  }
}
