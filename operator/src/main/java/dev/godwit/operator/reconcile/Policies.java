package dev.godwit.operator.reconcile;

import dev.godwit.api.v1alpha1.HealthPolicy;
import dev.godwit.api.v1alpha1.HealthSpec;
import dev.godwit.api.v1alpha1.Migration;
import dev.godwit.api.v1alpha1.MigrationStatus;
import dev.godwit.operator.cluster.Cluster;
import dev.godwit.operator.cluster.RequiredPermissions;
import java.util.Optional;

/**
 * What a HealthPolicy that a Migration names says, in the place of the name. It is read before the
 * start and kept in the status from then on: a policy that is changed or deleted midway changes
 * nothing.
 */
final class Policies {

  private final Cluster cluster;

  Policies(Cluster cluster) {
    this.cluster = cluster;
  }

  /**
   * The Migration with what its policy says; as it is where it names none, or one that isn't there.
   */
  Migration resolved(Migration migration) {
    Optional<String> name = named(migration);
    if (name.isEmpty()) {
      return migration;
    }
    Optional<HealthSpec> kept =
        Optional.ofNullable(migration.getStatus()).map(MigrationStatus::health);
    return kept.or(() -> read(migration, name.get()))
        .map(health -> with(migration, health.named(name.get())))
        .orElse(migration);
  }

  /** What is to be kept in the status of a Migration that was resolved. */
  static Optional<HealthSpec> kept(Migration migration) {
    return named(migration)
        .map(
            name ->
                Optional.ofNullable(migration.getStatus())
                    .map(MigrationStatus::health)
                    .orElseGet(() -> migration.getSpec().health().named(null)));
  }

  private static Optional<String> named(Migration migration) {
    return Optional.ofNullable(migration.getSpec().health()).map(HealthSpec::policy);
  }

  private Optional<HealthSpec> read(Migration migration, String name) {
    String namespace = migration.getMetadata().getNamespace();
    // Where it may not be read, preflight says so.
    return cluster.may(RequiredPermissions.READ_POLICIES, namespace)
        ? cluster.get(HealthPolicy.class, namespace, name).map(HealthPolicy::getSpec)
        : Optional.empty();
  }

  /** The same Migration, as it is after a write, with what healthy meant before. */
  static Migration with(Migration migration, HealthSpec health) {
    Migration resolved = new Migration();
    resolved.setMetadata(migration.getMetadata());
    resolved.setSpec(migration.getSpec().with(health));
    resolved.setStatus(migration.getStatus());
    return resolved;
  }
}
