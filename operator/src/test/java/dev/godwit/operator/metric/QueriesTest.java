package dev.godwit.operator.metric;

import static org.assertj.core.api.Assertions.assertThat;

import dev.godwit.api.v1alpha1.HealthSpec;
import dev.godwit.api.v1alpha1.Metric;
import dev.godwit.api.v1alpha1.Metric.Quantile;
import dev.godwit.api.v1alpha1.PrometheusSpec;
import dev.godwit.api.v1alpha1.PrometheusSpec.Exporter;
import dev.godwit.operator.plan.Limits;
import dev.godwit.operator.plan.MetricRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

/**
 * The queries of all ready-made metrics, of all exporters, as they are sent: a file of rules, which
 * {@code helm/test.sh} has promtool read. After a change that is meant, {@code
 * -Dgolden.update=true} writes it anew; the difference is then for the reviewer.
 */
class QueriesTest {

  private static final Path RULES = Path.of("src/test/resources/golden/metric/queries.yaml");

  private static Metric metric(String name, Quantile quantile) {
    return new Metric(name, null, null, null, quantile, "1", null, null, null, null, null);
  }

  private static List<Metric> readyMade() {
    List<Metric> metrics = new ArrayList<>();
    metrics.add(metric("errorRate", null));
    for (Quantile quantile : Quantile.values()) {
      metrics.add(metric("responseTime", quantile));
    }
    for (String name : List.of("throughput", "cpu", "memory")) {
      metrics.add(metric(name, null));
    }
    return metrics;
  }

  private static MetricRequest request(Exporter exporter, Metric metric) {
    PrometheusSpec prometheus = new PrometheusSpec("http://prometheus:9090", exporter);
    HealthSpec health =
        new HealthSpec(
            null, null, prometheus, null, List.of(metric), null, null, null, null, null, null);
    return ServiceMetric.of(health, ServiceMetricTest.ORDERS).stream()
        .filter(one -> one.metric().name().equals(metric.name()))
        .findFirst()
        .orElseThrow()
        .request(
            "id",
            Side.ofDeployment(ServiceMetricTest.ORDERS.green()),
            "shop",
            new Limits(OptionalDouble.empty(), OptionalDouble.empty()));
  }

  /** Without quotes around them: what is in the file is what is sent. */
  private static String rule(String name, String query) {
    return "  - record: " + name + "\n    expr: >-\n      " + query + "\n";
  }

  private static String rules() {
    StringBuilder rules = new StringBuilder("groups:\n");
    for (Exporter exporter : Exporter.values()) {
      String group = exporter.name().toLowerCase(Locale.ROOT);
      rules.append("- name: ").append(group).append("\n");
      rules.append("  rules:\n");
      for (Metric metric : readyMade()) {
        String name =
            group
                + ":"
                + metric.name()
                + Optional.ofNullable(metric.quantile())
                    .map(quantile -> ":" + quantile.name().toLowerCase(Locale.ROOT))
                    .orElse("");
        MetricRequest request = request(exporter, metric);
        rules.append(rule(name, request.query()));
        request.samples().ifPresent(samples -> rules.append(rule(name + ":samples", samples)));
      }
    }
    return rules.toString();
  }

  @Test
  void readyMadeMetricsAreAskedForAsTheFileOfRulesSays() throws IOException {
    String rules = rules();
    if (Boolean.getBoolean("golden.update")) {
      Files.writeString(RULES, rules);
    }

    assertThat(rules).isEqualTo(Files.readString(RULES));
  }
}
