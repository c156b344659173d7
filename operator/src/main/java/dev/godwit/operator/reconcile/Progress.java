package dev.godwit.operator.reconcile;

import dev.godwit.api.v1alpha1.Direction;
import dev.godwit.api.v1alpha1.OnUndoFailure;
import dev.godwit.api.v1alpha1.StepState;
import dev.godwit.operator.plan.Journal;
import dev.godwit.operator.plan.Plan;
import dev.godwit.operator.plan.Planner;
import dev.godwit.operator.plan.Stage;
import dev.godwit.operator.plan.Step;
import java.util.Optional;

/** Where a migration is. */
enum Progress {
  /** On the way to the new version. */
  RUNNING,
  /** Held by {@code spec.paused} before its next stage. */
  PAUSED,
  /** Stopped by a failure; a person has to act. */
  STALLED,
  /** On the way back. */
  ROLLING_BACK,
  /** On the way back, which can't go on by itself; a person has to act. */
  STUCK,
  /** Ended on the new version. */
  SUCCEEDED,
  /** Ended on the version that ran at the start. */
  ROLLED_BACK;

  static Progress of(Plan plan, Journal journal, boolean paused, OnUndoFailure onUndoFailure) {
    boolean forward = journal.direction() == Direction.FORWARD;
    if (journal.completed().isPresent()) {
      return forward ? SUCCEEDED : ROLLED_BACK;
    }
    if (!forward) {
      return Planner.isStuck(plan, journal, onUndoFailure) ? STUCK : ROLLING_BACK;
    }
    if (journal.failure().isPresent()) {
      return STALLED;
    }
    return paused && current(plan, journal).filter(stage -> isUntouched(stage, journal)).isPresent()
        ? PAUSED
        : RUNNING;
  }

  /**
   * The stage that is reached: the first that is not done, or on the way back the last that is not
   * taken back.
   */
  static Optional<Stage> current(Plan plan, Journal journal) {
    return switch (journal.direction()) {
      case FORWARD ->
          plan.stages().stream()
              .filter(
                  stage -> stage.steps().stream().anyMatch(step -> !journal.isDone(step.name())))
              .findFirst();
      case BACKWARD ->
          plan.wayBack().stream()
              .filter(stage -> stage.steps().stream().anyMatch(step -> isToUndo(step, journal)))
              .findFirst();
    };
  }

  private static boolean isToUndo(Step step, Journal journal) {
    StepState state = journal.entry(step.name()).state();
    return state != StepState.PENDING && state != StepState.UNDONE;
  }

  private static boolean isUntouched(Stage stage, Journal journal) {
    return stage.steps().stream()
        .allMatch(step -> journal.entry(step.name()).state() == StepState.PENDING);
  }
}
