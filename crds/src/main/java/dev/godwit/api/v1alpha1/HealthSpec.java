package dev.godwit.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Size;
import java.util.List;

/** What healthy means while green serves. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record HealthSpec(
    @JsonPropertyDescription(
            "Probes of the pods that serve, asked again and again from the switch to the clean-up."
                + " At most 16.")
        @Size(max = 16) List<Probe> probes) {}
