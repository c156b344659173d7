package dev.godwit.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;

/** The Prometheus that is asked. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record PrometheusSpec(
    @JsonPropertyDescription(
            "Where its HTTP API is, as http://prometheus.monitoring:9090, without /api/v1. It must"
                + " be one that the operator's configuration allows; credentials and certificates"
                + " are configured there, too.")
        @Required
        @Size(min = 1, max = 253) @ValidationRule(
            value = "self.matches('^https?://[^/?#@\\\\s]+(/[^?#@\\\\s]*)?$')",
            message =
                "write an http or https URL without user, query and fragment, as in"
                    + " http://prometheus.monitoring:9090")
        String url,
    @JsonPropertyDescription(
            "Whose names the ready-made errorRate, responseTime and throughput go by. Generic"
                + " (default): http_requests_total and http_request_duration_seconds with a label"
                + " status, as podinfo and many others have them. Micrometer: Spring Boot's"
                + " http_server_requests_seconds. Istio: istio_requests_total of the mesh. Envoy:"
                + " envoy_cluster_upstream_rq of Contour's Envoy, by Service.")
        @Default("Generic")
        Exporter exporter) {

  /** Whose metrics are asked for. */
  public enum Exporter {
    /** Metrics of the application, by the names that many libraries use. */
    @JsonProperty("Generic")
    GENERIC,
    /** Metrics of the application by Micrometer, as Spring Boot names them. */
    @JsonProperty("Micrometer")
    MICROMETER,
    /** Metrics of Istio's sidecars. */
    @JsonProperty("Istio")
    ISTIO,
    /** Metrics of an Envoy in front, as Contour names its clusters. */
    @JsonProperty("Envoy")
    ENVOY
  }
}
