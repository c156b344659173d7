package dev.godwit.operator.plan;

import dev.godwit.api.v1alpha1.SchemaDirection;
import dev.godwit.api.v1alpha1.SchemaMigrationSpec;
import dev.godwit.api.v1alpha1.SchemaMode;
import dev.godwit.api.v1alpha1.SchemaOnFailure;
import dev.godwit.api.v1alpha1.SchemaPlan;
import dev.godwit.api.v1alpha1.VersionName;
import dev.godwit.contract.schema.SchemaOrder;
import java.util.List;
import java.util.Optional;

/**
 * One run of a SchemaMigration: what is asked for, and what was found before the start.
 *
 * @param name of the SchemaMigration
 * @param uid its UID, which tells this run from every other
 * @param namespace of it, and of all that it makes
 * @param spec what a user asks for
 * @param plan what is to be run
 * @param planHash what an answer to a gate is given for
 * @param sqlHash SHA-256 of the catalogue of the SQL, which has that of every text
 * @param holder the Migration that it is a stage of, once that wants something of it
 * @param files names of the ConfigMaps in which the SQL is as it was at the start
 */
public record SchemaRun(
    String name,
    String uid,
    String namespace,
    SchemaMigrationSpec spec,
    SchemaPlan plan,
    String planHash,
    String sqlHash,
    Optional<Holder> holder,
    List<String> files) {

  /**
   * A Migration that a SchemaMigration is a stage of.
   *
   * @param name of the Migration
   * @param wanted what it wants
   */
  public record Holder(String name, Wanted wanted) {}

  /** Copies the list. */
  public SchemaRun {
    files = List.copyOf(files);
  }

  /** A version as users write it; {@link SchemaOrder} and reports have an empty one for none. */
  public static String named(String version) {
    return version.isEmpty() ? VersionName.NONE : version;
  }

  /** The services that use the database and are watched. */
  public List<ServicePlan> services() {
    return Optional.ofNullable(spec.services()).orElse(List.of()).stream()
        .map(ServicePlan::watched)
        .toList();
  }

  /** Whether it is a stage of a Migration. */
  public boolean isStaged() {
    return spec.mode() == SchemaMode.STAGED;
  }

  /** Whether its dump is restored when it fails; nobody else is let into the database before. */
  public boolean restores() {
    return spec.onFailure() == SchemaOnFailure.RESTORE;
  }

  /** Whether versions are brought; else they are taken back. */
  public boolean isUp() {
    return plan.direction() == SchemaDirection.UP;
  }

  /** Which version the database has when these of the plan's were moved. */
  public String versionAfter(List<String> moved) {
    int next = plan.versions().indexOf(moved.getLast()) + 1;
    if (isUp()) {
      return moved.getLast();
    }
    return next < plan.versions().size() ? plan.versions().get(next) : spec.to();
  }

  /** Which version the database has before these of the plan's are moved. */
  public String versionBefore(List<String> moved) {
    int first = plan.versions().indexOf(moved.getFirst());
    if (first == 0) {
      return plan.from();
    }
    return isUp() ? plan.versions().get(first - 1) : moved.getFirst();
  }

  /** Whether there is a way back from all of these versions. */
  public boolean isReversible(List<String> versions) {
    return restores()
        || plan.irreversible() == null
        || versions.stream().noneMatch(plan.irreversible()::contains);
  }
}
