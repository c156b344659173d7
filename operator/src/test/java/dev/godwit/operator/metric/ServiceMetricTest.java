package dev.godwit.operator.metric;

import static org.assertj.core.api.Assertions.assertThat;

import dev.godwit.api.v1alpha1.HealthSpec;
import dev.godwit.api.v1alpha1.Metric;
import dev.godwit.api.v1alpha1.PrometheusSpec;
import dev.godwit.api.v1alpha1.PrometheusSpec.Exporter;
import dev.godwit.api.v1alpha1.Triggers;
import dev.godwit.api.v1alpha1.WorkloadKind;
import dev.godwit.operator.plan.Limits;
import dev.godwit.operator.plan.MetricRequest;
import dev.godwit.operator.plan.ServicePlan;
import dev.godwit.operator.plan.SpecFixture;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

/** Which metrics of a service are measured, by which queries, and within which limits. */
class ServiceMetricTest {

  static final ServicePlan ORDERS =
      new ServicePlan(
          SpecFixture.service("orders")
              .workload(WorkloadKind.DEPLOYMENT, "orders.eu")
              .image("image:2")
              .spec(),
          "1",
          "2.0",
          "orders.eu-green",
          Map.of("app", "orders-green"),
          List.of("orders-api"),
          Optional.empty(),
          List.of(),
          Optional.empty());

  private static HealthSpec health(Triggers triggers, Metric... metrics) {
    return health(Exporter.GENERIC, triggers, metrics);
  }

  private static HealthSpec health(Exporter exporter, Triggers triggers, Metric... metrics) {
    return new HealthSpec(
        null,
        "5s",
        new PrometheusSpec("http://prometheus:9090", exporter),
        null,
        List.of(metrics),
        triggers,
        100,
        null,
        null,
        null,
        null);
  }

  private static Metric metric(String name, String query, String max, String maxRatio) {
    return new Metric(name, query, null, "2m", null, max, null, maxRatio, null, 2, null);
  }

  private static ServiceMetric only(HealthSpec health, String name) {
    return ServiceMetric.of(health, ORDERS).stream()
        .filter(one -> one.metric().name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  private static MetricRequest request(ServiceMetric metric) {
    return metric.request(
        metric.id(),
        Side.ofDeployment(ORDERS.green()),
        "shop",
        metric.limits(OptionalDouble.empty()));
  }

  @Test
  void errorRateAndResponseTimeAreMeasuredByDefault() {
    assertThat(ServiceMetric.of(health(null), ORDERS))
        .extracting(one -> one.metric().name())
        .containsExactly("errorRate", "responseTime");
    assertThat(only(health(null), "errorRate").limits(OptionalDouble.empty()))
        .isEqualTo(new Limits(OptionalDouble.empty(), OptionalDouble.of(0.01)));
    assertThat(only(health(null), "responseTime").limits(OptionalDouble.of(0.2)))
        .isEqualTo(new Limits(OptionalDouble.empty(), OptionalDouble.of(0.4)));
  }

  @Test
  void nothingIsMeasuredWithoutAProvider() {
    assertThat(ServiceMetric.of(HealthSpec.of(List.of()), ORDERS)).isEmpty();
    assertThat(ServiceMetric.of(null, ORDERS)).isEmpty();
  }

  @Test
  void triggersAreSetAndSwitchedOff() {
    HealthSpec health = health(new Triggers("0.5%", Triggers.OFF, null, null));

    assertThat(ServiceMetric.of(health, ORDERS)).hasSize(1);
    assertThat(only(health, "errorRate").limits(OptionalDouble.empty()).most()).hasValue(0.005);
  }

  @Test
  void ownQueryTakesThePlaceOfAReadyMadeOneAndKeepsTheLimitOfItsTrigger() {
    ServiceMetric metric = only(health(null, metric("errorRate", "up", null, null)), "errorRate");

    assertThat(request(metric).query()).isEqualTo("up");
    assertThat(metric.limits(OptionalDouble.empty()).most()).hasValue(0.01);
  }

  @Test
  void ofTwoLimitsTheTighterHolds() {
    ServiceMetric metric = only(health(null, metric("cpu", null, "2", "1.1x")), "cpu");

    assertThat(metric.limits(OptionalDouble.of(1)).most()).hasValue(1.1);
    assertThat(metric.limits(OptionalDouble.of(9)).most()).hasValue(2);
    assertThat(metric.limits(OptionalDouble.empty()).most()).hasValue(2);
  }

  @Test
  void ofTwoLowerLimitsTheTighterHolds() {
    Metric asked =
        new Metric("throughput", null, null, null, null, null, "10", null, "0.8x", null, null);
    ServiceMetric metric = only(health(null, asked), "throughput");

    assertThat(metric.isRelative()).isTrue();
    assertThat(metric.limits(OptionalDouble.of(20)))
        .isEqualTo(new Limits(OptionalDouble.of(16), OptionalDouble.empty()));
    assertThat(metric.limits(OptionalDouble.of(5)).least()).hasValue(10);
    assertThat(metric.limits(OptionalDouble.empty()).least()).hasValue(10);
  }

  @Test
  void lowerLimitThatIsRelativeHoldsOnlyWithABaseline() {
    Metric asked =
        new Metric("throughput", null, null, null, null, null, null, null, "0.8x", null, null);
    ServiceMetric metric = only(health(null, asked), "throughput");

    assertThat(metric.isRelative()).isTrue();
    assertThat(metric.limits(OptionalDouble.of(20)).least()).hasValue(16);
    assertThat(metric.limits(OptionalDouble.empty()).least()).isEmpty();
  }

  @Test
  void whatIsAskedAboutIsPutIntoTheQueryOfTheUser() {
    String query = "f({{namespace}}, {{service}}, {{workload}}, {{pods}}, {{window}})";
    ServiceMetric metric = only(health(null, metric("queue", query, "1", null)), "queue");

    assertThat(request(metric).query())
        .isEqualTo(
            "f(shop, orders-api, orders.eu-green,"
                + " orders[.]eu-green-[bcdfghjklmnpqrstvwxz2456789]+-[bcdfghjklmnpqrstvwxz2456789]+,"
                + " 120s)");
    assertThat(request(metric).interval()).isEqualTo(Duration.ofSeconds(5));
  }

  @Test
  void podsOfTheOldVersionAreNotThoseOfGreenAndTheOtherWayRound() {
    String blue = Side.ofDeployment("orders").pods();
    String green = Side.ofDeployment("orders-green").pods();

    assertThat("orders-7b4fd77bc7-7dzhw").matches(blue).doesNotMatch(green);
    assertThat("orders-green-7b4fd77bc7-7dzhw").matches(green).doesNotMatch(blue);
    assertThat("orders-2").matches(Side.ofStatefulSet("orders").pods());
    assertThat(Side.of("orders", List.of("orders-1", "orders-0")).pods())
        .isEqualTo("orders-0|orders-1");
  }

  @Test
  void everyExporterHasItsNames() {
    assertThat(query(Exporter.GENERIC)).contains("http_requests_total{namespace=\"shop\",pod=~");
    assertThat(query(Exporter.MICROMETER)).contains("http_server_requests_seconds_count{");
    assertThat(query(Exporter.ISTIO)).contains("destination_workload=\"orders.eu-green\"");
    assertThat(query(Exporter.ENVOY)).contains("envoy_cluster_name=~\"shop_orders-api_.*\"");
  }

  private static String query(Exporter exporter) {
    return request(only(health(exporter, null), "errorRate")).query();
  }

  @Test
  void requestsAreCountedSoThatFewAreNotTakenForMany() {
    assertThat(request(only(health(null), "responseTime")).samples().orElseThrow())
        .startsWith("sum(increase(http_requests_total{");
    assertThat(request(only(health(null), "errorRate")).minSamples()).isEqualTo(100);
  }
}
