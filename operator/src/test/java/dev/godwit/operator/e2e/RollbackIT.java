package dev.godwit.operator.e2e;

import static dev.godwit.operator.e2e.Application.V1;
import static dev.godwit.operator.e2e.Application.V2;
import static org.assertj.core.api.Assertions.assertThat;

import dev.godwit.api.v1alpha1.MigrationStatus;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A green that goes wrong after it got the traffic: everything goes back by itself. */
@EndToEnd
@Order(3)
class RollbackIT {

  @RegisterExtension final Sandbox sandbox = new Sandbox();

  /** The kubelet sees nothing of it: its probe asks /healthz, the migration's asks /readyz. */
  @Test
  void aGreenThatFailsItsHealthProbeUnderTrafficIsLeftAndNoRequestIsLost() {
    Application app = deployedWithReadinessOfHealthz(sandbox);
    Snapshot before = sandbox.snapshot();
    EndpointHistory endpoints = sandbox.closing(EndpointHistory.of(app));
    Load load = sandbox.closing(Load.on(app));
    Run run = sandbox.start(MigrationFixture.toV2(app).monitor("1h").probe("/readyz"));
    onGreen(run, load);
    endpoints.onlyOf("shop-green");

    Instant broken = Instant.now();
    app.greenPods().forEach(pod -> disableReadyz(app, pod));
    EndpointHistory.Entry back = endpoints.onlyOf("shop");
    MigrationStatus status = run.rollsBack();
    app.greenIsGone();
    load.awaitMore();

    LoadResult result = load.stop().lostNothing();
    assertThat(result.versions()).containsExactly(V1, V2);
    assertThat(status.failure().reason()).isEqualTo("ProbeFailed");
    assertThat(status.failure().message()).contains("answers").contains("503");
    assertBack(status, back, result, broken);
    endpoints.wasNeverEmpty();
    sandbox.snapshot().isSameAs(before);
  }

  /** What dies takes its requests along: nobody can help that. Only then, and only those. */
  @Test
  void aGreenThatCrashesAgainAndAgainIsLeft() {
    Application app = Application.podinfo(sandbox.namespace(), "shop").deployed(V1);
    Snapshot before = sandbox.snapshot();
    EndpointHistory endpoints = sandbox.closing(EndpointHistory.of(app));
    Load load = sandbox.closing(Load.on(app));
    Run run = sandbox.start(MigrationFixture.toV2(app).monitor("1h"));
    onGreen(run, load);
    endpoints.onlyOf("shop-green");

    Pod victim = app.greenPods().getFirst();
    Instant broken = Instant.now();
    app.panic(victim);
    Eventually.until(
        app.pod(victim),
        "the crashed container to run again",
        pod ->
            pod == null
                || (pod.getStatus().getContainerStatuses().getFirst().getRestartCount() >= 1
                    && pod.getStatus().getContainerStatuses().getFirst().getReady()));
    app.panic(victim);
    EndpointHistory.Entry back = endpoints.onlyOf("shop");
    MigrationStatus status = run.rollsBack();
    app.greenIsGone();
    load.awaitMore();

    LoadResult result = load.stop().sustained();
    assertThat(status.failure().reason()).isEqualTo("PodsUnhealthy");
    assertThat(status.failure().message()).contains("shop-green");
    assertBack(status, back, result, broken);
    // A request that was under way when the pod died was sent before.
    assertThat(result.failed())
        .allSatisfy(
            answer -> {
              assertThat(answer.received()).isAfter(broken);
              assertThat(answer.sent()).isBeforeOrEqualTo(result.firstAnswerOf(V1, broken));
            });
    sandbox.snapshot().isSameAs(before);
  }

  @Test
  void oneOfGreensPodsThatIsDeletedIsReplacedAndTheMigrationGoesOn() {
    Application app = Application.podinfo(sandbox.namespace(), "shop").deployed(V1);
    Snapshot before = sandbox.snapshot();
    Load load = sandbox.closing(Load.on(app));
    Run run = sandbox.start(MigrationFixture.toV2(app).monitor("15s"));
    onGreen(run, load);

    app.pod(app.greenPods().getFirst()).delete();
    run.succeeds();
    load.awaitMore();

    load.stop().lostNothing().movedOnce(V1, V2);
    sandbox.snapshot().isSameAs(before.withImage("shop", app.image(V2)));
  }

  @Test
  void allOfGreensPodsDeletedAtOnceAreNoReasonToLoseARequest() {
    Application app = Application.podinfo(sandbox.namespace(), "shop").deployed(V1);
    Snapshot before = sandbox.snapshot();
    EndpointHistory endpoints = sandbox.closing(EndpointHistory.of(app));
    Load load = sandbox.closing(Load.on(app));
    Run run = sandbox.start(MigrationFixture.toV2(app).monitor("1h"));
    onGreen(run, load);

    Instant broken = Instant.now();
    app.labelled("shop-green").delete();
    EndpointHistory.Entry back = endpoints.onlyOf("shop");
    MigrationStatus status = run.rollsBack();
    app.greenIsGone();
    load.awaitMore();

    LoadResult result = load.stop().lostNothing();
    assertThat(status.failure().reason()).isEqualTo("PodsUnhealthy");
    assertBack(status, back, result, broken);
    sandbox.snapshot().isSameAs(before);
  }

  @Test
  void greenDeletedBySomebodyElseIsLeftAndNoRequestIsLost() {
    Application app = Application.podinfo(sandbox.namespace(), "shop").deployed(V1);
    Snapshot before = sandbox.snapshot();
    EndpointHistory endpoints = sandbox.closing(EndpointHistory.of(app));
    Load load = sandbox.closing(Load.on(app));
    Run run = sandbox.start(MigrationFixture.toV2(app).monitor("1h"));
    onGreen(run, load);

    Instant broken = Instant.now();
    app.green().delete();
    EndpointHistory.Entry back = endpoints.onlyOf("shop");
    MigrationStatus status = run.rollsBack();
    app.greenIsGone();
    load.awaitMore();

    LoadResult result = load.stop().lostNothing();
    assertThat(status.failure().reason()).isEqualTo("GreenDeleted");
    assertBack(status, back, result, broken);
    sandbox.snapshot().isSameAs(before);
  }

  @Test
  void greenEditedBySomebodyElseIsNotTrustedAnyMore() {
    Application app = Application.podinfo(sandbox.namespace(), "shop").deployed(V1);
    Snapshot before = sandbox.snapshot();
    EndpointHistory endpoints = sandbox.closing(EndpointHistory.of(app));
    Load load = sandbox.closing(Load.on(app));
    Run run = sandbox.start(MigrationFixture.toV2(app).monitor("1h"));
    onGreen(run, load);

    Instant broken = Instant.now();
    app.edit(app.green(), deployment -> image(deployment, app.image("3.0.0")));
    EndpointHistory.Entry back = endpoints.onlyOf("shop");
    MigrationStatus status = run.rollsBack();
    app.greenIsGone();
    load.awaitMore();

    LoadResult result = load.stop().lostNothing();
    assertThat(status.failure().reason()).isEqualTo("GreenChanged");
    assertBack(status, back, result, broken);
    sandbox.snapshot().isSameAs(before);
  }

  @Test
  void theServiceThatFailsAndAllThatMovedBeforeItGoBackInReverseOrder() {
    Application api = Application.podinfo(sandbox.namespace(), "api").deployed(V1);
    Application front = Application.podinfo(sandbox.namespace(), "front").deployed(V1);
    Snapshot before = sandbox.snapshot();
    EndpointHistory endpoints = sandbox.closing(EndpointHistory.of(api));
    Load load = sandbox.closing(Load.on(front));
    Run run =
        sandbox.start(
            MigrationFixture.named("upgrade")
                .image(api, api.image(V2))
                .image(front, front.image(V2), "api")
                .monitor("1h"));
    onGreen(run, load);

    front.green().delete();
    MigrationStatus status = run.rollsBack();
    load.awaitMore();

    load.stop().lostNothing();
    assertThat(Run.step(status, "api/switch").undoStartedAt())
        .isAfterOrEqualTo(Run.step(status, "front/switch").undoneAt());
    endpoints.wasNeverEmpty().onlyOf("api");
    sandbox.snapshot().isSameAs(before);
  }

  static void onGreen(Run run, Load load) {
    run.reports("TrafficOnGreen", "True");
    load.awaitVersion(V2);
  }

  static Application deployedWithReadinessOfHealthz(Sandbox sandbox) {
    return Application.podinfo(sandbox.namespace(), "shop")
        .deployed(V1, RollbackIT::readinessOfHealthz);
  }

  /** Pods that stay ready when their /readyz is disabled: only a probe of the migration sees it. */
  static DeploymentBuilder readinessOfHealthz(DeploymentBuilder deployment) {
    return deployment
        .editSpec()
        .editTemplate()
        .editSpec()
        .editFirstContainer()
        .editReadinessProbe()
        .editHttpGet()
        .withPath("/healthz")
        .endHttpGet()
        .endReadinessProbe()
        .endContainer()
        .endSpec()
        .endTemplate()
        .endSpec();
  }

  static void disableReadyz(Application app, Pod pod) {
    LocalCluster.post(app.namespace(), pod.getMetadata().getName(), "/readyz/disable");
  }

  static DeploymentBuilder image(DeploymentBuilder deployment, String image) {
    return deployment
        .editSpec()
        .editTemplate()
        .editSpec()
        .editFirstContainer()
        .withImage(image)
        .endContainer()
        .endSpec()
        .endTemplate()
        .endSpec();
  }

  /**
   * Traffic went to blue once, and stayed. How quickly is printed, and measured by the benchmark: a
   * busy machine would make it a matter of luck here.
   */
  private static void assertBack(
      MigrationStatus status, EndpointHistory.Entry back, LoadResult result, Instant broken) {
    Instant trip = status.failure().time();
    System.out.printf(
        "broken to trip %d ms, trip to endpoints on blue %d ms, to blue's first answer %d ms%n",
        Duration.between(broken, trip).toMillis(),
        Duration.between(trip, back.since()).toMillis(),
        Duration.between(trip, result.firstAnswerOf(V1, broken)).toMillis());
    result.stayedWith(V1, broken);
    assertThat(result.answers().getLast().version()).isEqualTo(V1);
  }
}
