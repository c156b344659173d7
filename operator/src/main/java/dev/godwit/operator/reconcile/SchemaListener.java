package dev.godwit.operator.reconcile;

import dev.godwit.api.v1alpha1.SchemaMigration;
import dev.godwit.operator.plan.Journal;
import dev.godwit.operator.plan.Plan;
import java.util.List;
import java.util.Optional;

/** Is told what was recorded of SchemaMigrations. Must neither block nor throw. */
public interface SchemaListener {

  /** Before the start these problems were found, which are not the ones found before. */
  default void preflightFailed(SchemaMigration migration, List<String> problems) {}

  /** It is known what is to be run, or would be. */
  default void planned(SchemaMigration migration, String what) {}

  /**
   * A decision was recorded that changed the journal.
   *
   * @param before what was recorded before; empty when the migration has just started
   */
  default void recorded(
      SchemaMigration migration, Plan plan, Optional<Journal> before, Journal after) {}

  /**
   * What became of answers is not written into them: this stands against it. It is tried again, and
   * hinders nothing.
   */
  default void untold(SchemaMigration migration, List<String> refused) {}

  /** The SchemaMigration is deleted and can't be taken back: everything stays as it is. */
  default void leftAsIs(SchemaMigration migration, String why) {}
}
