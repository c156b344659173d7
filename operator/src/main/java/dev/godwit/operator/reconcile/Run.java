package dev.godwit.operator.reconcile;

import dev.godwit.api.v1alpha1.Migration;
import dev.godwit.api.v1alpha1.OnUndoFailure;
import dev.godwit.operator.plan.Journal;
import dev.godwit.operator.plan.Plan;
import dev.godwit.operator.plan.ServicePlan;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * A migration that has started, as a decision needs it.
 *
 * @param specHash of the specification that the migration has started with
 * @param recorded the journal as it was last recorded; empty while it is about to start
 * @param journal the journal to decide from
 */
record Run(
    Migration migration,
    Compiled compiled,
    String specHash,
    Optional<Journal> recorded,
    Journal journal) {

  /**
   * The run of a Migration whose status says that it has started.
   *
   * @param before its plan at an earlier decision, if that is remembered
   */
  static Run of(Migration migration, Optional<Compiled> before) {
    List<ServicePlan> services = JournalMapper.services(migration.getSpec(), migration.getStatus());
    Compiled compiled =
        before
            .map(known -> known.orAnew(migration, services))
            .orElseGet(() -> Compiled.of(migration, services));
    Journal journal = JournalMapper.journal(migration.getStatus(), compiled.plan());
    return new Run(
        migration, compiled, migration.getStatus().specHash(), Optional.of(journal), journal);
  }

  /** The run of a Migration of which nothing was done. */
  static Run begin(Migration migration, Compiled compiled, Instant now) {
    return new Run(
        migration,
        compiled,
        compiled.specHash(),
        Optional.empty(),
        Journal.begin(compiled.plan(), now));
  }

  Plan plan() {
    return compiled.plan();
  }

  List<ServicePlan> services() {
    return compiled.services();
  }

  OnUndoFailure onUndoFailure() {
    return onUndoFailure(migration);
  }

  /** What a user wants of the way back; Continue where nothing is said. */
  static OnUndoFailure onUndoFailure(Migration migration) {
    return Optional.ofNullable(migration.getSpec().onUndoFailure()).orElse(OnUndoFailure.CONTINUE);
  }

  /** The same after its Migration was written, and not its journal. */
  Run with(Migration latest) {
    return new Run(latest, compiled, specHash, recorded, journal);
  }

  Run with(Journal other) {
    return new Run(migration, compiled, specHash, recorded, other);
  }

  /** The same after its journal was recorded. */
  Run recordedAs(Migration latest, Journal other) {
    return new Run(latest, compiled, specHash, Optional.of(other), other);
  }
}
