package dev.godwit.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonFormat;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.kubernetes.api.model.Condition;
import java.time.Instant;
import java.util.List;

/**
 * What the operator reports of a {@link Migration}, and all that it remembers of it: the steps are
 * the journal from which a restarted operator goes on.
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record MigrationStatus(
    @JsonPropertyDescription("The generation of the specification that this status speaks of.")
        Long observedGeneration,
    @JsonPropertyDescription("The strategy: BlueGreen or Rolling.") String strategy,
    @JsonPropertyDescription("Where the migration is, as a word for people.") String phase,
    @JsonPropertyDescription("Steps done of steps in all, as 7/14.") String step,
    @JsonPropertyDescription("What is going on, or what went wrong and what to do about it.")
        String message,
    @JsonPropertyDescription("When preflight had passed and the plan was frozen.")
        @JsonFormat(shape = JsonFormat.Shape.STRING)
        Instant startTime,
    @JsonPropertyDescription("When the migration had succeeded or was rolled back.")
        @JsonFormat(shape = JsonFormat.Shape.STRING)
        Instant completionTime,
    @JsonPropertyDescription("Forward, or Backward from the moment a rollback begins.")
        Direction direction,
    @JsonPropertyDescription("Hash of the specification that the plan was made from.")
        String specHash,
    @JsonPropertyDescription(
            "What the HealthPolicy said that the migration names, as it was when the plan was"
                + " frozen.")
        HealthSpec health,
    @JsonPropertyDescription(
            "Hash of the plan of this very Migration: what a MigrationApproval is given for.")
        String planHash,
    @JsonPropertyDescription("What stopped the migration or turned it round.") Failure failure,
    @JsonPropertyDescription("The services, with what was found of each when the plan was frozen.")
        List<ServiceStatus> services,
    @JsonPropertyDescription(
            "The metrics and probes by which the new version is watched, as the last decision saw"
                + " them: those that are not good first to stay. At most 32, and 8 in a migration of more than 32"
                + " services.")
        List<CheckStatus> checks,
    @JsonPropertyDescription("The plan and its journal: every step, in order.")
        List<StepStatus> steps,
    @JsonPropertyDescription(
            "Conditions: Ready, Reconciling, Stalled, Succeeded, PreflightPassed, TrafficOnGreen,"
                + " PerformanceDegraded, TrafficContested, AwaitingApproval, Paused, RolledBack.")
        List<Condition> conditions) {}
