package dev.godwit.operator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.godwit.api.v1alpha1.Failure;
import dev.godwit.api.v1alpha1.Migration;
import dev.godwit.api.v1alpha1.MigrationSpec;
import dev.godwit.api.v1alpha1.MigrationStatus;
import dev.godwit.api.v1alpha1.Performance.OnDegradation;
import dev.godwit.api.v1alpha1.PreImage;
import dev.godwit.api.v1alpha1.Retire;
import dev.godwit.api.v1alpha1.Rolling;
import dev.godwit.api.v1alpha1.StepState;
import dev.godwit.api.v1alpha1.Strategy;
import dev.godwit.operator.cluster.CountedProvider.Measurement;
import dev.godwit.operator.metric.Asked;
import dev.godwit.operator.metric.PerformanceSettings;
import dev.godwit.operator.plan.Assessment;
import dev.godwit.operator.plan.Journal;
import dev.godwit.operator.plan.Plan;
import dev.godwit.operator.plan.ServiceFixture;
import dev.godwit.operator.plan.Situation;
import dev.godwit.operator.plan.Stage;
import dev.godwit.operator.plan.Step;
import dev.godwit.operator.resource.Marks;
import dev.godwit.operator.step.Compare;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class OperatorMetricsTest {

  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final OperatorMetrics metrics = new OperatorMetrics(registry);
  private final Plan plan =
      new Plan(
          List.of(new Stage("switch", "Switching", List.of(new Idle("orders/switch")))), List.of());
  private final Journal begun = Journal.begin(plan, START);

  private record Idle(String name) implements Step {

    @Override
    public Assessment assess(Situation situation) {
      return Assessment.done();
    }
  }

  private static Migration migration(String phase) {
    Strategy rolling =
        new Strategy(
            null,
            new Rolling(
                null, null, null, 1, null, null, null, null, null, null, Retire.AT_END, null));
    Migration migration = new Migration();
    migration.getMetadata().setName("a-name-that-no-metric-may-have");
    migration.setSpec(
        new MigrationSpec(
            null, "2.0", List.of(), rolling, null, null, null, null, false, false, null));
    migration.setStatus(
        new MigrationStatus(
            1L, "Rolling", phase, null, null, null, null, null, null, null, null, null, null, null,
            null, null));
    return migration;
  }

  private Journal switched() {
    return begun.with(
        new Journal.Entry(
            "orders/switch",
            "switch",
            StepState.DONE,
            Optional.of(START),
            Optional.of(START.plusSeconds(3)),
            Optional.empty(),
            Optional.empty(),
            1,
            "",
            begun.entry("orders/switch").preImage()));
  }

  private void recorded(Journal before, Journal after) {
    metrics.recorded(migration("Switching"), plan, Optional.of(before), after);
  }

  @Test
  void migrationsAreCountedByStrategyAndPhase() {
    metrics.count(
        Stream.of(migration("Monitoring"), migration("Monitoring"), migration("Succeeded")));

    assertThat(
            registry
                .get("godwit.migrations")
                .tags("strategy", "Rolling", "phase", "Monitoring")
                .gauge()
                .value())
        .isEqualTo(2);
  }

  @Test
  void aPhaseThatNoneIsInAnyMoreGoes() {
    metrics.count(Stream.of(migration("Monitoring")));
    metrics.count(Stream.of(migration("Succeeded")));

    assertThat(registry.find("godwit.migrations").tag("phase", "Monitoring").gauge()).isNull();
  }

  @Test
  void aSwitchIsTimedOnceWhenItIsConfirmed() {
    recorded(begun, switched());
    recorded(switched(), switched());

    assertThat(registry.get("godwit.switch").timer().count()).isEqualTo(1);
    assertThat(registry.get("godwit.switch").timer().totalTime(TimeUnit.SECONDS)).isEqualTo(3);
  }

  @Test
  void theEndIsTimedByStrategyAndResult() {
    recorded(switched(), switched().complete(START.plusSeconds(60)));
    recorded(switched().turned(), switched().turned().complete(START.plusSeconds(90)));

    assertThat(duration("succeeded")).isEqualTo(60);
    assertThat(duration("rolledback")).isEqualTo(90);
  }

  private Journal compared(Journal of, StepState state) {
    PreImage found =
        new PreImage(
            null,
            null,
            null,
            null,
            null,
            null,
            null,
            null,
            null,
            new PreImage.Comparison(
                null,
                Map.of(
                    "cpu", new PreImage.Compared(PreImage.Outcome.DEGRADED, 0.2, 0.3, null, null),
                    "memory",
                        new PreImage.Compared(PreImage.Outcome.NOT_ASKED, null, null, null, "x"))));
    return of.with(
        new Journal.Entry(
            "orders/performance",
            "performance",
            state,
            Optional.of(START),
            Optional.of(START.plusSeconds(3)),
            Optional.empty(),
            Optional.empty(),
            1,
            "",
            found));
  }

  private static Plan comparing() {
    PerformanceSettings settings =
        new PerformanceSettings(
            ServiceFixture.named("orders").plan(),
            Asked.performance(OnDegradation.FAIL),
            Optional.empty());
    Compare step = new Compare(settings, new Marks.Maker("shop", "uid", "shop"));
    return new Plan(List.of(new Stage("performance", "Comparing", List.of(step))), List.of());
  }

  @Test
  void whatAComparisonHasFoundIsCountedOnceByMetricAlsoWhenItIsTakenBackAtOnce() {
    Plan compares = comparing();
    Journal before = Journal.begin(compares, START);
    Journal undoing = compared(before, StepState.UNDOING);

    metrics.recorded(migration("Comparing"), compares, Optional.of(before), undoing);
    assertThat(registry.find("godwit.performance.comparisons").counters()).hasSize(2);
    metrics.recorded(
        migration("Comparing"), compares, Optional.of(undoing), compared(before, StepState.UNDONE));

    assertThat(
            registry
                .get("godwit.performance.comparisons")
                .tags("metric", "cpu", "verdict", "Degraded")
                .counter()
                .count())
        .isEqualTo(1);
    assertThat(
            registry
                .get("godwit.performance.comparisons")
                .tags("metric", "memory", "verdict", "NotAsked")
                .counter()
                .count())
        .isEqualTo(1);
  }

  private double duration(String result) {
    return registry
        .get("godwit.migration.duration")
        .tags("strategy", "Rolling", "result", result)
        .timer()
        .totalTime(TimeUnit.SECONDS);
  }

  @Test
  void aTurnIsCountedOnceByItsReason() {
    Journal failed =
        switched().withFailure(Optional.of(new Failure("ProbeFailed", "503", START, null)));
    recorded(switched(), failed.turned());
    recorded(failed.turned(), failed.turned());

    assertThat(
            registry
                .get("godwit.rollbacks")
                .tags("strategy", "Rolling", "reason", "ProbeFailed")
                .counter()
                .count())
        .isEqualTo(1);
  }

  @Test
  void theReferenceHasEachMetricWithItsLabels() throws IOException {
    PrometheusMeterRegistry prometheus = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    OperatorMetrics all = new OperatorMetrics(prometheus);
    all.count(Stream.of(migration("Monitoring")));
    all.preflightFailed(migration("Preflight"), List.of("a problem"));
    all.count("patch", "services", "ok");
    all.eventLost();
    all.recorded(migration("Switching"), plan, Optional.of(begun), switched());
    all.recorded(migration("Switching"), plan, Optional.of(switched()), switched().turned());
    all.recorded(
        migration("RolledBack"),
        plan,
        Optional.of(switched().turned()),
        switched().turned().complete(START.plusSeconds(90)));
    Journal before = Journal.begin(comparing(), START);
    all.recorded(
        migration("Comparing"), comparing(), Optional.of(before), compared(before, StepState.DONE));
    all.probed(true, Duration.ofMillis(3));
    all.measured(measurement());
    SchemaMetricsTest.recordAll(new SchemaMetrics(prometheus));

    assertThat(new Scrape(prometheus.scrape()).metrics())
        .isEqualTo(MetricsReference.metrics("godwit_"));
  }

  private static Measurement measurement() {
    return new Measurement(
        "a-name-that-no-metric-may-have",
        "bad",
        OptionalDouble.of(500),
        OptionalDouble.of(2),
        Duration.ofMillis(9));
  }

  @Test
  void noLabelNamesAnObject() {
    metrics.count(Stream.of(migration("Monitoring")));
    metrics.preflightFailed(migration("Preflight"), List.of("a problem"));
    metrics.count("patch", "services", "success");
    recorded(begun, switched());
    metrics.probed(true, Duration.ofMillis(3));
    metrics.measured(measurement());

    assertThat(registry.getMeters())
        .flatExtracting(meter -> meter.getId().getTags())
        .extracting(Tag::getValue)
        .doesNotContain("a-name-that-no-metric-may-have", "orders");
    assertThat(registry.getMeters()).extracting(Meter::getId).hasSize(8);
  }
}
