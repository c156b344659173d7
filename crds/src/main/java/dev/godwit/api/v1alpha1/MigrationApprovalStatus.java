package dev.godwit.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.kubernetes.api.model.Condition;
import java.util.List;

/** What became of a person's answer. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record MigrationApprovalStatus(
    @JsonPropertyDescription("The generation of the specification that this status speaks of.")
        Long observedGeneration,
    @JsonPropertyDescription(
            "Pending: counts when the gate is reached. Accepted: was the gate's answer. Void: does"
                + " not count.")
        ApprovalState state,
    @JsonPropertyDescription("Why it does not count, or what it waits for.") String message,
    @JsonPropertyDescription(
            "Conditions: Ready (True when accepted), Reconciling (True while pending), Stalled"
                + " (True when void).")
        List<Condition> conditions) {}
