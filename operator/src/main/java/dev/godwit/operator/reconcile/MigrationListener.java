package dev.godwit.operator.reconcile;

import dev.godwit.api.v1alpha1.Migration;
import dev.godwit.operator.plan.Journal;
import dev.godwit.operator.plan.Plan;
import java.util.List;
import java.util.Optional;

/** Is told what was recorded of migrations. Must neither block nor throw. */
public interface MigrationListener {

  /** Preflight found these problems, which are not the ones it found before. */
  default void preflightFailed(Migration migration, List<String> problems) {}

  /** Preflight passed, and found these things that a user should know. */
  default void warned(Migration migration, List<String> warnings) {}

  /**
   * A decision was recorded that changed the journal.
   *
   * @param before what was recorded before; empty when the migration has just started
   */
  default void recorded(Migration migration, Plan plan, Optional<Journal> before, Journal after) {}

  /** A Migration that is to be left as it is still holds objects: the API server refuses this. */
  default void stillHeld(Migration migration, List<String> refused) {}

  /**
   * What became of answers is not written into them: this stands against it. It is tried again, and
   * hinders nothing.
   */
  default void untold(Migration migration, List<String> refused) {}

  /** The Migration is deleted and can't be taken back: everything stays as it is, for this. */
  default void leftAsIs(Migration migration, String why) {}
}
