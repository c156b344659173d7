package dev.godwit.operator.e2e;

import static dev.godwit.operator.e2e.Application.V1;
import static dev.godwit.operator.e2e.Application.V2;
import static org.assertj.core.api.Assertions.assertThat;

import dev.godwit.api.v1alpha1.CheckState;
import dev.godwit.api.v1alpha1.HealthSpec;
import dev.godwit.api.v1alpha1.Metric;
import dev.godwit.api.v1alpha1.Metric.Quantile;
import dev.godwit.api.v1alpha1.MigrationStatus;
import dev.godwit.api.v1alpha1.OnNoData;
import dev.godwit.api.v1alpha1.OnProviderError;
import dev.godwit.api.v1alpha1.PrometheusSpec;
import dev.godwit.api.v1alpha1.PrometheusSpec.Exporter;
import dev.godwit.api.v1alpha1.SchemaMigration;
import dev.godwit.api.v1alpha1.SchemaMigrationStatus;
import dev.godwit.api.v1alpha1.StepState;
import dev.godwit.api.v1alpha1.Triggers;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * What a real Prometheus measures decides. Ten seconds are measured at a time, every two.
 * Connections that are kept stay with blue for as long as it lives: green has the 200 requests a
 * second on new ones.
 */
@EndToEnd
@Order(2)
class HealthIT {

  private static final Duration INTERVAL = Duration.ofSeconds(2);

  private static Monitoring monitoring;

  @RegisterExtension final Sandbox sandbox = new Sandbox();

  @BeforeAll
  static void deploy() {
    monitoring = Monitoring.in("monitoring");
  }

  @AfterAll
  static void remove() {
    monitoring.close();
  }

  private static Metric metric(String name, Quantile quantile) {
    return new Metric(name, null, null, "10s", quantile, null, null, null, null, null, null);
  }

  /** At no moment of the last seconds: what a range query would be asked for, in PromQL. */
  private static final Metric WORST =
      new Metric(
          "worst-error-rate",
          "max_over_time((sum(rate(http_requests_total{namespace=\"{{namespace}}\",pod=~\"{{pods}}\","
              + "status=~\"5..\"}[{{window}}])) / sum(rate(http_requests_total{"
              + "namespace=\"{{namespace}}\",pod=~\"{{pods}}\"}[{{window}}])))[20s:2s])",
          null,
          "10s",
          null,
          "5%",
          null,
          null,
          null,
          null,
          null);

  private static HealthSpec health(Monitoring by, String patience, Metric... more) {
    return new HealthSpec(
        null,
        INTERVAL.toSeconds() + "s",
        new PrometheusSpec(by.url(), Exporter.GENERIC),
        null,
        // Half of the requests: in the buckets of a histogram the highest are known least.
        Stream.concat(
                Stream.of(metric("errorRate", Quantile.P95), metric("responseTime", Quantile.P50)),
                Stream.of(more))
            .toList(),
        new Triggers("1%", "2x", null, null),
        100,
        OnNoData.HOLD,
        OnProviderError.HOLD,
        patience,
        patience);
  }

  private static MigrationFixture toV2(Application app, String monitor) {
    return MigrationFixture.toV2(app).monitor(monitor).health(health(monitoring, "60s"));
  }

  private Application deployed() {
    return Application.podinfo(sandbox.namespace(), "shop").deployed(V1);
  }

  /** As what is measured by default asks. */
  private String errorRateOfGreen() {
    String green = "namespace=\"" + sandbox.namespace() + "\",pod=~\"shop-green-.*\"";
    return "sum(rate(http_requests_total{"
        + green
        + ",status=~\"5..\"}[10s])) / sum(rate(http_requests_total{"
        + green
        + "}[10s]))";
  }

  private void onGreen(Run run, Load load) {
    run.reaches("shop/switch", StepState.DONE);
    load.awaitVersion(V2);
  }

  /**
   * Ten errors among 500 requests a second, and more of those that green gets: connections that are
   * kept stay on blue for as long as they last.
   */
  @Test
  void anErrorRateOfTwoPercentAfterTheSwitchGoesBackSoonAfterTheFirstScrapeThatShowsIt() {
    Application app = deployed();
    Snapshot before = sandbox.snapshot();
    EndpointHistory endpoints = sandbox.closing(EndpointHistory.of(app));
    Load load = sandbox.closing(Load.on(app));
    Run run = sandbox.start(toV2(app, "1h"));
    onGreen(run, load);
    endpoints.onlyOf("shop-green");

    Instant broken = Instant.now();
    sandbox.closing(Load.beside(app, "status/500", "10"));
    EndpointHistory.Entry back = endpoints.onlyOf("shop");
    MigrationStatus status = run.rollsBack();
    load.awaitMore();

    assertThat(status.failure().reason()).isEqualTo("MetricOutOfLimits");
    assertThat(status.failure().message())
        .contains("errorRate of shop", "is above 0.01", "samples");
    Instant shown = monitoring.firstAbove(errorRateOfGreen(), 0.01, broken).orElseThrow();
    System.out.printf(
        "from the first scrape that shows it to traffic on blue alone: %d ms at an interval of %s%n",
        Duration.between(shown, back.since()).toMillis(), INTERVAL);
    load.stop().lostNothing();
    sandbox.snapshot().isSameAs(before);
  }

  private static boolean sawErrors(MigrationStatus status) {
    return Stream.ofNullable(status.checks())
        .flatMap(List::stream)
        .anyMatch(
            check ->
                check.name().equals("shop/worst-error-rate")
                    && check.state() == CheckState.GOOD
                    && check.worst().value() > 0);
  }

  @Test
  void anErrorRateOfHalfAPercentPromotes() throws Exception {
    Application app = deployed();
    Load load = sandbox.closing(Load.on(app));
    Run run =
        sandbox.start(
            MigrationFixture.toV2(app).monitor("20s").health(health(monitoring, "60s", WORST)));
    onGreen(run, load);

    AutoCloseable errors = sandbox.closing(Load.beside(app, "status/500", "1"));
    run.until("the worst moment to be measured", HealthIT::sawErrors);
    run.succeeds();
    errors.close();
    load.awaitMore();

    load.stop().lostNothing().movedOnce(V1, V2);
  }

  /**
   * The delay of an answer is anything up to the most, as likely one as another; so long that what
   * a busy machine adds is little.
   */
  private Application delayed(int most) {
    return Application.podinfo(sandbox.namespace(), "shop")
        .deployed(V1, deployment -> delaying(deployment, most));
  }

  private static DeploymentBuilder delaying(DeploymentBuilder deployment, int most) {
    return deployment
        .editSpec()
        .editTemplate()
        .editSpec()
        .editFirstContainer()
        .addToArgs(
            "--random-delay",
            "--random-delay-unit=ms",
            "--random-delay-min=0",
            "--random-delay-max=" + most)
        .endContainer()
        .endSpec()
        .endTemplate()
        .endSpec();
  }

  private static MigrationFixture slower(Application app, int most, String monitor) {
    return MigrationFixture.named("upgrade")
        .patch(
            app,
            """
            {"spec": {"containers": [{"name": "app", "image": "%s", "args": [
              "--random-delay", "--random-delay-unit=ms", "--random-delay-min=0",
              "--random-delay-max=%d"]}]}}
            """
                .formatted(app.image(V2), most))
        .monitor(monitor)
        .health(health(monitoring, "60s"));
  }

  @Test
  void aResponseTimeOfTwoAndAHalfTimesTheOldOneGoesBack() {
    Application app = delayed(1000);
    Snapshot before = sandbox.snapshot();
    Load load = sandbox.closing(Load.on(app));
    Run run = sandbox.start(slower(app, 2500, "1h"));

    MigrationStatus status = run.rollsBack();
    load.awaitMore();

    assertThat(status.failure().reason()).isEqualTo("MetricOutOfLimits");
    assertThat(status.failure().message())
        .contains("responseTime of shop", "the old version had 0.");
    load.stop().lostNothing();
    sandbox.snapshot().isSameAs(before);
  }

  @Test
  void aResponseTimeOfOneAndAHalfTimesTheOldOnePromotes() {
    Application app = delayed(1000);
    Load load = sandbox.closing(Load.on(app));
    Run run = sandbox.start(slower(app, 1500, "20s"));

    run.succeeds();
    load.awaitMore();

    load.stop().lostNothing();
  }

  @Test
  void withoutTrafficItNeitherMovesNorPromotesNorGoesBack() {
    Application app = deployed();
    monitoring.asks(app, 2);
    Run run =
        sandbox.start(MigrationFixture.toV2(app).monitor("15s").health(health(monitoring, "5m")));
    run.until("to wait for a baseline", status -> status.message().contains("samples"));
    Load load = sandbox.closing(Load.on(app));
    onGreen(run, load);

    load.stop().lostNothing();
    run.until(
        "to wait for samples of green",
        status ->
            Run.step(status, "monitor").state() == StepState.RUNNING
                && status.message().contains("waiting for errorRate of shop")
                && status.message().contains("samples"));
    Load more = sandbox.closing(Load.on(app));
    run.succeeds();
    more.awaitMore();

    more.stop().lostNothing();
  }

  /** It waits with green in traffic for two minutes, says why, and goes on when it can measure. */
  @Test
  void aPrometheusThatIsGoneForTwoMinutesHoldsAndPromotesNothing() {
    Monitoring other = sandbox.closing(Monitoring.in("monitoring-2"));
    Application app = deployed();
    Load load = sandbox.closing(Load.on(app));
    Run run = sandbox.start(MigrationFixture.toV2(app).monitor("20s").health(health(other, "5m")));
    onGreen(run, load);

    other.stop();
    run.until(
        "to say that Prometheus is away",
        status ->
            status.message().contains("waiting for ")
                && status.message().contains("prometheus.monitoring-2:9090"));
    Eventually.never(
        run.handle(),
        "it went on without Prometheus",
        Duration.ofMinutes(2),
        migration ->
            migration.getStatus().failure() != null
                || Run.step(migration.getStatus(), "monitor").state() != StepState.RUNNING);
    other.start();
    run.succeeds();
    load.awaitMore();

    load.stop().lostNothing();
  }

  /** The schema is right, and those who use it answer with errors since. */
  @Test
  void errorsOfAServiceTakeTheVersionsOfItsDatabaseBack() {
    PostgreSql database = PostgreSql.in(sandbox.namespace());
    Application app = deployed();
    Load load = sandbox.closing(Load.on(app));
    SchemaMigration migration =
        new KubernetesSerialization()
            .unmarshal(
                """
                apiVersion: godwit.dev/v1alpha1
                kind: SchemaMigration
                metadata: {name: orders-schema}
                spec:
                  database: {secretRef: {name: orders-db}}
                  versions:
                  - {version: "1", up: "create table a ()", down: "drop table a"}
                  - {version: "2", up: "create table b ()", down: "drop table b"}
                  settle: 1h
                  services: [{name: shop, workload: {kind: Deployment, name: shop}}]
                """,
                SchemaMigration.class);
    migration.setSpec(migration.getSpec().with(health(monitoring, "60s")));
    Resource<SchemaMigration> handle = LocalCluster.CLIENT.resource(sandbox.create(migration));
    Eventually.until(
        handle, "version 1 to settle", seen -> isAt(seen, "1/settle", StepState.RUNNING));
    database.holds("to_regclass('a') is not null");

    sandbox.closing(Load.beside(app, "status/500", "40"));
    SchemaMigrationStatus status =
        Eventually.until(handle, "it to be back", seen -> isAt(seen, "compare", StepState.UNDONE))
            .getStatus();
    load.awaitMore();

    assertThat(status.failure().reason()).isEqualTo("MetricOutOfLimits");
    assertThat(status.failure().message()).contains("errorRate of shop", "is above 0.01");
    assertThat(status.current()).isEqualTo("0");
    database.holds("to_regclass('a') is null and to_regclass('b') is null");
  }

  /** The schema is right, and those who use it say that they can't work any more. */
  @Test
  void aProbeThatFailsTakesTheVersionsOfItsDatabaseBack() {
    PostgreSql database = PostgreSql.in(sandbox.namespace());
    Application app = RollbackIT.deployedWithReadinessOfHealthz(sandbox);
    SchemaMigration migration =
        new KubernetesSerialization()
            .unmarshal(
                """
                apiVersion: godwit.dev/v1alpha1
                kind: SchemaMigration
                metadata: {name: orders-schema}
                spec:
                  database: {secretRef: {name: orders-db}}
                  versions:
                  - {version: "1", up: "create table a ()", down: "drop table a"}
                  - {version: "2", up: "create table b ()", down: "drop table b"}
                  settle: 1h
                  health:
                    probes:
                    - name: ready
                      http: {port: 9898, path: /readyz, status: 200}
                      interval: 1s
                  services: [{name: shop, workload: {kind: Deployment, name: shop}}]
                """,
                SchemaMigration.class);
    Resource<SchemaMigration> handle = LocalCluster.CLIENT.resource(sandbox.create(migration));
    Eventually.until(
        handle, "version 1 to settle", seen -> isAt(seen, "1/settle", StepState.RUNNING));
    database.holds("to_regclass('a') is not null");

    app.pods("shop").forEach(pod -> RollbackIT.disableReadyz(app, pod));
    SchemaMigrationStatus status =
        Eventually.until(handle, "it to be back", seen -> isAt(seen, "compare", StepState.UNDONE))
            .getStatus();

    assertThat(status.failure().reason()).isEqualTo("ProbeFailed");
    assertThat(status.failure().message())
        .contains("probe ready of shop failed 3 times in a row: ", "503");
    assertThat(status.current()).isEqualTo("0");
    database.holds("to_regclass('a') is null and to_regclass('b') is null");
  }

  private static boolean isAt(SchemaMigration seen, String step, StepState state) {
    return Stream.ofNullable(seen)
        .flatMap(one -> Stream.ofNullable(one.getStatus()))
        .flatMap(one -> Stream.ofNullable(one.steps()))
        .flatMap(List::stream)
        .anyMatch(one -> one.name().equals(step) && one.state() == state);
  }

  @Test
  void aGreenThatCrashesDuringItsTestsIsNeverPromoted() {
    Application app = deployed();
    Snapshot before = sandbox.snapshot();
    EndpointHistory endpoints = sandbox.closing(EndpointHistory.of(app));
    Load load = sandbox.closing(Load.on(app));
    Run run =
        sandbox.start(
            toV2(app, "20s")
                .deadline("30s")
                .test(MigrationFixture.http("gone", "/panic", 200, null)));

    run.rollsBack();
    load.awaitMore();

    endpoints.neverHeld("shop-green");
    load.stop().lostNothing();
    sandbox.snapshot().isSameAs(before);
  }
}
