package dev.godwit.operator.preflight;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.godwit.api.v1alpha1.Gate;
import dev.godwit.api.v1alpha1.Gates;
import dev.godwit.api.v1alpha1.HealthSpec;
import dev.godwit.api.v1alpha1.HttpCheck;
import dev.godwit.api.v1alpha1.Metric;
import dev.godwit.api.v1alpha1.Probe;
import dev.godwit.api.v1alpha1.PrometheusSpec;
import dev.godwit.api.v1alpha1.Triggers;
import dev.godwit.operator.plan.CheckRequest;
import dev.godwit.operator.plan.ServicePlan;
import io.fabric8.kubernetes.api.model.IntOrString;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Everything that is checked before anything is touched. */
class PreflightTest {

  private static final HttpCheck HTTP = new HttpCheck("/healthz", 8080, null, null, null);

  private final NamespaceFixture namespace = NamespaceFixture.namespace();

  private void assertProblem(String field, String... words) {
    assertThat(namespace.check().problems())
        .singleElement()
        .satisfies(
            problem -> {
              assertThat(problem.field()).isEqualTo(field);
              assertThat(problem.message()).contains(words);
            });
    assertThat(namespace.check().passed()).isFalse();
    assertThat(namespace.check().services()).isEmpty();
  }

  @Test
  void whatIsWellIsFrozenAsItWasFound() {
    PreflightResult result = namespace.autoscaler("orders").check();

    assertThat(result.passed()).isTrue();
    assertThat(result.services())
        .singleElement()
        .satisfies(
            plan -> {
              assertThat(plan.version()).isEqualTo("1.9");
              assertThat(plan.toVersion()).isEqualTo("2.0");
              assertThat(plan.green()).isEqualTo("orders-green");
              assertThat(plan.greenLabels()).isEqualTo(Map.of("app", "orders-green"));
              assertThat(plan.traffic()).containsExactly("orders");
              assertThat(plan.autoscaler()).isEqualTo(Optional.of("orders"));
              assertThat(plan.twins()).containsExactly("HorizontalPodAutoscaler/orders");
            });
  }

  @Test
  void theVersionThatAServiceIsBroughtToIsItsOwn() {
    namespace.asks("orders", NamespaceFixture.image("orders", "registry.example/orders:3.1"));
    assertThat(toVersion()).isEqualTo("3.1");
  }

  /** A label that stays as it was is no word about the new version, nor is a missing tag. */
  @Test
  void itIsWhatTheMigrationBringsWhereTheNewPodsSayNothingNew() {
    namespace.asks("orders", NamespaceFixture.image("orders", "registry.example/orders"));
    assertThat(toVersion()).isEqualTo("2.0");

    namespace
        .asks("orders", NamespaceFixture.image("orders", "registry.example/orders:3.1"))
        .deployment(
            "orders",
            orders ->
                orders
                    .editSpec()
                    .editTemplate()
                    .editMetadata()
                    .addToLabels("app.kubernetes.io/version", "1.9")
                    .endMetadata()
                    .endTemplate()
                    .endSpec());
    assertThat(toVersion()).isEqualTo("2.0");
  }

  private String toVersion() {
    PreflightResult result = namespace.check();
    assertThat(result.problems()).isEmpty();
    return result.services().getFirst().toVersion();
  }

  @Test
  void everyProblemIsFoundAtOnceNotTheFirstOnly() {
    namespace
        .add("users", "orders")
        .mayNot("create deployments.apps")
        .from("1.8")
        .withoutService("orders")
        .quota("pods", "10", "9")
        .deployment("users", users -> users.editSpec().withPaused(true).endSpec());

    assertThat(namespace.check().problems())
        .extracting(PreflightResult.Problem::field)
        .containsExactlyInAnyOrder(
            "spec",
            "spec.from",
            "spec.from",
            "spec.services[0].traffic",
            "spec.services[1].workload",
            "spec.services");
  }

  @Test
  void aWorkloadThatDoesNotExistIsNamed() {
    namespace.withoutDeployment("orders");
    assertProblem("spec.services[0].workload", "Deployment orders does not exist");
  }

  @Test
  void aRightThatTheOperatorLacksIsNamed() {
    namespace.mayNot("create deployments.apps");
    assertProblem("spec", "may not create deployments.apps");
  }

  @Test
  void aPausedWorkloadIsRefused() {
    namespace.deployment("orders", orders -> orders.editSpec().withPaused(true).endSpec());
    assertProblem("spec.services[0].workload", "is paused", "kubectl rollout resume");
  }

  @Test
  void aWorkloadScaledToZeroIsRefused() {
    namespace.deployment("orders", orders -> orders.editSpec().withReplicas(0).endSpec());
    assertProblem("spec.services[0].workload", "scaled to zero");
  }

  @Test
  void aWorkloadInTheMiddleOfARolloutIsRefused() {
    namespace.deployment("orders", orders -> orders.editStatus().withReadyReplicas(1).endStatus());
    assertProblem("spec.services[0].workload", "1 of 2 pods ready");
  }

  @Test
  void anotherVersionThanFromIsRefused() {
    namespace.from("1.8");
    assertProblem("spec.from", "runs 1.9, not 1.8");
  }

  @Test
  void anImageThatIsThereAlreadyIsRefused() {
    namespace.asks("orders", NamespaceFixture.image("orders", "registry.example/orders:1.9"));
    assertProblem("spec.services[0].image", "changes nothing");
  }

  @Test
  void aContainerThatDoesNotExistIsNamedWithThoseThatDo() {
    namespace.asks("orders", NamespaceFixture.spec("orders", "sidecar", null));
    assertProblem("spec.services[0].container", "containers main", "none is named sidecar");
  }

  @Test
  void anImageForOneOfSeveralContainersMustSayWhich() {
    namespace.deployment(
        "orders",
        orders ->
            orders
                .editSpec()
                .editTemplate()
                .editSpec()
                .addNewContainer()
                .withName("sidecar")
                .endContainer()
                .endSpec()
                .endTemplate()
                .endSpec());
    assertProblem("spec.services[0].container", "main, sidecar", "name the one");
  }

  @Test
  void aPatchThatDoesNotApplyIsRefusedWithWhatTheServerSaid() {
    namespace
        .asks("orders", NamespaceFixture.patch("orders", JsonNodeFactory.instance.objectNode()))
        .refuses("orders", "spec.containers: Required value");
    assertProblem("spec.services[0].patch", "does not apply", "Required value");
  }

  @Test
  void aVolumeForOneNodeCannotBeDoubled() {
    namespace.claim("data", "ReadWriteOnce");
    assertProblem("spec.services[0].workload", "PersistentVolumeClaim data is ReadWriteOnce");
  }

  @Test
  void aVolumeForManyNodesCanBeDoubled() {
    namespace.claim("data", "ReadWriteMany");
    assertThat(namespace.check().passed()).isTrue();
  }

  @Test
  void aPortOfTheHostCannotBeDoubled() {
    namespace.deployment(
        "orders",
        orders ->
            orders
                .editSpec()
                .editTemplate()
                .editSpec()
                .withHostNetwork(true)
                .endSpec()
                .endTemplate()
                .endSpec());
    assertProblem("spec.services[0].workload", "ports of the host");
  }

  @Test
  void namesThatTheMigrationNeedsMustBeFree() {
    namespace
        .deployment("orders-green", Map.of("app", "something"))
        .service("orders-green", Map.of("app", "something"));

    assertThat(namespace.check().problems())
        .extracting(PreflightResult.Problem::message)
        .containsExactly(
            "Deployment orders-green exists already, and the migration needs that name: rename or"
                + " delete it",
            "Service orders-green exists already, and the migration needs that name: rename or"
                + " delete it");
  }

  @Test
  void namesOfTwinsMustBeFreeToo() {
    namespace.autoscaler("orders").autoscaler("orders-green");
    assertProblem(
        "spec.services[0].workload", "HorizontalPodAutoscaler orders-green exists already");
  }

  @Test
  void aReplacementMustExist() {
    namespace.asks("orders", NamespaceFixture.replacement("orders", "orders-v2"));
    assertProblem("spec.services[0].replacement", "Deployment orders-v2 does not exist");
  }

  @Test
  void aReplacementMustNotBeSelectedAlready() {
    namespace
        .deployment("orders-v2", Map.of("app", "orders"))
        .asks("orders", NamespaceFixture.replacement("orders", "orders-v2"));
    assertProblem(
        "spec.services[0].replacement", "selects the pods of Deployment orders-v2 already");
  }

  @Test
  void aReplacementMustHaveTheLabelsThatServicesSelectBy() {
    namespace
        .deployment("orders-v2", Map.of("name", "orders-v2"))
        .asks("orders", NamespaceFixture.replacement("orders", "orders-v2"));
    assertProblem("spec.services[0].replacement", "selects by app");
  }

  @Test
  void aWorkloadThatNoServiceSelectsHasNoTrafficToSwitch() {
    namespace.withoutService("orders");
    assertProblem("spec.services[0].traffic", "no Service selects the pods of Deployment orders");
  }

  @Test
  void aNamedServiceMustExist() {
    namespace.asks("orders", NamespaceFixture.spec("orders", null, List.of("orders", "api")));
    assertProblem("spec.services[0].traffic", "Service api does not exist");
  }

  @Test
  void aNamedServiceMustSelectTheWorkload() {
    namespace
        .service("api", Map.of("app", "another"))
        .asks("orders", NamespaceFixture.spec("orders", null, List.of("api")));
    assertProblem("spec.services[0].traffic", "Service api selects no pod of Deployment orders");
  }

  @Test
  void aHeadlessServiceCannotBeSwitched() {
    namespace
        .service("orders", orders -> orders.editSpec().withClusterIP("None").endSpec())
        .asks("orders", NamespaceFixture.spec("orders", null, List.of("orders")));
    assertProblem("spec.services[0].traffic", "headless");
  }

  @Test
  void aServiceWithoutSelectorCannotBeSwitched() {
    namespace
        .service("api", Map.of())
        .asks("orders", NamespaceFixture.spec("orders", null, List.of("api")));
    assertProblem("spec.services[0].traffic", "Service api has no selector");
  }

  @Test
  void aServiceThatSelectsAnotherWorkloadTooIsRefused() {
    namespace
        .deployment("worker", Map.of("app", "orders", "part", "worker"))
        .deployment(
            "worker",
            worker ->
                worker
                    .editSpec()
                    .editSelector()
                    .addToMatchLabels("part", "worker")
                    .endSelector()
                    .endSpec());
    assertProblem("spec.services[0].traffic", "selects the pods of Deployment worker too");
  }

  @Test
  void whatAnotherMigrationHoldsIsRefused() {
    namespace.heldBy("shop-1-9");

    assertThat(namespace.check().problems())
        .hasSize(2)
        .allSatisfy(
            problem -> assertThat(problem.message()).contains("is held by Migration shop-1-9"));
  }

  @Test
  void whatThisMigrationHoldsAlreadyIsNoProblem() {
    assertThat(namespace.heldBy("shop-2-0").check().passed()).isTrue();
  }

  @Test
  void aServiceOfKubernetesBelongsToOneServiceOfTheMigration() {
    namespace.add("users").asks("users", NamespaceFixture.spec("users", null, List.of("orders")));

    assertThat(namespace.check().problems())
        .extracting(PreflightResult.Problem::message)
        .anyMatch(message -> message.contains("would be switched for orders and users"));
  }

  @Test
  void aGreenLabelThatThePodsDoNotCarryIsRefused() {
    namespace.asks("orders", NamespaceFixture.greenLabel("orders", "colour"));
    assertProblem("spec.services[0].green.label", "with a label colour that the pods carry");
  }

  @Test
  void aCircleOfDependenciesIsRefused() {
    namespace
        .add("users", "orders")
        .asks("orders", NamespaceFixture.spec("orders", null, null, "users"));
    assertProblem("spec.services", "circle among orders, users");
  }

  private static Metric metricOf(String name, String service) {
    return new Metric(name, "up", null, "1m", null, "1", null, null, null, 2, List.of(service));
  }

  @Test
  void checksAndProbesMustNameServicesOfTheMigration() {
    namespace
        .smokeTest("home", "search")
        .health(
            new HealthSpec(
                null,
                null,
                null,
                List.of(new Probe("ready", HTTP, null, null, List.of("payments"), "5s", "2s", 3)),
                List.of(metricOf("latency", "users")),
                null,
                null,
                null,
                null,
                null,
                null));

    assertThat(namespace.check().problems())
        .extracting(PreflightResult.Problem::toString)
        .containsExactlyInAnyOrder(
            "spec.health.metrics: latency names service users, which is not in spec.services",
            "spec.health.probes: ready names service payments, which is not in spec.services",
            "spec.strategy.blueGreen.smokeTests: home names service search, which is not in"
                + " spec.services");
  }

  private static HealthSpec metrics(Metric... metrics) {
    PrometheusSpec prometheus = new PrometheusSpec("http://prometheus:9090", null);
    return new HealthSpec(
        null, null, prometheus, null, List.of(metrics), null, null, null, null, null, null);
  }

  private static Metric metric(
      String name, String max, String min, String maxRatio, String minRatio) {
    return new Metric(name, null, null, null, null, max, min, maxRatio, minRatio, null, null);
  }

  @Test
  void limitsBetweenWhichNothingIsAreRefused() {
    namespace.health(
        metrics(
            metric("cpu", "2", "2", null, null),
            metric("responseTime", "250ms", "0.3", null, null)));

    assertProblem(
        "spec.health.metrics[1]",
        "no value of responseTime is within its limits: min 0.3 is above max 250ms");
  }

  @Test
  void multiplesBetweenWhichNothingIsAreRefused() {
    namespace.health(
        metrics(
            metric("cpu", null, null, "1x", "1x"), metric("throughput", null, null, "1x", "1.1x")));

    assertProblem(
        "spec.health.metrics[1]",
        "no value of throughput is within its limits: minRatio 1.1x is above maxRatio 1x");
  }

  @Test
  void aPolicyThatIsNotThereIsNamed() {
    namespace.health(HealthSpec.of(null).named("web"));
    assertProblem("spec.health.policy", "there is no HealthPolicy web in this namespace");
  }

  @Test
  void healthThatSaysNothingAndNamesNoPolicyIsNoProblem() {
    assertThat(namespace.health(HealthSpec.of(null)).check().passed()).isTrue();
  }

  private static HealthSpec critical(String... checks) {
    return new HealthSpec(
        null,
        null,
        null,
        null,
        null,
        new Triggers(null, null, null, List.of(checks)),
        null,
        null,
        null,
        null,
        null);
  }

  @Test
  void aCriticalCheckMustBeThere() {
    namespace
        .smokeTest("home", "orders")
        .sqlTest("totals", "1m")
        .health(critical("home", "totals", "search"));

    assertProblem(
        "spec.health.triggers.criticalChecks",
        "there is no check search of kind http, tcp, grpc or sql among smokeTests and tests");
  }

  @Test
  void aCriticalCheckMustNotBeAJob() {
    namespace.smokeTestJob("order-a-book").health(critical("order-a-book"));
    assertProblem(
        "spec.health.triggers.criticalChecks",
        "there is no check order-a-book",
        "a Job is not run again and again");
  }

  @Test
  void aQuestionToADatabaseHasAnHourAtTheMost() {
    assertThat(namespace.sqlTest("totals", "1h").check().passed()).isTrue();

    namespace.sqlTest("everything", "3650d");

    assertProblem(
        "spec.strategy.blueGreen.smokeTests",
        "everything: timeout is 3650d, and that of sql is at most 1h");
  }

  @Test
  void quotasMustLeaveRoomForAllGreensTogether() {
    namespace.add("users").quota("pods", "10", "7");
    assertProblem("spec.services", "ResourceQuota limits", "pods needed 4, free 3");
  }

  @Test
  void quotasMustLeaveRoomForTheRolloutOfTheOriginalBesideGreen() {
    namespace.retiring().quota("pods", "10", "8");
    assertProblem("spec.services", "ResourceQuota limits", "pods needed 3, free 2");

    namespace.deployment(
        "orders",
        orders ->
            orders
                .editSpec()
                .withNewStrategy()
                .withNewRollingUpdate()
                .withMaxUnavailable(new IntOrString(1))
                .endRollingUpdate()
                .endStrategy()
                .endSpec());
    assertThat(namespace.check().passed()).isTrue();
  }

  @Test
  void quotasMustLeaveRoomForWhatAReplacementLacks() {
    namespace
        .deployment("orders-v2", Map.of("app", "orders-v2"))
        .deployment("orders-v2", other -> other.editSpec().withReplicas(1).endSpec())
        .asks("orders", NamespaceFixture.replacement("orders", "orders-v2"))
        .quota("pods", "10", "10");
    assertProblem("spec.services", "ResourceQuota limits", "pods needed 1, free 0");

    namespace.deployment("orders-v2", other -> other.editSpec().withReplicas(2).endSpec());
    assertThat(namespace.check().problems())
        .extracting(PreflightResult.Problem::field)
        .doesNotContain("spec.services");
  }

  @Test
  void quotasOfRequestsCountToo() {
    namespace.quota("requests.cpu", "2", "1500m");
    assertProblem("spec.services", "requests.cpu needed 1, free 0.5");
  }

  @Test
  void aQuotaWithRoomForGreenIsEnoughWhereTheOriginalIsNotRolledOut() {
    assertThat(namespace.quota("pods", "10", "8").check().passed()).isTrue();
  }

  @Test
  void aProbeIsAskedOfBlueFirst() {
    PreflightResult result = namespace.probe("ready").check();

    assertThat(result.passed()).isFalse();
    assertThat(result.problems()).isEmpty();
    assertThat(result.questions())
        .extracting(CheckRequest::id)
        .singleElement(STRING)
        .startsWith("preflight/orders/ready/");
  }

  @Test
  void aProbeThatBluePassesLetsTheMigrationStart() {
    namespace.probe("ready").answered(true);
    assertThat(namespace.check().passed()).isTrue();
  }

  @Test
  void aProbeThatBlueFailsCouldOnlyRollBackAndIsRefused() {
    namespace.probe("ready").answered(false);
    assertProblem("spec.health.probes[0]", "expected 200 but was 503", "could only roll back");
  }

  @Test
  void whatStopsNothingIsAWarning() {
    namespace
        .deployment(
            "orders",
            orders ->
                orders
                    .editSpec()
                    .withReplicas(1)
                    .editTemplate()
                    .editSpec()
                    .withTerminationGracePeriodSeconds(2L)
                    .editFirstContainer()
                    .withReadinessProbe(null)
                    .endContainer()
                    .endSpec()
                    .endTemplate()
                    .endSpec()
                    .editStatus()
                    .withReplicas(1)
                    .withUpdatedReplicas(1)
                    .withReadyReplicas(1)
                    .withAvailableReplicas(1)
                    .endStatus())
        .service("orders-api", Map.of("app", "orders"))
        .asks("orders", NamespaceFixture.spec("orders", null, List.of("orders")));

    PreflightResult result = namespace.check();
    assertThat(result.passed()).isTrue();
    assertThat(result.warnings())
        .anyMatch(warning -> warning.contains("no readiness probe"))
        .anyMatch(warning -> warning.contains("has one replica"))
        .anyMatch(warning -> warning.contains("gives its pods 2 s to end"))
        .anyMatch(warning -> warning.contains("Service orders-api"));
  }

  @Test
  void whatIsRetiredAfterItsOwnTurnTakesLongerToComeBack() {
    PreflightResult result = namespace.retiring().check();

    assertThat(result.passed()).isTrue();
    assertThat(result.warnings())
        .singleElement()
        .asString()
        .contains("Deployment orders is retired after its own turn");
  }

  @Test
  void aHeadlessServiceThatNobodyNamedStaysWithBlue() {
    namespace
        .service("orders-headless", Map.of("app", "orders"))
        .service(
            "orders-headless", headless -> headless.editSpec().withClusterIP("None").endSpec());

    PreflightResult result = namespace.check();
    assertThat(result.services()).flatExtracting(ServicePlan::traffic).containsExactly("orders");
    assertThat(result.warnings()).anyMatch(warning -> warning.contains("orders-headless"));
  }

  @Test
  void aWindowThatLetsNothingPassIsNamedByItsPath() {
    Gate.Window never = new Gate.Window("0 0 30 2 *", "1h", "UTC");
    Gate.Window nowhere = new Gate.Window("0 2 * * *", "1h", "Europe/Bonn");
    Gate.Window brief = new Gate.Window("0 2 * * *", "10m", "UTC");

    assertThat(
            namespace
                .gates(
                    new Gates(
                        new Gate(null, brief, null),
                        new Gate(null, nowhere, null),
                        new Gate(null, never, null)))
                .check()
                .problems())
        .extracting(PreflightResult.Problem::field)
        .containsExactly(
            "spec.strategy.blueGreen.gates.beforeSwitch.window.duration",
            "spec.strategy.blueGreen.gates.betweenServices.window.timeZone",
            "spec.strategy.blueGreen.gates.beforeCleanup.window.schedule");
  }
}
