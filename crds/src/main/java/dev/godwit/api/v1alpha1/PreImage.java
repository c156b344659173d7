package dev.godwit.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import java.util.List;
import java.util.Map;

/** What a step found before it changed anything. Each step sets only what it is about to change. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record PreImage(
    @JsonPropertyDescription("UID of the workload.") String uid,
    @JsonPropertyDescription("Hash of the workload's pod template.") String templateHash,
    @JsonPropertyDescription("The workload's replicas.") Integer replicas,
    @JsonPropertyDescription("The workload's revision, as in kubectl rollout history.")
        String revision,
    @JsonPropertyDescription("Images of the workload's containers, by container.")
        Map<String, String> images,
    @JsonPropertyDescription("Selectors of the Services that are switched, by Service.")
        Map<String, Map<String, String>> selectors,
    @JsonPropertyDescription("Objects that the step makes, as KIND/NAME.") List<String> made,
    @JsonPropertyDescription(
            "behavior.scaleDown.selectPolicy of the HorizontalPodAutoscaler; empty: it had none.")
        String scaleDownPolicy,
    @JsonPropertyDescription(
            "What was measured of the version that ran before, right before traffic moved, by"
                + " metric.")
        Map<String, Baseline> baseline,
    @JsonPropertyDescription("How green was compared with blue under load.") Comparison comparison,
    @JsonPropertyDescription(
            "What it took to bring the versions of a schema, or to take them back, one after the"
                + " other.")
        List<VersionResult> results,
    @JsonPropertyDescription(
            "The version that the database had after the step, or after it was taken back; 0: it"
                + " was before the first.")
        String current) {

  /** What a step finds that is about a workload. */
  public PreImage(
      String uid,
      String templateHash,
      Integer replicas,
      String revision,
      Map<String, String> images,
      Map<String, Map<String, String>> selectors,
      List<String> made,
      String scaleDownPolicy,
      Map<String, Baseline> baseline,
      Comparison comparison) {
    this(
        uid,
        templateHash,
        replicas,
        revision,
        images,
        selectors,
        made,
        scaleDownPolicy,
        baseline,
        comparison,
        null,
        null);
  }

  /** A measured value with which later ones are compared. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Baseline(
      @JsonPropertyDescription("The value, in the unit of the metric.") Double value,
      @JsonPropertyDescription("How many samples stand behind it, where that was asked.")
          Double samples) {}

  /** A comparison of green with blue, as far as it is. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Comparison(
      @JsonPropertyDescription("Name of the Job that makes the load, once it was seen.") String job,
      @JsonPropertyDescription(
              "What was found, by metric: responseTime, throughput, cpu and memory.")
          Map<String, Compared> metrics) {}

  /** What was found of one metric. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Compared(
      @JsonPropertyDescription(
              "Same, Better, Degraded, TooNoisy (blue differs from itself by more than the"
                  + " tolerance), NotMeasured, or NotAsked (nothing says it here).")
          Outcome verdict,
      @JsonPropertyDescription("Blue's value: seconds, requests per second, cores or bytes.")
          Double before,
      @JsonPropertyDescription("Green's value, in the same unit.") Double after,
      @JsonPropertyDescription(
              "How much blue differs from itself, as a ratio, where that is too much.")
          Double spread,
      @JsonPropertyDescription("Why there is nothing to compare.") String why) {}

  /** How green compares with blue in one metric. */
  public enum Outcome {
    /** Within the tolerance. */
    @JsonProperty("Same")
    SAME("Same"),
    /** Better by more than the tolerance. */
    @JsonProperty("Better")
    BETTER("Better"),
    /** Worse by more than the tolerance. */
    @JsonProperty("Degraded")
    DEGRADED("Degraded"),
    /** Blue differs from itself by more than the tolerance. */
    @JsonProperty("TooNoisy")
    TOO_NOISY("TooNoisy"),
    /** It was to be measured and was not. */
    @JsonProperty("NotMeasured")
    NOT_MEASURED("NotMeasured"),
    /** Nobody is configured who could say it. */
    @JsonProperty("NotAsked")
    NOT_ASKED("NotAsked");

    private final String word;

    Outcome(String word) {
      this.word = word;
    }

    /** As it is written in the API. */
    public String word() {
      return word;
    }

    /** Whether it was to be known and is not. */
    public boolean isUnknown() {
      return this == TOO_NOISY || this == NOT_MEASURED;
    }
  }

  /** A pre-image of nothing. */
  public static final PreImage NONE =
      new PreImage(null, null, null, null, null, null, null, null, null, null);
}
