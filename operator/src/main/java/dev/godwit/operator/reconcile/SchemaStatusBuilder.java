package dev.godwit.operator.reconcile;

import dev.godwit.api.v1alpha1.CheckStatus;
import dev.godwit.api.v1alpha1.Direction;
import dev.godwit.api.v1alpha1.Failure;
import dev.godwit.api.v1alpha1.OnUndoFailure;
import dev.godwit.api.v1alpha1.PreImage;
import dev.godwit.api.v1alpha1.SchemaMigration;
import dev.godwit.api.v1alpha1.SchemaMigrationStatus;
import dev.godwit.api.v1alpha1.StepState;
import dev.godwit.operator.plan.Journal;
import dev.godwit.operator.plan.Journal.Entry;
import dev.godwit.operator.plan.Plan;
import dev.godwit.operator.plan.Planner;
import dev.godwit.operator.plan.Stage;
import dev.godwit.operator.reconcile.Conditions.Truth;
import dev.godwit.operator.step.Approval;
import dev.godwit.operator.step.CompareSchema;
import dev.godwit.operator.step.MoveVersions;
import dev.godwit.operator.step.Restore;
import dev.godwit.operator.step.StandBy;
import dev.godwit.operator.step.UnlockDatabase;
import io.fabric8.kubernetes.api.model.Condition;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Says in a status where a SchemaMigration that has started is. */
final class SchemaStatusBuilder {

  /** The reason of the condition SchemaRestored. */
  private static final Map<Truth, String> RESTORED =
      Map.of(Truth.TRUE, "Same", Truth.FALSE, "Different", Truth.UNKNOWN, "NotCompared");

  private final SchemaCourse course;
  private final Plan plan;
  private final Journal journal;
  private final List<CheckStatus> checks;
  private final Instant now;
  private final Progress progress;

  private SchemaStatusBuilder(
      SchemaCourse course, Journal journal, List<CheckStatus> checks, Instant now) {
    this.checks = checks;
    this.course = course;
    this.plan = course.plan();
    this.journal = journal;
    this.now = now;
    boolean paused = Boolean.TRUE.equals(course.run().spec().paused());
    this.progress = Progress.of(plan, journal, paused, OnUndoFailure.STOP);
  }

  /**
   * The status; equal to the one before where nothing has changed.
   *
   * @param journal as it is to be recorded
   * @param checks how metrics and probes stand
   */
  static SchemaMigrationStatus build(
      SchemaCourse course, Journal journal, List<CheckStatus> checks, Instant now) {
    return new SchemaStatusBuilder(course, journal, checks, now).build();
  }

  private SchemaMigrationStatus build() {
    SchemaMigration migration = course.migration();
    String message = Messages.shortened(message(), Messages.STATUS);
    return new SchemaMigrationStatus(
        migration.getMetadata().getGeneration(),
        phase(),
        journal.done() + "/" + journal.entries().size(),
        message,
        journal.started(),
        journal.completed().orElse(null),
        journal.direction(),
        course.specHash(),
        course.run().planHash(),
        migration.getStatus().health(),
        checks.isEmpty() ? null : checks,
        journal.failure().orElse(null),
        current(),
        migration.getStatus().target(),
        course.run().plan(),
        migration.getStatus().files(),
        course.run().sqlHash(),
        JournalMapper.steps(journal),
        conditions(message));
  }

  private String phase() {
    return switch (progress) {
      case RUNNING -> Progress.current(plan, journal).map(Stage::phase).orElse("Running");
      case PAUSED -> "Paused";
      case STALLED -> "Stalled";
      case ROLLING_BACK, STUCK -> "RollingBack";
      case SUCCEEDED -> "Succeeded";
      case ROLLED_BACK -> "RolledBack";
    };
  }

  private String message() {
    return switch (progress) {
      case RUNNING -> doing(StepState.RUNNING);
      case PAUSED -> "spec.paused is true: the database has version " + current() + shut();
      case STALLED -> failure() + dump() + shut() + ". " + waysOn();
      case ROLLING_BACK ->
          "rolling back because "
              + failure()
              + ". "
              + doing(StepState.UNDOING, StepState.UNDO_FAILED);
      case STUCK ->
          "stopped on the way back, with the database at version "
              + current()
              + dump()
              + shut()
              + ": "
              + doing(StepState.UNDO_FAILED)
              + ". It goes back because "
              + failure();
      case SUCCEEDED -> "the database has version " + current();
      case ROLLED_BACK ->
          "the database has version "
              + current()
              + " again, because "
              + failure()
              + comparison().map(said -> "; " + said).orElse("")
              + dump();
    };
  }

  private String dump() {
    return BackupWords.dump(journal).orElse("");
  }

  private String shut() {
    return LockWords.shut(journal).orElse("");
  }

  private String failure() {
    return journal.failure().map(Failure::message).orElse("of an unknown failure");
  }

  private String waysOn() {
    return Planner.isPastPointOfNoReturn(plan, journal)
        ? "There is no way back any more. Mend the database, then set spec.paused to true and to"
            + " false again to try once more; for other SQL delete this SchemaMigration, which"
            + " leaves the database as it is, and create another"
        : "Set spec.abort to true to go back, or mend the database, then spec.paused to true and to"
            + " false again to try once more";
  }

  private String doing(StepState... states) {
    return journal.entries().stream()
        .filter(entry -> List.of(states).contains(entry.state()) && !entry.message().isEmpty())
        .map(entry -> entry.step() + ": " + entry.message())
        .collect(Collectors.joining("; "));
  }

  /** The version that the database had when it was last heard of. */
  private String current() {
    Stream<String> takenBack =
        moves(Set.of(StepState.UNDONE, StepState.UNDO_FAILED)).map(PreImage::current);
    Stream<String> moved =
        moves(EnumSet.allOf(StepState.class)).toList().reversed().stream().map(PreImage::current);
    return Stream.of(
            journal.direction() == Direction.BACKWARD ? takenBack : Stream.<String>empty(), moved)
        .flatMap(Function.identity())
        .filter(Objects::nonNull)
        .findFirst()
        .orElse(course.run().plan().from());
  }

  /**
   * What is remembered of the steps that move versions, or restore a dump, and are in one of these
   * states, in order.
   */
  private Stream<PreImage> moves(Set<StepState> states) {
    return plan.steps()
        .filter(step -> step instanceof MoveVersions || step instanceof Restore)
        .map(step -> journal.entry(step.name()))
        .filter(entry -> states.contains(entry.state()))
        .map(Entry::preImage);
  }

  /** What was found when the schema was compared with what it was before. */
  private Optional<String> comparison() {
    return journal
        .find(CompareSchema.NAME)
        .filter(entry -> entry.state() == StepState.UNDONE)
        .map(Entry::message);
  }

  private List<Condition> conditions(String message) {
    boolean succeeded = progress == Progress.SUCCEEDED;
    boolean stalled =
        Set.of(Progress.STALLED, Progress.STUCK, Progress.ROLLED_BACK).contains(progress);
    String reason = journal.failure().map(Failure::reason).orElseGet(this::phase);
    Conditions conditions =
        new Conditions(
                course.migration().getStatus().conditions(),
                course.migration().getMetadata().getGeneration(),
                now)
            .set("Ready", Truth.of(succeeded), reason, message)
            .set("Reconciling", Truth.of(!succeeded && !stalled), reason, message)
            .set("Stalled", Truth.of(stalled), reason, message)
            .set("Succeeded", success(), reason, message)
            .set("PreflightPassed", Truth.TRUE, "Passed", "every check before the start passed")
            .set("PlanReady", Truth.TRUE, "Planned", SchemaWords.plan(course.run().plan()));
    comparison()
        .ifPresent(
            said ->
                conditions.set(
                    "SchemaRestored", restored(said), RESTORED.get(restored(said)), said));
    BackupWords.say(journal, conditions);
    LockWords.say(journal, conditions);
    return conditions
        .setOnceTrue(
            "PastReturn",
            Planner.isPastPointOfNoReturn(plan, journal),
            journal.wasBegun(UnlockDatabase.NAME) ? "Unlocked" : "NoDown",
            journal.wasBegun(UnlockDatabase.NAME)
                ? "others were let into the database again"
                : "a version that has no down is there")
        .setOnceTrue(
            "StandingBy",
            isStandingBy(),
            isStandingBy() ? "Held" : "Ended",
            isStandingBy() ? doing(StepState.RUNNING) : "no Migration stands on it")
        .setOnceTrue(
            "AwaitingApproval",
            awaited().isPresent(),
            awaited().isPresent() ? "Waiting" : "Answered",
            awaited().map(Entry::message).orElse("no gate waits for a person"))
        .setOnceTrue("Paused", progress == Progress.PAUSED, reason, message)
        .setOnceTrue("RolledBack", progress == Progress.ROLLED_BACK, reason, message)
        .build();
  }

  /** Whether all versions are there, and can still be taken back. */
  private boolean isStandingBy() {
    return journal.direction() == Direction.FORWARD
        && journal
            .find(StandBy.NAME)
            .filter(entry -> entry.state() == StepState.RUNNING)
            .isPresent();
  }

  private static Truth restored(String said) {
    return said.startsWith(CompareSchema.UNKNOWN)
        ? Truth.UNKNOWN
        : Truth.of(said.equals(CompareSchema.SAME));
  }

  private Truth success() {
    return switch (progress) {
      case SUCCEEDED -> Truth.TRUE;
      case ROLLED_BACK -> Truth.FALSE;
      case RUNNING, PAUSED, STALLED, ROLLING_BACK, STUCK -> Truth.UNKNOWN;
    };
  }

  /** The gate that waits for a person. */
  private Optional<Entry> awaited() {
    return journal.direction() == Direction.FORWARD && journal.failure().isEmpty()
        ? plan.steps()
            .filter(Approval.class::isInstance)
            .map(step -> journal.entry(step.name()))
            .filter(entry -> entry.state() == StepState.RUNNING)
            .findFirst()
        : Optional.empty();
  }
}
