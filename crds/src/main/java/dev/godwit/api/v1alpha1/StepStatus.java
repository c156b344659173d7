package dev.godwit.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonFormat;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import java.time.Instant;

/** One step of the plan, and what has become of it. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record StepStatus(
    @JsonPropertyDescription("Name, as orders/switch: the service and what is done.") String name,
    @JsonPropertyDescription("The stage that it belongs to; steps of a stage run side by side.")
        String stage,
    @JsonPropertyDescription("Pending, Running, Done, Failed, Undoing, UndoFailed or Undone.")
        StepState state,
    @JsonPropertyDescription("When it began; recorded before its first write.")
        @JsonFormat(shape = JsonFormat.Shape.STRING)
        Instant startedAt,
    @JsonPropertyDescription("When it was done or had failed.")
        @JsonFormat(shape = JsonFormat.Shape.STRING)
        Instant finishedAt,
    @JsonPropertyDescription("When taking it back began.")
        @JsonFormat(shape = JsonFormat.Shape.STRING)
        Instant undoStartedAt,
    @JsonPropertyDescription("When it had been taken back.")
        @JsonFormat(shape = JsonFormat.Shape.STRING)
        Instant undoneAt,
    @JsonPropertyDescription("How often it was begun, where more than once.") Integer attempt,
    @JsonPropertyDescription("What it waits for, or why it or its undo failed.") String message,
    @JsonPropertyDescription("What was there before it changed anything; rollback restores this.")
        PreImage preImage) {}
