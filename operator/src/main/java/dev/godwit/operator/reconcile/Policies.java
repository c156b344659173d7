package dev.godwit.operator.reconcile;

import dev.godwit.api.v1alpha1.HealthPolicy;
import dev.godwit.api.v1alpha1.HealthSpec;
import dev.godwit.api.v1alpha1.Migration;
import dev.godwit.api.v1alpha1.MigrationStatus;
import dev.godwit.operator.cluster.Cluster;
import dev.godwit.operator.cluster.RequiredPermissions;
import java.util.Objects;
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
    Optional<HealthSpec> kept =
        Optional.ofNullable(migration.getStatus()).map(MigrationStatus::health);
    HealthSpec said = migration.getSpec().health();
    HealthSpec meant = meant(said, kept, migration.getMetadata().getNamespace());
    return Objects.equals(meant, said) ? migration : with(migration, meant);
  }

  /**
   * What is meant by what a specification says of health: what the policy says that it names, or
   * what it says itself.
   *
   * @param said null where it says nothing
   * @param kept what the policy said when the plan was frozen
   */
  HealthSpec meant(HealthSpec said, Optional<HealthSpec> kept, String namespace) {
    if (said == null || said.policy() == null) {
      return said;
    }
    return kept.or(() -> read(said.policy(), namespace))
        .map(health -> health.named(said.policy()))
        .orElse(said);
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

  private Optional<HealthSpec> read(String name, String namespace) {
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
