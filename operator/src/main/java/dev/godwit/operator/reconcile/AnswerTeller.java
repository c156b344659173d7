package dev.godwit.operator.reconcile;

import dev.godwit.api.v1alpha1.Migration;
import dev.godwit.api.v1alpha1.MigrationApproval;
import dev.godwit.api.v1alpha1.MigrationApprovalStatus;
import dev.godwit.operator.cluster.Cluster;
import java.time.Instant;
import java.util.List;
import java.util.function.Function;

/** Writes into each MigrationApproval what became of it, where that has changed. */
final class AnswerTeller {

  private final Cluster cluster;

  AnswerTeller(Cluster cluster) {
    this.cluster = cluster;
  }

  /** Of the answers to a migration that has not started. */
  void tellEarly(Migration migration, Instant now) {
    cluster
        .approvals(migration)
        .ifPresent(seen -> tell(seen, answer -> Answers.early(answer, now)));
  }

  /** Of the answers that were there when a decision was made, after it was recorded. */
  void tell(Run run, List<MigrationApproval> seen, Instant now) {
    Answers answers = new Answers(run.plan(), run.journal(), seen);
    tell(seen, answer -> answers.status(answer, now));
  }

  /** Of those that come when the migration has ended. */
  void tellLate(Migration migration, Instant now) {
    cluster
        .approvals(migration)
        .filter(seen -> !seen.isEmpty())
        .ifPresent(seen -> tell(Run.of(migration), seen, now));
  }

  private void tell(
      List<MigrationApproval> seen, Function<MigrationApproval, MigrationApprovalStatus> status) {
    for (MigrationApproval answer : seen) {
      MigrationApprovalStatus next = status.apply(answer);
      if (!next.equals(answer.getStatus())) {
        cluster.recordStatus(answer, next);
      }
    }
  }
}
