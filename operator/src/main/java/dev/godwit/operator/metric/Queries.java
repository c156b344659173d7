package dev.godwit.operator.metric;

import dev.godwit.api.v1alpha1.Metric.Quantile;
import dev.godwit.api.v1alpha1.PrometheusSpec.Exporter;
import java.util.Optional;

/**
 * The PromQL of a metric, with words in it that stand for what is asked about.
 *
 * @param value of which one number is the answer
 * @param samples of which the number of samples behind that is the answer
 */
record Queries(String value, Optional<String> samples) {

  private static final String PODS = "namespace=\"{{namespace}}\",pod=~\"{{pods}}\"";

  /** The requests of a side, as an exporter counts them. */
  private record Requests(
      String counter, String labels, String failed, String histogram, double toSeconds) {}

  static Queries errorRate(Exporter exporter) {
    Requests requests = requests(exporter);
    String all = "sum(rate(" + requests.counter() + "{" + requests.labels() + "}[{{window}}]))";
    String failed =
        "sum(rate("
            + requests.counter()
            + "{"
            + requests.labels()
            + ","
            + requests.failed()
            + "}[{{window}}]))";
    // Without one failure there is no series of failures, which means 0 where there are requests.
    return new Queries("(" + failed + " or 0 * " + all + ") / " + all, samples(requests));
  }

  static Queries responseTime(Exporter exporter, Quantile quantile) {
    Requests requests = requests(exporter);
    String buckets =
        "sum by (le) (rate(" + requests.histogram() + "{" + requests.labels() + "}[{{window}}]))";
    String value = "histogram_quantile(" + share(quantile) + ", " + buckets + ")";
    return new Queries(
        requests.toSeconds() == 1 ? value : value + " * " + requests.toSeconds(),
        samples(requests));
  }

  static Queries throughput(Exporter exporter) {
    Requests requests = requests(exporter);
    return new Queries(
        "sum(rate(" + requests.counter() + "{" + requests.labels() + "}[{{window}}]))",
        Optional.empty());
  }

  static Queries cpu() {
    return new Queries(
        "sum(rate(container_cpu_usage_seconds_total{" + PODS + ",container!=\"\"}[{{window}}]))",
        Optional.empty());
  }

  static Queries memory() {
    return new Queries(
        "sum(container_memory_working_set_bytes{" + PODS + ",container!=\"\"})", Optional.empty());
  }

  /**
   * The processor time of a short while, from the few values that cAdvisor has of it: their slope.
   * A rate would fill up what lies before the first of them and after the last one by a guess,
   * which is a large part of so little.
   */
  static String cpuOfSlice() {
    return "sum(deriv(container_cpu_usage_seconds_total{"
        + PODS
        + ",container!=\"\"}[{{window}}]))";
  }

  private static Optional<String> samples(Requests requests) {
    return Optional.of(
        "sum(increase(" + requests.counter() + "{" + requests.labels() + "}[{{window}}]))");
  }

  private static Requests requests(Exporter exporter) {
    return switch (exporter) {
      case GENERIC ->
          new Requests(
              "http_requests_total",
              PODS,
              "status=~\"5..\"",
              "http_request_duration_seconds_bucket",
              1);
      case MICROMETER ->
          new Requests(
              "http_server_requests_seconds_count",
              PODS,
              "status=~\"5..\"",
              "http_server_requests_seconds_bucket",
              1);
      case ISTIO ->
          new Requests(
              "istio_requests_total",
              "reporter=\"destination\",destination_workload_namespace=\"{{namespace}}\","
                  + "destination_workload=\"{{workload}}\"",
              "response_code=~\"5..\"",
              "istio_request_duration_milliseconds_bucket",
              0.001);
      case ENVOY ->
          new Requests(
              "envoy_cluster_upstream_rq_xx",
              "envoy_cluster_name=~\"{{namespace}}_{{service}}_.*\"",
              "envoy_response_code_class=\"5\"",
              "envoy_cluster_upstream_rq_time_bucket",
              0.001);
    };
  }

  private static String share(Quantile quantile) {
    return switch (quantile) {
      case P50 -> "0.5";
      case P95 -> "0.95";
      case P99 -> "0.99";
    };
  }
}
