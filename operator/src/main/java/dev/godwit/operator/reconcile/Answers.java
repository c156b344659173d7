package dev.godwit.operator.reconcile;

import dev.godwit.api.v1alpha1.ApprovalState;
import dev.godwit.api.v1alpha1.Direction;
import dev.godwit.api.v1alpha1.MigrationApproval;
import dev.godwit.api.v1alpha1.MigrationApprovalStatus;
import dev.godwit.api.v1alpha1.StepState;
import dev.godwit.operator.plan.Journal;
import dev.godwit.operator.plan.Plan;
import dev.godwit.operator.reconcile.Conditions.Truth;
import dev.godwit.operator.step.Approval;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Says of each answer to a gate whether it counts, and why not. */
final class Answers {

  private static final Set<StepState> OPEN = Set.of(StepState.PENDING, StepState.RUNNING);

  private final Plan plan;
  private final Journal journal;
  private final List<MigrationApproval> answers;

  /** The answers to gates of a plan, from the journal as it is recorded. */
  Answers(Plan plan, Journal journal, List<MigrationApproval> answers) {
    this.plan = plan;
    this.journal = journal;
    this.answers = answers;
  }

  /**
   * What became of an answer.
   *
   * @param message why
   */
  private record Fate(ApprovalState state, String message) {}

  /** The status of an answer; equal to the one before where nothing has changed. */
  MigrationApprovalStatus status(MigrationApproval answer, Instant now) {
    return status(answer, fate(answer), now);
  }

  /** The status of an answer to a migration that has not started. */
  static MigrationApprovalStatus early(MigrationApproval answer, Instant now) {
    String message =
        "the "
            + answer.getSpec().kind().kind()
            + " has not started: an answer counts for the status.planHash that it starts with";
    return status(answer, new Fate(ApprovalState.PENDING, message), now);
  }

  private Fate fate(MigrationApproval answer) {
    List<Approval> gates =
        plan.steps().filter(Approval.class::isInstance).map(Approval.class::cast).toList();
    return gates.stream()
        .filter(gate -> gate.isMeant(answer))
        .findFirst()
        .map(gate -> fate(answer, gate))
        .orElseGet(() -> unknown(answer, gates));
  }

  private static Fate unknown(MigrationApproval answer, List<Approval> gates) {
    String known =
        gates.isEmpty()
            ? "it asks for no approval"
            : "it has "
                + gates.stream()
                    .filter(gate -> gate.migration().equals(answer.getSpec().migration()))
                    .map(Approval::gate)
                    .collect(Collectors.joining(", "));
    return new Fate(
        ApprovalState.VOID,
        "the %s has no gate %s: %s"
            .formatted(answer.getSpec().kind().kind(), answer.getSpec().gate(), known));
  }

  private Fate fate(MigrationApproval answer, Approval gate) {
    Journal.Entry entry = journal.entry(gate.name());
    Optional<Instant> deadline = entry.startedAt().map(gate::deadline);
    Optional<String> why = gate.whyVoid(answer, deadline);
    if (OPEN.contains(entry.state())) {
      return open(why, entry);
    }
    Optional<ApprovalState> known =
        Optional.ofNullable(answer.getStatus())
            .map(MigrationApprovalStatus::state)
            .filter(state -> state != ApprovalState.PENDING);
    if (why.isEmpty() && known.isPresent()) {
      return new Fate(known.get(), answer.getStatus().message());
    }
    boolean counted =
        entry
            .finishedAt()
            .filter(ended -> isTheAnswer(answer, gate, deadline.orElse(ended), ended))
            .isPresent();
    return counted
        ? new Fate(ApprovalState.ACCEPTED, entry.message())
        : new Fate(
            ApprovalState.VOID, why.orElse("the gate was passed before: " + entry.message()));
  }

  private Fate open(Optional<String> why, Journal.Entry entry) {
    boolean over = journal.completed().isPresent() || journal.direction() == Direction.BACKWARD;
    if (why.isPresent() || over) {
      return new Fate(
          ApprovalState.VOID, why.orElse("the migration has ended, or goes back, without it"));
    }
    return new Fate(
        ApprovalState.PENDING,
        entry.state() == StepState.PENDING
            ? "it counts when the migration reaches the gate"
            : "it counts with the next decision");
  }

  /** Whether it was this one that the gate was answered by: it was there, and came first. */
  private boolean isTheAnswer(
      MigrationApproval answer, Approval gate, Instant deadline, Instant ended) {
    List<MigrationApproval> then =
        answers.stream()
            .filter(one -> !Instant.parse(one.getMetadata().getCreationTimestamp()).isAfter(ended))
            .toList();
    return gate.answer(then, deadline)
        .filter(first -> first.getMetadata().getUid().equals(answer.getMetadata().getUid()))
        .isPresent();
  }

  private static MigrationApprovalStatus status(MigrationApproval answer, Fate fate, Instant now) {
    Long generation = answer.getMetadata().getGeneration();
    String message = Messages.shortened(fate.message(), Messages.STATUS);
    ApprovalState state = fate.state();
    Conditions conditions =
        new Conditions(
            answer.getStatus() == null ? null : answer.getStatus().conditions(), generation, now);
    String reason =
        switch (state) {
          case PENDING -> "Pending";
          case ACCEPTED -> "Accepted";
          case VOID -> "Void";
        };
    conditions
        .set("Ready", Truth.of(state == ApprovalState.ACCEPTED), reason, message)
        .set("Reconciling", Truth.of(state == ApprovalState.PENDING), reason, message)
        .set("Stalled", Truth.of(state == ApprovalState.VOID), reason, message);
    return new MigrationApprovalStatus(generation, state, message, conditions.build());
  }
}
