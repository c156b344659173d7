package dev.godwit.operator.reconcile;

import dev.godwit.api.v1alpha1.MigrationApproval;
import dev.godwit.api.v1alpha1.MigrationApprovalStatus;
import dev.godwit.operator.cluster.Cluster;
import dev.godwit.operator.plan.Journal;
import dev.godwit.operator.plan.Plan;
import io.fabric8.kubernetes.api.model.HasMetadata;
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
  void tellEarly(HasMetadata migration, Instant now) {
    cluster
        .approvals(migration)
        .ifPresent(seen -> tell(seen, answer -> Answers.early(answer, now)));
  }

  /** Of the answers that were there when a decision was made, after it was recorded. */
  void tell(Plan plan, Journal journal, List<MigrationApproval> seen, Instant now) {
    Answers answers = new Answers(plan, journal, seen);
    tell(seen, answer -> answers.status(answer, now));
  }

  /** Those that come when a migration has ended; none where they are not known. */
  List<MigrationApproval> late(HasMetadata migration) {
    return cluster.approvals(migration).orElse(List.of());
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
