package dev.godwit.operator.reconcile;

import dev.godwit.api.v1alpha1.Migration;
import dev.godwit.api.v1alpha1.SchemaMigration;
import dev.godwit.api.v1alpha1.StepState;
import dev.godwit.operator.cluster.Cluster;
import dev.godwit.operator.resource.Marks;
import dev.godwit.operator.step.RunSchema;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import java.util.List;
import java.util.Optional;

/** The Migrations that SchemaMigrations are stages of. */
final class Holders {

  private final Cluster cluster;

  Holders(Cluster cluster) {
    this.cluster = cluster;
  }

  /**
   * Whether the Migration that the marks name is there and at the step of this SchemaMigration,
   * which is recorded before the mark is set. A mark that has outlived its Migration says nothing,
   * nor does one of an earlier Migration of the same name.
   */
  boolean areAt(SchemaMigration migration) {
    ObjectMeta metadata = migration.getMetadata();
    return Marks.holder(migration)
        .flatMap(holder -> cluster.get(Migration.class, metadata.getNamespace(), holder))
        .flatMap(holder -> Optional.ofNullable(holder.getStatus()))
        .flatMap(status -> Optional.ofNullable(status.steps()))
        .orElse(List.of())
        .stream()
        .anyMatch(
            step ->
                step.name().equals(RunSchema.name(metadata.getName()))
                    && step.state() == StepState.RUNNING);
  }
}
