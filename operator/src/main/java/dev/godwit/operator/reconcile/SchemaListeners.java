package dev.godwit.operator.reconcile;

import dev.godwit.api.v1alpha1.SchemaMigration;
import dev.godwit.operator.plan.Journal;
import dev.godwit.operator.plan.Plan;
import java.util.List;
import java.util.Optional;

/** Several listeners as one, told in order. */
public record SchemaListeners(List<SchemaListener> all) implements SchemaListener {

  /** Copies the list. */
  public SchemaListeners {
    all = List.copyOf(all);
  }

  @Override
  public void preflightFailed(SchemaMigration migration, List<String> problems) {
    all.forEach(listener -> listener.preflightFailed(migration, problems));
  }

  @Override
  public void planned(SchemaMigration migration, String what) {
    all.forEach(listener -> listener.planned(migration, what));
  }

  @Override
  public void recorded(
      SchemaMigration migration, Plan plan, Optional<Journal> before, Journal after) {
    all.forEach(listener -> listener.recorded(migration, plan, before, after));
  }

  @Override
  public void untold(SchemaMigration migration, List<String> refused) {
    all.forEach(listener -> listener.untold(migration, refused));
  }

  @Override
  public void leftAsIs(SchemaMigration migration, String why) {
    all.forEach(listener -> listener.leftAsIs(migration, why));
  }
}
