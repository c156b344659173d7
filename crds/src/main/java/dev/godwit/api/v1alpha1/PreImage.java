package dev.godwit.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
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
        Map<String, Baseline> baseline) {

  /** A measured value with which later ones are compared. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Baseline(
      @JsonPropertyDescription("The value, in the unit of the metric.") Double value,
      @JsonPropertyDescription("How many samples stand behind it, where that was asked.")
          Double samples) {}

  /** A pre-image of nothing. */
  public static final PreImage NONE =
      new PreImage(null, null, null, null, null, null, null, null, null);
}
