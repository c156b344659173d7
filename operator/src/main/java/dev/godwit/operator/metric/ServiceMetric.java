package dev.godwit.operator.metric;

import dev.godwit.api.v1alpha1.Amount;
import dev.godwit.api.v1alpha1.HealthSpec;
import dev.godwit.api.v1alpha1.Metric;
import dev.godwit.api.v1alpha1.Metric.Quantile;
import dev.godwit.api.v1alpha1.PrometheusSpec.Exporter;
import dev.godwit.api.v1alpha1.TimeSpan;
import dev.godwit.api.v1alpha1.Triggers;
import dev.godwit.operator.plan.Limits;
import dev.godwit.operator.plan.MetricRequest;
import dev.godwit.operator.plan.ServicePlan;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * One metric of one service, with the defaults filled in.
 *
 * @param metric what the user asks for, or what is measured by default
 * @param settings what holds for all metrics of the migration
 */
public record ServiceMetric(ServicePlan plan, Metric metric, MetricSettings settings) {

  private static final String ERROR_RATE = "errorRate";
  private static final String RESPONSE_TIME = "responseTime";
  private static final String DEFAULT_WINDOW = "1m";
  private static final int DEFAULT_FAILURES = 2;

  /** The metrics of a service, those that are on by default among them; none without a provider. */
  public static List<ServiceMetric> of(HealthSpec health, ServicePlan plan) {
    if (health == null || health.prometheus() == null) {
      return List.of();
    }
    Map<String, Metric> metrics = new LinkedHashMap<>();
    triggers(health).forEach(trigger -> metrics.put(trigger.name(), trigger));
    Optional.ofNullable(health.metrics()).orElse(List.of()).stream()
        .filter(metric -> metric.services() == null || metric.services().contains(plan.name()))
        .forEach(metric -> metrics.merge(metric.name(), metric, ServiceMetric::withLimitsOf));
    MetricSettings settings = MetricSettings.of(health);
    return metrics.values().stream()
        .filter(ServiceMetric::hasLimit)
        .map(metric -> new ServiceMetric(plan, metric, settings))
        .toList();
  }

  private static List<Metric> triggers(HealthSpec health) {
    Optional<Triggers> triggers = Optional.ofNullable(health.triggers());
    String errorRate = triggers.map(Triggers::errorRate).orElse(Triggers.DEFAULT_ERROR_RATE);
    String responseTime =
        triggers.map(Triggers::responseTime).orElse(Triggers.DEFAULT_RESPONSE_TIME);
    return List.of(
        bare(ERROR_RATE, errorRate.equals(Triggers.OFF) ? null : errorRate, null),
        bare(RESPONSE_TIME, null, responseTime.equals(Triggers.OFF) ? null : responseTime));
  }

  private static Metric bare(String name, String max, String maxRatio) {
    return new Metric(name, null, null, null, null, max, null, maxRatio, null, null, null);
  }

  /** A user's metric has the limits of the trigger of its name, unless it has some of its own. */
  private static Metric withLimitsOf(Metric trigger, Metric metric) {
    return hasLimit(metric)
        ? metric
        : new Metric(
            metric.name(),
            metric.query(),
            metric.samples(),
            metric.window(),
            metric.quantile(),
            trigger.max(),
            trigger.min(),
            trigger.maxRatio(),
            trigger.minRatio(),
            metric.failures(),
            metric.services());
  }

  private static boolean hasLimit(Metric metric) {
    return metric.max() != null
        || metric.min() != null
        || metric.maxRatio() != null
        || metric.minRatio() != null;
  }

  /** Unique among the metrics of a migration. */
  public String id() {
    return plan.name() + "/" + metric.name();
  }

  /** Whether it has a limit that is relative to the baseline. */
  public boolean isRelative() {
    return metric.maxRatio() != null || metric.minRatio() != null;
  }

  /** How many values in a row outside of the limits are too many. */
  public int failures() {
    return Optional.ofNullable(metric.failures()).orElse(DEFAULT_FAILURES);
  }

  /** How long the want of a value must last to be none of a moment. */
  public Duration aFewRounds() {
    return settings.interval().multipliedBy(failures());
  }

  /**
   * The limits that hold.
   *
   * @param baseline what was measured of the old version; empty where there is none, and then the
   *     relative limits don't hold
   */
  public Limits limits(OptionalDouble baseline) {
    return new Limits(
        tighter(metric.min(), metric.minRatio(), baseline, true),
        tighter(metric.max(), metric.maxRatio(), baseline, false));
  }

  private static OptionalDouble tighter(
      String absolute, String ratio, OptionalDouble baseline, boolean higher) {
    OptionalDouble fixed =
        absolute == null ? OptionalDouble.empty() : OptionalDouble.of(Amount.parse(absolute));
    if (ratio == null || baseline.isEmpty()) {
      return fixed;
    }
    double relative = Amount.parse(ratio) * baseline.getAsDouble();
    if (fixed.isEmpty()) {
      return OptionalDouble.of(relative);
    }
    return OptionalDouble.of(
        higher ? Math.max(fixed.getAsDouble(), relative) : Math.min(fixed.getAsDouble(), relative));
  }

  /** What is asked of a side. */
  public MetricRequest request(String id, Side side, String namespace, Limits limits) {
    Queries queries = queries();
    return new MetricRequest(
        id,
        settings.url(),
        rendered(queries.value(), side, namespace),
        queries.samples().map(samples -> rendered(samples, side, namespace)),
        settings.minSamples(),
        limits,
        settings.interval(),
        failures());
  }

  private Queries queries() {
    if (metric.query() != null) {
      return new Queries(metric.query(), Optional.ofNullable(metric.samples()));
    }
    Exporter exporter = settings.exporter();
    return switch (metric.name()) {
      case ERROR_RATE -> Queries.errorRate(exporter);
      case RESPONSE_TIME ->
          Queries.responseTime(
              exporter, Optional.ofNullable(metric.quantile()).orElse(Quantile.P95));
      case "throughput" -> Queries.throughput(exporter);
      case "cpu" -> Queries.cpu();
      case "memory" -> Queries.memory();
      default -> throw new IllegalArgumentException("metric " + metric.name() + " has no query");
    };
  }

  private String rendered(String query, Side side, String namespace) {
    return query
        .replace("{{service}}", plan.traffic().getFirst())
        .replace("{{workload}}", side.workload())
        .replace("{{namespace}}", namespace)
        .replace("{{pods}}", side.pods())
        .replace("{{window}}", seconds(window()));
  }

  /** What a value is taken over. */
  public Duration window() {
    return TimeSpan.parse(Optional.ofNullable(metric.window()).orElse(DEFAULT_WINDOW));
  }

  private static String seconds(Duration window) {
    return window.toSeconds() + "s";
  }
}
