package dev.godwit.operator.reconcile;

import dev.godwit.api.v1alpha1.Migration;
import dev.godwit.api.v1alpha1.MigrationStatus;
import dev.godwit.operator.preflight.PreflightResult;
import dev.godwit.operator.preflight.PreflightResult.Problem;
import dev.godwit.operator.reconcile.Conditions.Truth;
import java.time.Instant;
import java.util.List;
import java.util.stream.Collectors;

/** The status of a migration that could not start: nothing was touched. */
final class PreflightStatus {

  static final String PHASE = "Preflight";
  private static final String REASON = "PreflightFailed";

  private PreflightStatus() {}

  static MigrationStatus of(Migration migration, PreflightResult result, Instant now) {
    String message = Messages.shortened(message(result.problems()), Messages.STATUS);
    Conditions conditions =
        new Conditions(
            migration.getStatus() == null ? null : migration.getStatus().conditions(),
            migration.getMetadata().getGeneration(),
            now);
    conditions
        .set("Ready", Truth.FALSE, REASON, message)
        .set("Reconciling", Truth.FALSE, REASON, message)
        .set("Stalled", Truth.TRUE, REASON, message)
        .set("Succeeded", Truth.UNKNOWN, REASON, message)
        .set("PreflightPassed", Truth.FALSE, REASON, message);
    return new MigrationStatus(
        migration.getMetadata().getGeneration(),
        migration.getSpec().strategy().word(),
        PHASE,
        null,
        message,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        conditions.build());
  }

  private static String message(List<Problem> problems) {
    String count = problems.size() == 1 ? "" : problems.size() + " problems: ";
    return "not started, nothing was touched. "
        + count
        + problems.stream().map(Problem::toString).collect(Collectors.joining("; "));
  }
}
