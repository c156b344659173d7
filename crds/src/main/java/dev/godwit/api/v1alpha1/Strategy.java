package dev.godwit.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.ValidationRule;

/** How services are moved: exactly one member is set. */
@JsonInclude(JsonInclude.Include.NON_NULL)
@ValidationRule(
    value = "has(self.blueGreen)",
    message = "set exactly one strategy: blueGreen (write blueGreen: {} to take every default)")
public record Strategy(
    @JsonPropertyDescription(
            "All services get a second, new set of pods (green) beside the running one (blue);"
                + " traffic is switched when green has passed its checks, and back when a guard"
                + " trips.")
        BlueGreen blueGreen) {}
