package dev.godwit.operator.step;

import dev.godwit.api.v1alpha1.PreImage;
import dev.godwit.api.v1alpha1.PreImage.Compared;
import dev.godwit.api.v1alpha1.PreImage.Outcome;
import dev.godwit.contract.load.Comparison;
import dev.godwit.contract.load.LoadReport;
import dev.godwit.contract.load.Metric;
import dev.godwit.contract.load.Verdict;
import dev.godwit.operator.metric.PerformanceSettings;
import dev.godwit.operator.metric.Usage;
import dev.godwit.operator.plan.Reason;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** What a comparison has found, by metric, as it is kept and told. */
record Findings(PerformanceSettings settings, Map<Metric, Compared> metrics) {

  private static final int DIGITS = 4;
  private static final double MICROS = 1e6;
  private static final int LONGEST_WHY = 240;

  /** Nothing could be measured. */
  static Findings none(PerformanceSettings settings, String why) {
    Map<Metric, Compared> metrics = new EnumMap<>(Metric.class);
    for (Metric metric : Metric.values()) {
      metrics.put(metric, without(Outcome.NOT_MEASURED, why));
    }
    return new Findings(settings, metrics);
  }

  /** Nobody is configured who could say what cpu and memory were. */
  static Findings of(PerformanceSettings settings, LoadReport.Measured report) {
    Map<Metric, Compared> metrics = ofLoad(settings, report);
    Compared notAsked = without(Outcome.NOT_ASKED, "no Prometheus is configured");
    metrics.put(Metric.CPU, notAsked);
    metrics.put(Metric.MEMORY, notAsked);
    return new Findings(settings, metrics);
  }

  static Findings of(
      PerformanceSettings settings,
      LoadReport.Measured report,
      Usage usage,
      Usage.Answer.Known known) {
    Map<Metric, Compared> metrics = ofLoad(settings, report);
    metrics.put(
        Metric.CPU,
        usage.hasCpu()
            ? compared(known.cpu(), 1)
            : without(
                Outcome.NOT_ASKED, "a turn is too short for it: make duration 160s or longer"));
    metrics.put(Metric.MEMORY, compared(known.memory(), 1));
    return new Findings(settings, metrics);
  }

  private static Map<Metric, Compared> ofLoad(
      PerformanceSettings settings, LoadReport.Measured report) {
    Comparison comparison = settings.comparison();
    Map<Metric, Compared> metrics = new EnumMap<>(Metric.class);
    metrics.put(
        Metric.RESPONSE_TIME,
        compared(comparison.responseTime(report, settings.quantile()), MICROS));
    metrics.put(Metric.THROUGHPUT, compared(comparison.throughput(report), 1));
    return metrics;
  }

  private static Compared compared(Verdict verdict, double toUnit) {
    return switch (verdict) {
      case Verdict.Same(Verdict.Change change) -> of(Outcome.SAME, change, toUnit, null);
      case Verdict.Better(Verdict.Change change) -> of(Outcome.BETTER, change, toUnit, null);
      case Verdict.Degraded(Verdict.Change change) -> of(Outcome.DEGRADED, change, toUnit, null);
      case Verdict.TooNoisy(Verdict.Change change, double spread) ->
          of(Outcome.TOO_NOISY, change, toUnit, rounded(spread));
      case Verdict.NotMeasured(String why) -> without(Outcome.NOT_MEASURED, why);
    };
  }

  private static Compared of(Outcome outcome, Verdict.Change change, double toUnit, Double spread) {
    return new Compared(
        outcome, rounded(change.before() / toUnit), rounded(change.after() / toUnit), spread, null);
  }

  private static Compared without(Outcome outcome, String why) {
    String kept = why.length() <= LONGEST_WHY ? why : why.substring(0, LONGEST_WHY - 1) + "…";
    return new Compared(outcome, null, null, null, kept);
  }

  private static double rounded(double value) {
    return new BigDecimal(value).round(new MathContext(DIGITS)).doubleValue();
  }

  /** As it is kept. */
  PreImage preImage() {
    Map<String, Compared> named = new LinkedHashMap<>();
    metrics.forEach((metric, compared) -> named.put(ComparisonWords.name(metric), compared));
    return PreImages.comparison(new PreImage.Comparison(null, named));
  }

  /** For people, metric by metric. */
  String words() {
    return ComparisonWords.of(preImage().comparison());
  }

  /** Why the step fails, where the user wants that. */
  Optional<Reason> failure() {
    if (!settings.fails()) {
      return Optional.empty();
    }
    return isAny(Outcome.DEGRADED)
        ? Optional.of(Reason.PERFORMANCE_DEGRADED)
        : Optional.of(Reason.PERFORMANCE_UNKNOWN)
            .filter(
                unknown -> metrics.values().stream().anyMatch(one -> one.verdict().isUnknown()));
  }

  private boolean isAny(Outcome outcome) {
    return metrics.values().stream().anyMatch(one -> one.verdict() == outcome);
  }

  /** What is said of a step that fails. */
  String message() {
    String tolerance = settings.tolerance();
    return (isAny(Outcome.DEGRADED)
            ? "the new version is worse by more than " + tolerance
            : "it is not known whether the new version is worse by more than " + tolerance)
        + ": "
        + words();
  }
}
