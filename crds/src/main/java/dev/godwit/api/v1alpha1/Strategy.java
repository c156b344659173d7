package dev.godwit.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.ValidationRule;

/** How services are moved: exactly one member is set. */
@JsonInclude(JsonInclude.Include.NON_NULL)
@ValidationRule(
    value = "has(self.blueGreen) != has(self.rolling)",
    message =
        "set exactly one strategy, blueGreen or rolling (write blueGreen: {} to take every"
            + " default)")
public record Strategy(
    @JsonPropertyDescription(
            "All services get a second, new set of pods (green) beside the running one (blue);"
                + " traffic is switched when green has passed its checks, and back when a guard"
                + " trips.")
        BlueGreen blueGreen,
    @JsonPropertyDescription(
            "One service after the other gets green pods and the traffic; when one fails, all that"
                + " have moved go back in reverse order.")
        Rolling rolling) {

  /**
   * What is set of the one that is chosen; the CRD sees to it that it is exactly one.
   *
   * @throws IllegalStateException if none is
   */
  public StrategySettings settings() {
    if (blueGreen != null) {
      return blueGreen;
    }
    if (rolling != null) {
      return rolling;
    }
    throw new IllegalStateException("neither blueGreen nor rolling is set");
  }

  /** What people call the one that is chosen, as in the status and in metrics. */
  public String word() {
    return rolling == null ? "BlueGreen" : "Rolling";
  }
}
