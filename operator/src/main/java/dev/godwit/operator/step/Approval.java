package dev.godwit.operator.step;

import dev.godwit.api.v1alpha1.ApprovalDecision;
import dev.godwit.api.v1alpha1.Gate;
import dev.godwit.api.v1alpha1.MigrationApproval;
import dev.godwit.api.v1alpha1.MigrationKind;
import dev.godwit.api.v1alpha1.OnTimeout;
import dev.godwit.api.v1alpha1.TimeSpan;
import dev.godwit.operator.plan.Assessment;
import dev.godwit.operator.plan.Reason;
import dev.godwit.operator.plan.Situation;
import dev.godwit.operator.plan.Step;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * A gate that a person opens by a MigrationApproval. What was answered is in the journal when the
 * step is done, and stands whatever becomes of the object.
 *
 * @param name name of the step
 * @param gate what a MigrationApproval calls it
 * @param kind of which kind the migration is
 * @param migration name of the migration
 * @param planHash the plan that an answer must be given for
 * @param asked who may answer, and what no answer leads to
 * @param createdBy the user that created the Migration; empty where that is not known
 */
public record Approval(
    String name,
    String gate,
    MigrationKind kind,
    String migration,
    String planHash,
    Gate.Approval asked,
    Optional<String> createdBy)
    implements Step {

  /** As long as it is not known whether anybody has answered, nobody has been silent. */
  private static final Duration LOOK_AGAIN = Duration.ofSeconds(2);

  /** The first one given counts; the name decides among those of the same second. */
  private static final Comparator<MigrationApproval> ORDER =
      Comparator.comparing(Approval::givenAt).thenComparing(one -> one.getMetadata().getName());

  @Override
  public Assessment assess(Situation situation) {
    return situation
        .seen()
        .approvals()
        .map(answers -> assess(answers, situation))
        .orElseGet(
            () -> Assessment.await(situation.entry().message(), situation.now().plus(LOOK_AGAIN)));
  }

  /** Nothing was done: what was answered stays in the journal. */
  @Override
  public Assessment assessUndo(Situation situation) {
    return Assessment.done(
        situation.entry().finishedAt().isPresent() ? situation.entry().message() : "");
  }

  private Assessment assess(List<MigrationApproval> answers, Situation situation) {
    Instant deadline = deadline(situation.entry().since());
    Optional<MigrationApproval> answer = answer(answers, deadline);
    if (answer.isPresent()) {
      return answered(answer.get());
    }
    if (situation.now().isBefore(deadline)) {
      return Assessment.await(invitation(deadline) + remark(answers, deadline), deadline);
    }
    return switch (asked.onTimeout()) {
      case PROCEED ->
          Assessment.done("nobody has answered within " + asked.timeout() + ": going on without");
      case FAIL ->
          Assessment.failed(
              Reason.APPROVAL_TIMED_OUT,
              "nobody has answered gate " + gate + " within " + asked.timeout());
    };
  }

  private Assessment answered(MigrationApproval answer) {
    return switch (answer.getSpec().decision()) {
      case APPROVE -> Assessment.done("approved by " + signature(answer));
      case DENY ->
          Assessment.failed(
              Reason.APPROVAL_DENIED, "gate " + gate + " was denied by " + signature(answer));
    };
  }

  private static String signature(MigrationApproval answer) {
    String comment = answer.getSpec().comment();
    return answer.getSpec().approvedBy()
        + " at "
        + givenAt(answer)
        + " with MigrationApproval "
        + answer.getMetadata().getName()
        + (comment == null || comment.isBlank()
            ? ""
            : ": " + comment.strip().replaceAll("\\s+", " "));
  }

  /** What to apply, until when, and what happens then; the same for as long as nothing changes. */
  private String invitation(Instant deadline) {
    return "a MigrationApproval with "
        + (kind == MigrationKind.MIGRATION ? "" : "kind: " + kind.kind() + ", ")
        + "migration: "
        + migration
        + ", gate: "
        + gate
        + ", planHash: "
        + planHash
        + (mustBeAnother() ? ", by somebody other than " + createdBy.orElse("its creator") : "")
        + ", until "
        + deadline.truncatedTo(ChronoUnit.SECONDS)
        + "; without one the migration "
        + (asked.onTimeout() == OnTimeout.PROCEED ? "goes on" : "fails");
  }

  private String remark(List<MigrationApproval> answers, Instant deadline) {
    return answers.stream()
        .filter(this::isMeant)
        .sorted(ORDER.reversed())
        .flatMap(
            answer ->
                whyVoid(answer, Optional.of(deadline)).stream()
                    .map(
                        why ->
                            ". MigrationApproval "
                                + answer.getMetadata().getName()
                                + " does not count: "
                                + why))
        .findFirst()
        .orElse("");
  }

  /** Until when an approval may be given, at a gate that was reached then. */
  public Instant deadline(Instant reached) {
    return reached.plus(TimeSpan.parse(asked.timeout()));
  }

  /**
   * The answer that counts: a denial before any approval, and the first one given.
   *
   * @param deadline when the time for an approval ends; a denial counts for as long as the gate is
   *     closed
   */
  public Optional<MigrationApproval> answer(List<MigrationApproval> answers, Instant deadline) {
    List<MigrationApproval> valid =
        answers.stream()
            .filter(this::isMeant)
            .filter(answer -> whyVoid(answer, Optional.of(deadline)).isEmpty())
            .sorted(ORDER)
            .toList();
    return valid.stream()
        .filter(answer -> answer.getSpec().decision() == ApprovalDecision.DENY)
        .findFirst()
        .or(() -> valid.stream().findFirst());
  }

  /** Whether an answer is one to this gate. */
  public boolean isMeant(MigrationApproval answer) {
    return answer.getSpec().gate().equals(gate);
  }

  /**
   * Why an answer to this gate does not count, if it doesn't.
   *
   * @param deadline when the time for an approval ends; empty while the gate is not reached
   */
  public Optional<String> whyVoid(MigrationApproval answer, Optional<Instant> deadline) {
    String by = answer.getSpec().approvedBy();
    if (!answer.getSpec().planHash().equals(planHash)) {
      return Optional.of(
          "it was given for plan "
              + answer.getSpec().planHash()
              + ", and status.planHash is "
              + planHash
              + ": look at the plan as it is, and apply a new one");
    }
    if (answer.getMetadata().getDeletionTimestamp() != null) {
      return Optional.of("it is being deleted");
    }
    if (mustBeAnother() && createdBy.filter(by::equals).isPresent()) {
      return Optional.of(
          by + " has created the Migration: with separationOfDuties somebody else must answer");
    }
    boolean late =
        answer.getSpec().decision() == ApprovalDecision.APPROVE
            && deadline.filter(givenAt(answer)::isAfter).isPresent();
    return late
        ? Optional.of("it was given at " + givenAt(answer) + ", after the time had ended")
        : Optional.empty();
  }

  private boolean mustBeAnother() {
    return Boolean.TRUE.equals(asked.separationOfDuties());
  }

  /** When the API server took it. */
  private static Instant givenAt(MigrationApproval answer) {
    return Instant.parse(answer.getMetadata().getCreationTimestamp());
  }
}
