package dev.godwit.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonFormat;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.kubernetes.api.model.Condition;
import java.time.Instant;
import java.util.List;

/**
 * What the operator reports of a {@link SchemaMigration}, and all that it remembers of it: the
 * steps are the journal from which a restarted operator goes on.
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record SchemaMigrationStatus(
    @JsonPropertyDescription("The generation of the specification that this status speaks of.")
        Long observedGeneration,
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
    @JsonPropertyDescription(
            "Forward, also where the plan goes down; Backward from the moment a rollback begins.")
        Direction direction,
    @JsonPropertyDescription("Hash of the specification that the plan was made from.")
        String specHash,
    @JsonPropertyDescription(
            "Hash of the plan of this very SchemaMigration: what a MigrationApproval is given for.")
        String planHash,
    @JsonPropertyDescription(
            "What the HealthPolicy said that the migration names, as it was when the plan was"
                + " frozen.")
        HealthSpec health,
    @JsonPropertyDescription(
            "The metrics by which the services are watched, as the last decision saw them: those"
                + " that are not good first to stay. At most 32.")
        List<CheckStatus> checks,
    @JsonPropertyDescription("What stopped the migration or turned it round.") Failure failure,
    @JsonPropertyDescription(
            "The version that the database had when it was last asked; 0: it was before the first.")
        String current,
    @JsonPropertyDescription("The version to reach; 0: before the first.") String target,
    @JsonPropertyDescription("What is run, or would be.") SchemaPlan plan,
    @JsonPropertyDescription("Where the SQL is kept as it was at the start.")
        List<FrozenFile> files,
    @JsonPropertyDescription(
            "SHA-256 of the SQL that was planned: of the catalogue, which has that of every text.")
        String sqlHash,
    @JsonPropertyDescription("The plan and its journal: every step, in order.")
        List<StepStatus> steps,
    @JsonPropertyDescription(
            "Conditions: Ready, Reconciling, Stalled, Succeeded, PreflightPassed, PlanReady,"
                + " AwaitingApproval, BackedUp, Locked, Paused, PastReturn, RolledBack, SchemaRestored,"
                + " StandingBy.")
        List<Condition> conditions) {}
