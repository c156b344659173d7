package dev.godwit.operator.step;

import dev.godwit.api.v1alpha1.PreImage.Compared;
import dev.godwit.api.v1alpha1.PreImage.Comparison;
import dev.godwit.contract.load.Metric;
import dev.godwit.operator.plan.Limits;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Says what a comparison has found. */
public final class ComparisonWords {

  private static final double MILLIS = 1000;
  private static final double MEBIBYTE = 1024.0 * 1024;
  private static final double PERCENT = 100;

  private ComparisonWords() {}

  /** Name of a metric, as in the API. */
  static String name(Metric metric) {
    return switch (metric) {
      case RESPONSE_TIME -> "responseTime";
      case THROUGHPUT -> "throughput";
      case CPU -> "cpu";
      case MEMORY -> "memory";
    };
  }

  /**
   * All metrics of a comparison, the worst first: {@code responseTime degraded: 20 ms → 31 ms
   * (+55%); cpu, memory not asked: no Prometheus is configured}.
   */
  public static String of(Comparison comparison) {
    Map<String, List<String>> saying = new LinkedHashMap<>();
    List<Map.Entry<Metric, Compared>> found = new ArrayList<>();
    for (Metric metric : Metric.values()) {
      Compared compared = comparison.metrics().get(name(metric));
      if (compared != null) {
        found.add(Map.entry(metric, compared));
      }
    }
    found.stream()
        .sorted((one, other) -> rank(one.getValue()) - rank(other.getValue()))
        .forEach(
            one ->
                saying
                    .computeIfAbsent(of(one.getKey(), one.getValue()), unknown -> new ArrayList<>())
                    .add(name(one.getKey())));
    return String.join(
        "; ",
        saying.entrySet().stream()
            .map(one -> String.join(", ", one.getValue()) + " " + one.getKey())
            .toList());
  }

  private static int rank(Compared compared) {
    return switch (compared.verdict()) {
      case DEGRADED -> 0;
      case TOO_NOISY, NOT_MEASURED -> 1;
      case SAME, BETTER -> 2;
      case NOT_ASKED -> 3;
    };
  }

  private static String of(Metric metric, Compared compared) {
    return switch (compared.verdict()) {
      case DEGRADED -> "degraded: " + change(metric, compared);
      case TOO_NOISY ->
          "too noisy to tell: blue differs from itself by "
              + Math.round(compared.spread() * PERCENT)
              + "% ("
              + change(metric, compared)
              + ")";
      case NOT_MEASURED -> "not measured: " + compared.why();
      case SAME -> "the same: " + change(metric, compared);
      case BETTER -> "better: " + change(metric, compared);
      case NOT_ASKED -> "not measured: " + compared.why();
    };
  }

  private static String change(Metric metric, Compared compared) {
    double change = (compared.after() - compared.before()) / compared.before();
    return value(metric, compared.before())
        + " → "
        + value(metric, compared.after())
        + String.format(Locale.ROOT, " (%+.0f%%)", change * PERCENT);
  }

  private static String value(Metric metric, double value) {
    return switch (metric) {
      case RESPONSE_TIME -> Limits.words(value * MILLIS) + " ms";
      case THROUGHPUT -> Limits.words(value) + "/s";
      case CPU -> Limits.words(value) + " cores";
      case MEMORY -> Limits.words(value / MEBIBYTE) + " MiB";
    };
  }
}
