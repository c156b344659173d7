package dev.godwit.operator.plan;

import dev.godwit.api.v1alpha1.SchemaDirection;
import dev.godwit.api.v1alpha1.SchemaMigrationSpec;
import dev.godwit.api.v1alpha1.SchemaPlan;
import java.util.List;

/**
 * One run of a SchemaMigration: what is asked for, and what was found before the start.
 *
 * @param name of the SchemaMigration
 * @param uid its UID, which tells this run from every other
 * @param namespace of it, and of all that it makes
 * @param spec what a user asks for
 * @param plan what is to be run
 * @param planHash what an answer to a gate is given for
 * @param files names of the ConfigMaps in which the SQL is as it was at the start
 */
public record SchemaRun(
    String name,
    String uid,
    String namespace,
    SchemaMigrationSpec spec,
    SchemaPlan plan,
    String planHash,
    List<String> files) {

  /** Copies the list. */
  public SchemaRun {
    files = List.copyOf(files);
  }

  /** Whether versions are brought; else they are taken back. */
  public boolean isUp() {
    return plan.direction() == SchemaDirection.UP;
  }

  /** Whether there is a way back from all of these versions. */
  public boolean isReversible(List<String> versions) {
    return plan.irreversible() == null
        || versions.stream().noneMatch(plan.irreversible()::contains);
  }
}
