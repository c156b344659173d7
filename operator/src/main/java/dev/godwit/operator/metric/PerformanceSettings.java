package dev.godwit.operator.metric;

import dev.godwit.api.v1alpha1.Amount;
import dev.godwit.api.v1alpha1.MigrationSpec;
import dev.godwit.api.v1alpha1.Performance;
import dev.godwit.api.v1alpha1.Performance.OnDegradation;
import dev.godwit.api.v1alpha1.Performance.Quantile;
import dev.godwit.api.v1alpha1.TimeSpan;
import dev.godwit.contract.load.Comparison;
import dev.godwit.contract.load.LoadPlan;
import dev.godwit.contract.load.LoadRequest;
import dev.godwit.contract.load.StatusClass;
import dev.godwit.operator.plan.ServicePlan;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * How one service is compared under load, with the defaults filled in.
 *
 * @param plan the service
 * @param asked what the user asks for
 * @param provider who says what cpu and memory were; empty: nobody
 */
public record PerformanceSettings(
    ServicePlan plan, Performance asked, Optional<MetricSettings> provider) {

  private static final Duration LONG = Duration.ofMinutes(8);
  private static final int MOST_SLICES = 12;
  private static final int FEWEST_SLICES = 8;
  private static final double MEDIAN = 0.5;

  /**
   * The settings of a service; empty where it is not compared: nothing is asked for, or it is not
   * named, or it is upgraded in place and there is nothing beside it.
   */
  public static Optional<PerformanceSettings> of(MigrationSpec spec, ServicePlan plan) {
    return Optional.ofNullable(spec.strategy().settings().performance())
        .filter(asked -> asked.services() == null || asked.services().contains(plan.name()))
        .filter(asked -> plan.inPlace().isEmpty())
        .map(
            asked ->
                new PerformanceSettings(
                    plan,
                    asked,
                    Optional.ofNullable(spec.health())
                        .filter(health -> health.prometheus() != null)
                        .map(MetricSettings::of)));
  }

  /** Whether a comparison that is bad, or that can't be made, fails the migration. */
  public boolean fails() {
    return asked.onDegradation() == OnDegradation.FAIL;
  }

  /** The quantile of the response time that is compared, between 0 and 1. */
  public double quantile() {
    return Optional.ofNullable(asked.quantile()).orElse(Quantile.P90).share();
  }

  /** As the user writes it. */
  public String tolerance() {
    return Optional.ofNullable(asked.tolerance()).orElse("10%");
  }

  /** Compares with the tolerance. */
  public Comparison comparison() {
    return new Comparison(Amount.parse(tolerance()));
  }

  /** What the runner is told, for two base URLs. */
  public LoadPlan load(String blue, String green) {
    return load(asked, blue, green);
  }

  /** The same for what a user asks for, whatever the service. */
  public static LoadPlan load(Performance asked, String blue, String green) {
    Duration duration = TimeSpan.parse(Optional.ofNullable(asked.duration()).orElse("8m"));
    int slices = duration.compareTo(LONG) < 0 ? FEWEST_SLICES : MOST_SLICES;
    int slice = Math.toIntExact(duration.toMillis()) / slices;
    Duration warmUp = TimeSpan.parse(Optional.ofNullable(asked.warmUp()).orElse("10s"));
    return new LoadPlan(
        blue,
        green,
        asked.requests().stream().map(PerformanceSettings::request).toList(),
        asked.rate(),
        slice,
        Math.toIntExact(warmUp.toMillis()),
        slices * slice,
        null,
        null,
        null,
        Stream.of(MEDIAN, Optional.ofNullable(asked.quantile()).orElse(Quantile.P90).share())
            .distinct()
            .toList(),
        null);
  }

  private static LoadRequest request(Performance.Request asked) {
    Map<String, String> headers =
        Optional.ofNullable(asked.headers()).orElse(List.of()).stream()
            .collect(Collectors.toMap(Performance.Header::name, Performance.Header::value));
    Set<StatusClass> expect =
        Optional.ofNullable(asked.expect()).orElse(List.of()).stream()
            .map(PerformanceSettings::statusClass)
            .collect(Collectors.toSet());
    return new LoadRequest(
        asked.method(), asked.path(), asked.weight(), headers, asked.body(), expect);
  }

  private static StatusClass statusClass(Performance.StatusClass asked) {
    return switch (asked) {
      case SUCCESS -> StatusClass.SUCCESS;
      case REDIRECT -> StatusClass.REDIRECT;
      case CLIENT_ERROR -> StatusClass.CLIENT_ERROR;
      case SERVER_ERROR -> StatusClass.SERVER_ERROR;
    };
  }
}
