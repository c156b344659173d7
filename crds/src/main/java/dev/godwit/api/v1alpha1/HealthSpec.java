package dev.godwit.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.List;

/** What healthy means while the new version serves. */
@JsonInclude(JsonInclude.Include.NON_NULL)
@ValidationRule(
    value =
        "!has(self.policy) || !(has(self.prometheus) || has(self.probes) || has(self.metrics)"
            + " || has(self.triggers))",
    message = "set policy, or say here what healthy means, not both")
@ValidationRule(
    value = "!has(self.metrics) || has(self.prometheus)",
    message = "metrics come from Prometheus: set prometheus.url")
public record HealthSpec(
    @JsonPropertyDescription(
            "Name of a HealthPolicy of the same namespace that says what healthy means. It is read"
                + " when the migration starts; a change after that changes nothing for it.")
        @Size(min = 1, max = 253) String policy,
    @JsonPropertyDescription("Time from one measurement to the next, as 5s or 1m. Default 5s.")
        @Default("5s")
        @ValidationRule(value = TimeSpan.POSITIVE, message = TimeSpan.POSITIVE_MESSAGE)
        @Size(max = TimeSpan.MAX_LENGTH) String interval,
    @JsonPropertyDescription(
            "The Prometheus that is asked. With it the error rate and the response time are"
                + " measured, as triggers says.")
        PrometheusSpec prometheus,
    @JsonPropertyDescription(
            "Probes of the pods that serve, asked again and again from the switch to the clean-up;"
                + " in a SchemaMigration from the first version to the last. At most 16.")
        @Size(max = 16) List<Probe> probes,
    @JsonPropertyDescription(
            "Metrics that are measured again and again from the switch to the clean-up; in a"
                + " SchemaMigration from the first version to the last. At most 16.")
        @Size(max = 16) List<Metric> metrics,
    @JsonPropertyDescription("What takes a migration back by default.") Triggers triggers,
    @JsonPropertyDescription(
            "How many samples (requests, say) must stand behind a value; with fewer there is no"
                + " data. 1 to 1000000. Default 100.")
        @Default("100")
        @Min(1) @Max(1_000_000) Integer minSamples,
    @JsonPropertyDescription(
            "What becomes of a migration without data for a metric: Hold (default) waits for data"
                + " when the time of watching is over, and fails after patience. Fail fails then."
                + " Pass goes on.")
        @Default("Hold")
        OnNoData onNoData,
    @JsonPropertyDescription(
            "What becomes of a migration whose metrics can't be asked for: Hold (default) waits for"
                + " the provider when the time of watching is over, and fails after"
                + " providerPatience. Fail fails when the provider was away for that long.")
        @Default("Hold")
        OnProviderError onProviderError,
    @JsonPropertyDescription(
            "How long a migration waits for data when the time of watching is over, as 10m. Default"
                + " 10m.")
        @Default("10m")
        @ValidationRule(value = TimeSpan.POSITIVE, message = TimeSpan.POSITIVE_MESSAGE)
        @Size(max = TimeSpan.MAX_LENGTH) String patience,
    @JsonPropertyDescription(
            "How long a migration waits for the provider of metrics, as 10m: with Hold from the end"
                + " of the time of watching, with Fail from when it was lost. Default 10m.")
        @Default("10m")
        @ValidationRule(value = TimeSpan.POSITIVE, message = TimeSpan.POSITIVE_MESSAGE)
        @Size(max = TimeSpan.MAX_LENGTH) String providerPatience) {

  /** The same, as what a policy of that name says. */
  public HealthSpec named(String name) {
    return new HealthSpec(
        name,
        interval,
        prometheus,
        probes,
        metrics,
        triggers,
        minSamples,
        onNoData,
        onProviderError,
        patience,
        providerPatience);
  }

  /** Probes alone. */
  public static HealthSpec of(List<Probe> probes) {
    return new HealthSpec(null, null, null, probes, null, null, null, null, null, null, null);
  }
}
