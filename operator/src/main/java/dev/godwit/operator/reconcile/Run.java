package dev.godwit.operator.reconcile;

import dev.godwit.api.v1alpha1.Migration;
import dev.godwit.api.v1alpha1.OnUndoFailure;
import dev.godwit.operator.plan.Journal;
import dev.godwit.operator.plan.Plan;
import dev.godwit.operator.plan.ServicePlan;
import dev.godwit.operator.resource.Marks;
import dev.godwit.operator.strategy.PlanCompiler;
import java.util.List;
import java.util.Optional;

/**
 * A migration that has started, as a decision needs it.
 *
 * @param recorded the journal as it was last recorded; empty while it is about to start
 * @param journal the journal to decide from
 */
record Run(
    Migration migration,
    List<ServicePlan> services,
    Plan plan,
    String specHash,
    Optional<Journal> recorded,
    Journal journal) {

  /** The run of a Migration whose status says that it has started. */
  static Run of(Migration migration) {
    List<ServicePlan> services = JournalMapper.services(migration.getSpec(), migration.getStatus());
    Plan plan = compile(migration, services);
    Journal journal = JournalMapper.journal(migration.getStatus(), plan);
    return new Run(
        migration, services, plan, migration.getStatus().specHash(), Optional.of(journal), journal);
  }

  static Plan compile(Migration migration, List<ServicePlan> services) {
    Marks.Maker maker =
        new Marks.Maker(
            migration.getMetadata().getName(),
            migration.getMetadata().getUid(),
            migration.getMetadata().getNamespace());
    return PlanCompiler.compile(migration.getSpec(), maker, services);
  }

  OnUndoFailure onUndoFailure() {
    return onUndoFailure(migration);
  }

  /** What a user wants of the way back; Continue where nothing is said. */
  static OnUndoFailure onUndoFailure(Migration migration) {
    return Optional.ofNullable(migration.getSpec().onUndoFailure()).orElse(OnUndoFailure.CONTINUE);
  }

  Run with(Journal other) {
    return new Run(migration, services, plan, specHash, recorded, other);
  }

  /** The same after its journal was recorded. */
  Run recordedAs(Migration latest, Journal other) {
    return new Run(latest, services, plan, specHash, Optional.of(other), other);
  }
}
