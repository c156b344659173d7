package dev.godwit.operator.e2e;

import static dev.godwit.operator.e2e.Application.V1;
import static dev.godwit.operator.e2e.Application.V2;
import static org.assertj.core.api.Assertions.assertThat;

import dev.godwit.api.v1alpha1.MigrationStatus;
import dev.godwit.operator.plan.SpecFixture;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceQuotaBuilder;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What keeps a migration from starting is said before anything is touched, and all of it at once.
 */
@EndToEnd
class PreflightIT {

  @RegisterExtension final Sandbox sandbox = new Sandbox();

  /** A bad situation, and what must be said of it. */
  @SuppressWarnings("ImmutableEnumChecker") // Its functions hold no state.
  enum Situation {
    NO_WORKLOAD(stage -> stage.service(same()), toV2(), "Deployment shop does not exist"),
    PAUSED(
        stage -> stage.deployed(it -> it.editSpec().withPaused(true).endSpec()),
        toV2(),
        "Deployment shop is paused"),
    MID_ROLLOUT(
        stage -> stage.created(it -> RollbackIT.image(it, "localhost/podinfo:no-such-tag")),
        toV2(),
        "Deployment shop is in the middle of a rollout"),
    SCALED_TO_ZERO(
        stage -> stage.deployed(it -> it.editSpec().withReplicas(0).endSpec()),
        toV2(),
        "scaled to zero"),
    NO_SERVICE(
        stage -> stage.alone(same()), toV2(), "no Service selects the pods of Deployment shop"),
    HEADLESS(
        stage -> {
          stage.alone(same());
          stage.service(it -> it.editSpec().withClusterIP("None").endSpec());
        },
        app -> onService(app, "shop"),
        "Service shop is headless"),
    SERVICE_WITHOUT_SELECTOR(
        stage -> {
          stage.alone(same());
          stage.service(it -> it.editSpec().withSelector(Map.of()).endSpec());
        },
        app -> onService(app, "shop"),
        "Service shop has no selector"),
    SERVICE_OF_OTHERS(
        stage -> {
          stage.alone(same());
          stage.service(it -> it.editSpec().withSelector(Map.of("app", "other")).endSpec());
        },
        app -> onService(app, "shop"),
        "Service shop selects no pod of Deployment shop"),
    SERVICE_THAT_SELECTS_OTHERS_TOO(
        stage -> {
          stage.alone(PreflightIT::inTier);
          stage.other("other", PreflightIT::inTier);
          stage.service(it -> it.editSpec().withSelector(Map.of("tier", "web")).endSpec());
        },
        toV2(),
        "Service shop selects the pods of Deployment other too"),
    UNKNOWN_CONTAINER(
        Stage::deployed,
        app ->
            MigrationFixture.named("upgrade")
                .service(
                    SpecFixture.service("shop").image(app.image(V2)).container("sidecar").spec()),
        "none is named sidecar"),
    PATCH_THAT_DOES_NOT_APPLY(
        Stage::deployed,
        app ->
            MigrationFixture.named("upgrade")
                .patch(
                    app,
                    "{\"spec\": {\"containers\": [{\"name\": \"app\", \"ports\": [{\"containerPort\": 99999}]}]}}"),
        "does not apply to Deployment shop"),
    PATCH_THAT_CHANGES_THE_SELECTED_LABELS(
        Stage::deployed,
        app ->
            MigrationFixture.named("upgrade")
                .patch(app, "{\"metadata\": {\"labels\": {\"app\": \"else\"}}}"),
        "does not apply to Deployment shop"),
    NOTHING_NEW(
        Stage::deployed,
        app -> MigrationFixture.named("upgrade").image(app, app.image(V1)),
        "changes nothing"),
    OTHER_VERSION_THAN_FROM(
        Stage::deployed, app -> MigrationFixture.toV2(app).from("0.9.0"), "not 0.9.0"),
    FULL_QUOTA(
        stage -> {
          stage.deployed();
          stage.quota("pods", "3");
        },
        toV2(),
        "leaves no room for the migration: pods needed 3, free 1"),
    PROBE_THAT_BLUE_FAILS(
        Stage::deployed, app -> MigrationFixture.toV2(app).probe("/status/500"), "probe answers"),
    READ_WRITE_ONCE_CLAIM(Stage::claimed, toV2(), "PersistentVolumeClaim data is ReadWriteOnce"),
    HOST_PORT(stage -> stage.created(PreflightIT::onHostPort), toV2(), "uses ports of the host"),
    NAME_TAKEN(
        stage -> {
          stage.deployed();
          stage.other("shop-green", same());
        },
        toV2(),
        "Deployment shop-green exists already"),
    CIRCLE_OF_DEPENDENCIES(
        Stage::deployed,
        app ->
            MigrationFixture.named("upgrade")
                .image(app, app.image(V2), "api")
                .image(Application.podinfo(app.namespace(), "api"), app.image(V2), "shop"),
        "goes round in a circle");

    private final Consumer<Stage> setting;
    private final Function<Application, MigrationFixture> migration;
    private final String says;

    Situation(
        Consumer<Stage> setting, Function<Application, MigrationFixture> migration, String says) {
      this.setting = setting;
      this.migration = migration;
      this.says = says;
    }
  }

  @ParameterizedTest
  @EnumSource
  void aBadSituationIsSaidAndNothingIsTouched(Situation situation) {
    Stage stage = new Stage(sandbox);
    situation.setting.accept(stage);
    Snapshot before = sandbox.snapshot();

    Run run = sandbox.start(situation.migration.apply(stage.app));
    MigrationStatus status = run.isRefused();

    assertThat(status.message()).contains(situation.says).as("the field").contains("spec.");
    awaitWarning(situation.says);
    assertThat(Run.is(status, "Stalled", "True")).isTrue();
    assertThat(Run.is(status, "Ready", "False")).isTrue();
    assertThat(Run.condition(status, "PreflightPassed").orElseThrow().getMessage())
        .contains(situation.says);
    assertThat(status.startTime()).isNull();
    sandbox.snapshot().isSameAs(before);
    assertThat(Snapshot.writers(sandbox.namespace())).doesNotContain("godwit");
  }

  @Test
  void allProblemsAreListedAtOnceAndAnEventSaysSo() {
    Application silent = Application.podinfo(sandbox.namespace(), "silent");
    silent.deployedAlone(V1, same -> same);
    Application shop = Application.podinfo(sandbox.namespace(), "shop").deployed(V1);
    Application missing = Application.podinfo(sandbox.namespace(), "missing");
    new Stage(sandbox).quota("pods", "5");

    Run run =
        sandbox.start(
            MigrationFixture.named("upgrade")
                .image(missing, missing.image(V2))
                .image(silent, silent.image(V2))
                .image(shop, shop.image(V1)));
    MigrationStatus status = run.isRefused();

    assertThat(status.message())
        .contains("spec.services[0].workload: Deployment missing does not exist")
        .contains("spec.services[1].traffic: no Service selects the pods of Deployment silent")
        .contains("spec.services[2].image: changes nothing")
        .contains("ResourceQuota");
    awaitWarning("Deployment missing does not exist");
  }

  private void awaitWarning(String words) {
    Eventually.all(
        LocalCluster.CLIENT.v1().events().inNamespace(sandbox.namespace()),
        "an event that says " + words,
        events ->
            events.stream()
                .anyMatch(
                    event ->
                        "Migration".equals(event.getInvolvedObject().getKind())
                            && "Warning".equals(event.getType())
                            && event.getMessage().contains(words)));
  }

  @Test
  void aRefusedMigrationIsLeftAloneAndStartsByItselfWhenTheSituationIsMended() {
    Application app = Application.podinfo(sandbox.namespace(), "shop");
    app.deployedAlone(V1, same -> same);
    Run run = sandbox.start(MigrationFixture.toV2(app));
    run.isRefused();
    awaitWarning("no Service selects the pods");
    String neighbourhood = sandbox.another("neighbour");
    Application neighbour = Application.podinfo(neighbourhood, "shop").deployed(V1);
    LocalCluster.CLIENT
        .resource(MigrationFixture.toV2(neighbour).build())
        .inNamespace(neighbourhood)
        .create();
    new Run(neighbourhood, "upgrade").succeeds();
    String version = run.now().getMetadata().getResourceVersion();
    AuditLog audit = AuditLog.fromNow(sandbox.namespace());

    Eventually.never(
        run.handle(),
        "the status of a migration that can't start was written again",
        Duration.ofSeconds(6),
        migration -> !version.equals(migration.getMetadata().getResourceVersion()));
    assertThat(audit.writes()).isEmpty();
    assertThat(audit.requests()).as("requests in six seconds").hasSizeLessThan(40);

    sandbox.create(app.service());
    MigrationStatus status = run.succeeds();
    assertThat(Run.is(status, "PreflightPassed", "True")).isTrue();
  }

  @Test
  void aRefusedMigrationStartsAtOnceWhenItsOwnSpecIsMended() {
    Application app = Application.podinfo(sandbox.namespace(), "shop").deployed(V1);
    Run run = sandbox.start(MigrationFixture.toV2(app).from("0.9.0"));
    run.isRefused();

    run.handle()
        .patch(PatchContext.of(PatchType.JSON_MERGE), "{\"spec\":{\"from\":\"" + V1 + "\"}}");

    run.succeeds();
  }

  private static Function<Application, MigrationFixture> toV2() {
    return MigrationFixture::toV2;
  }

  private static <T> UnaryOperator<T> same() {
    return UnaryOperator.identity();
  }

  private static MigrationFixture onService(Application app, String service) {
    return MigrationFixture.named("upgrade")
        .service(
            SpecFixture.service(app.name()).image(app.image(V2)).traffic(List.of(service)).spec());
  }

  private static DeploymentBuilder inTier(DeploymentBuilder deployment) {
    return deployment
        .editSpec()
        .editTemplate()
        .editMetadata()
        .addToLabels("tier", "web")
        .endMetadata()
        .endTemplate()
        .endSpec();
  }

  private static DeploymentBuilder onHostPort(DeploymentBuilder deployment) {
    return deployment
        .editSpec()
        .editTemplate()
        .editSpec()
        .editFirstContainer()
        .editFirstPort()
        .withHostPort(31999)
        .endPort()
        .endContainer()
        .endSpec()
        .endTemplate()
        .endSpec();
  }

  /** What stands in the namespace when the migration comes. */
  private static final class Stage {

    private final Sandbox sandbox;
    private final Application app;

    Stage(Sandbox sandbox) {
      this.sandbox = sandbox;
      this.app = Application.podinfo(sandbox.namespace(), "shop");
    }

    /** The application as it should be. */
    void deployed() {
      app.deployed(V1);
    }

    void deployed(UnaryOperator<DeploymentBuilder> change) {
      deployed();
      app.edit(app.handle(), change);
    }

    /** The application, which need not get ready, with what its controller writes on it. */
    void created(UnaryOperator<DeploymentBuilder> change) {
      sandbox.create(app.service());
      sandbox.create(change.apply(new DeploymentBuilder(app.deployment(V1))).build());
      Eventually.until(
          app.handle(),
          "the Deployment to have a revision",
          deployment ->
              deployment != null
                  && deployment.getMetadata().getAnnotations() != null
                  && deployment
                      .getMetadata()
                      .getAnnotations()
                      .containsKey("deployment.kubernetes.io/revision"));
    }

    /** The application without its Service. */
    void alone(UnaryOperator<DeploymentBuilder> change) {
      app.deployedAlone(V1, change);
    }

    void service(UnaryOperator<ServiceBuilder> change) {
      sandbox.create(change.apply(new ServiceBuilder(app.service())).build());
    }

    /** Another application, without a Service. */
    void other(String name, UnaryOperator<DeploymentBuilder> change) {
      Application.podinfo(sandbox.namespace(), name).deployedAlone(V1, change);
    }

    /** A quota that the API server has counted already. */
    void quota(String resource, String hard) {
      sandbox.create(
          new ResourceQuotaBuilder()
              .withNewMetadata()
              .withName("quota")
              .endMetadata()
              .withNewSpec()
              .addToHard(resource, new Quantity(hard))
              .endSpec()
              .build());
      Eventually.until(
          LocalCluster.CLIENT.resourceQuotas().inNamespace(sandbox.namespace()).withName("quota"),
          "the quota to be counted",
          quota ->
              quota != null
                  && quota.getStatus() != null
                  && quota.getStatus().getUsed() != null
                  && quota.getStatus().getUsed().containsKey(resource));
    }

    /** The application with a volume of its own, which nobody provides here. */
    void claimed() {
      sandbox.create(
          new PersistentVolumeClaimBuilder()
              .withNewMetadata()
              .withName("data")
              .endMetadata()
              .withNewSpec()
              .withAccessModes("ReadWriteOnce")
              .withNewResources()
              .addToRequests("storage", new Quantity("1Gi"))
              .endResources()
              .endSpec()
              .build());
      created(
          deployment ->
              deployment
                  .editSpec()
                  .editTemplate()
                  .editSpec()
                  .addNewVolume()
                  .withName("data")
                  .withNewPersistentVolumeClaim("data", false)
                  .endVolume()
                  .endSpec()
                  .endTemplate()
                  .endSpec());
    }
  }
}
