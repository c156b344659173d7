package dev.godwit.operator.reconcile;

import dev.godwit.api.v1alpha1.FrozenFile;
import dev.godwit.api.v1alpha1.HealthSpec;
import dev.godwit.api.v1alpha1.SchemaMigration;
import dev.godwit.api.v1alpha1.SchemaMigrationStatus;
import dev.godwit.api.v1alpha1.SchemaPlan;
import dev.godwit.operator.reconcile.Conditions.Truth;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * The status of a SchemaMigration that has not started: nothing was touched.
 *
 * @param files where the SQL is kept; empty while that is not known
 * @param sqlHash what tells it from other SQL; empty while that is not known
 * @param target the version to reach; empty while that is not known
 * @param health what is kept of a HealthPolicy
 * @param plan what would be run; empty while that is not known
 */
record SchemaPreflightStatus(
    SchemaMigration migration,
    List<FrozenFile> files,
    Optional<String> sqlHash,
    Optional<String> target,
    Optional<SchemaPlan> plan,
    Optional<String> planHash,
    Optional<HealthSpec> health,
    Instant now) {

  static final String FAILED = "PreflightFailed";
  private static final String PREFLIGHT = "Preflight";
  private static final String STAGED = "Staged";

  /** It can't start as it is. */
  SchemaMigrationStatus failed(List<String> problems) {
    String count = problems.size() == 1 ? "" : problems.size() + " problems: ";
    return status(
        PREFLIGHT,
        FAILED,
        "not started, nothing was touched. " + count + String.join("; ", problems),
        Truth.TRUE,
        Truth.FALSE);
  }

  /** Whether what is recorded is why it can't start as it is. */
  boolean isOfFailure() {
    SchemaMigrationStatus recorded = migration.getStatus();
    return recorded != null
        && PREFLIGHT.equals(recorded.phase())
        && migration.getMetadata().getGeneration().equals(recorded.observedGeneration());
  }

  /** A Job looks at the database. */
  SchemaMigrationStatus planning(String message) {
    return status("Planning", "Planning", message, Truth.FALSE, Truth.UNKNOWN);
  }

  /** That is all that was asked for. */
  SchemaMigrationStatus planned() {
    return status(
        "Planned",
        "PlanOnly",
        plan.map(SchemaWords::plan).orElse("") + ". Nothing was run: set spec.mode to Run",
        Truth.FALSE,
        Truth.TRUE);
  }

  /**
   * It is a stage of a Migration that has not come to it, or was taken back before it started.
   *
   * @param kept where SQL was kept for that
   */
  SchemaMigrationStatus staged(List<FrozenFile> kept) {
    return new SchemaPreflightStatus(migration, kept, sqlHash, target, plan, planHash, health, now)
        .staged();
  }

  private SchemaMigrationStatus staged() {
    return status(
        STAGED,
        STAGED,
        "nothing was touched: it waits for a Migration that names it in spec.schemas",
        Truth.FALSE,
        Truth.UNKNOWN);
  }

  /** It is about to start: the plan is what it will be. */
  SchemaMigrationStatus ready() {
    return status(
        "Planned", "Planned", plan.map(SchemaWords::plan).orElse(""), Truth.FALSE, Truth.TRUE);
  }

  private SchemaMigrationStatus status(
      String phase, String reason, String message, Truth stalled, Truth passed) {
    String shortened = Messages.shortened(message, Messages.STATUS);
    Conditions conditions =
        new Conditions(
                migration.getStatus() == null ? null : migration.getStatus().conditions(),
                migration.getMetadata().getGeneration(),
                now)
            // What waits as it was asked to holds up nobody who waits for what is applied.
            .set("Ready", Truth.of(phase.equals(STAGED)), reason, shortened)
            .set(
                "Reconciling",
                Truth.of(passed == Truth.UNKNOWN && !phase.equals(STAGED)),
                reason,
                shortened)
            .set("Stalled", stalled, reason, shortened)
            .set("Succeeded", Truth.UNKNOWN, reason, shortened)
            .set("PreflightPassed", passed, reason, shortened)
            .set(
                "PlanReady",
                plan.isPresent() ? Truth.TRUE : Truth.UNKNOWN,
                plan.isPresent() ? "Planned" : reason,
                plan.map(SchemaWords::plan).orElse("not known yet"));
    return new SchemaMigrationStatus(
        migration.getMetadata().getGeneration(),
        phase,
        null,
        shortened,
        null,
        null,
        null,
        null,
        planHash.orElse(null),
        health.orElse(null),
        null,
        null,
        plan.map(SchemaPlan::from).orElse(null),
        target.orElse(null),
        plan.orElse(null),
        files.isEmpty() ? null : files,
        sqlHash.orElse(null),
        null,
        conditions.build());
  }
}
