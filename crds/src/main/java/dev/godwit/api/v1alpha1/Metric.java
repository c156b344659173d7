package dev.godwit.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.List;

/** A measured value of the version that serves, and the limits within which it is healthy. */
@JsonInclude(JsonInclude.Include.NON_NULL)
@ValidationRule(
    value = "has(self.query) || self.name in " + Metric.READY_MADE,
    message =
        "set query, or choose one of the ready-made metrics: errorRate, responseTime, throughput,"
            + " cpu, memory")
@ValidationRule(
    value =
        "self.name in ['errorRate', 'responseTime'] || has(self.max) || has(self.min)"
            + " || has(self.maxRatio) || has(self.minRatio)",
    message = "set a limit: max, min, maxRatio or minRatio")
@ValidationRule(
    value = "!has(self.samples) || has(self.query)",
    message = "samples goes with query: ready-made metrics know how to count theirs")
public record Metric(
    @JsonPropertyDescription(
            "Name of the metric, at most 40 letters, digits and dashes. The names errorRate,"
                + " responseTime, throughput, cpu and memory are ready-made: they need no query.")
        @Required
        @Size(min = 1, max = 40) @ValidationRule(
            value = "self.matches('^[a-z][a-zA-Z0-9-]*$')",
            message = "write a name of letters, digits and dashes that begins with a small letter")
        String name,
    @JsonPropertyDescription(
            "PromQL of which one number is the answer, at most 2000 characters. {{service}},"
                + " {{workload}}, {{namespace}}, {{pods}} (a regular expression of the names of the"
                + " side's pods) and {{window}} stand for what is asked about.")
        @Size(min = 1, max = 2000) String query,
    @JsonPropertyDescription(
            "PromQL of the number of samples, requests say, that stand behind the value; the same"
                + " words may stand in it. Without it the answer counts as data whatever stands"
                + " behind it.")
        @Size(min = 1, max = 2000) String samples,
    @JsonPropertyDescription(
            "The span of time that {{window}} stands for, as 1m. The baseline is measured over the"
                + " same. Default 1m.")
        @Default("1m")
        @ValidationRule(value = TimeSpan.POSITIVE, message = TimeSpan.POSITIVE_MESSAGE)
        @Size(max = TimeSpan.MAX_LENGTH) String window,
    @JsonPropertyDescription(
            "Which part of all requests the response time covers: p50, p95 or p99. Default p95.")
        @Default("p95")
        Quantile quantile,
    @JsonPropertyDescription(
            "The value may not be above this: a number, with % (of one), ms or s if need be, as 1%,"
                + " 250ms or 0.5.")
        @Size(max = Amount.MAX_LENGTH) @ValidationRule(value = Amount.FORM, message = Amount.FORM_MESSAGE)
        String max,
    @JsonPropertyDescription("The value may not be below this; written as max is.")
        @Size(max = Amount.MAX_LENGTH) @ValidationRule(value = Amount.FORM, message = Amount.FORM_MESSAGE)
        String min,
    @JsonPropertyDescription(
            "The value may not be above so many times the baseline, which is measured of the old"
                + " version right before traffic moves: as 2x or 1.1x.")
        @Size(max = Amount.MAX_LENGTH) @ValidationRule(value = Amount.RATIO, message = Amount.RATIO_MESSAGE)
        String maxRatio,
    @JsonPropertyDescription(
            "The value may not be below so many times the baseline; written as maxRatio is.")
        @Size(max = Amount.MAX_LENGTH) @ValidationRule(value = Amount.RATIO, message = Amount.RATIO_MESSAGE)
        String minRatio,
    @JsonPropertyDescription(
            "How many values in a row outside of a limit trip the guard, 1 to 100. Default 2.")
        @Default("2")
        @Min(1) @Max(100) Integer failures,
    @JsonPropertyDescription(
            "Names of the services that are measured. Default: all services of the migration.")
        @Size(min = 1, max = 64) List<@Size(min = 1, max = 40) String> services) {

  static final String READY_MADE = "['errorRate', 'responseTime', 'throughput', 'cpu', 'memory']";

  /** Which part of all requests a response time covers. */
  public enum Quantile {
    /** Half of them. */
    @JsonProperty("p50")
    P50,
    /** 95 of 100. */
    @JsonProperty("p95")
    P95,
    /** 99 of 100. */
    @JsonProperty("p99")
    P99
  }
}
