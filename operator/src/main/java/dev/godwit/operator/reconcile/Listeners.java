package dev.godwit.operator.reconcile;

import dev.godwit.api.v1alpha1.Migration;
import dev.godwit.operator.plan.Journal;
import dev.godwit.operator.plan.Plan;
import java.util.List;
import java.util.Optional;

/** Several listeners as one, told in order. */
public record Listeners(List<MigrationListener> all) implements MigrationListener {

  /** Copies the list. */
  public Listeners {
    all = List.copyOf(all);
  }

  @Override
  public void preflightFailed(Migration migration, List<String> problems) {
    all.forEach(listener -> listener.preflightFailed(migration, problems));
  }

  @Override
  public void warned(Migration migration, List<String> warnings) {
    all.forEach(listener -> listener.warned(migration, warnings));
  }

  @Override
  public void recorded(Migration migration, Plan plan, Optional<Journal> before, Journal after) {
    all.forEach(listener -> listener.recorded(migration, plan, before, after));
  }

  @Override
  public void stillHeld(Migration migration, List<String> refused) {
    all.forEach(listener -> listener.stillHeld(migration, refused));
  }

  @Override
  public void untold(Migration migration, List<String> refused) {
    all.forEach(listener -> listener.untold(migration, refused));
  }

  @Override
  public void leftAsIs(Migration migration, String why) {
    all.forEach(listener -> listener.leftAsIs(migration, why));
  }
}
