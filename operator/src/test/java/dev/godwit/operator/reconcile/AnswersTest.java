package dev.godwit.operator.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.godwit.api.v1alpha1.ApprovalDecision;
import dev.godwit.api.v1alpha1.ApprovalState;
import dev.godwit.api.v1alpha1.Direction;
import dev.godwit.api.v1alpha1.Gate;
import dev.godwit.api.v1alpha1.MigrationApproval;
import dev.godwit.api.v1alpha1.MigrationApprovalSpec;
import dev.godwit.api.v1alpha1.MigrationApprovalStatus;
import dev.godwit.api.v1alpha1.MigrationKind;
import dev.godwit.api.v1alpha1.OnTimeout;
import dev.godwit.api.v1alpha1.PreImage;
import dev.godwit.api.v1alpha1.StepState;
import dev.godwit.operator.plan.Journal;
import dev.godwit.operator.plan.Journal.Entry;
import dev.godwit.operator.plan.Plan;
import dev.godwit.operator.plan.Stage;
import dev.godwit.operator.step.Approval;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What is said to people who have answered a gate. */
class AnswersTest {

  private static final Instant REACHED = Instant.parse("2026-01-01T00:00:00Z");
  private static final String PLAN = "0123456789abcdef";
  private static final String STEP = "approval-before-switch";

  private static final Plan GATED =
      new Plan(
          List.of(
              new Stage(
                  STEP,
                  "AwaitingApproval",
                  List.of(
                      new Approval(
                          STEP,
                          "go-live",
                          MigrationKind.MIGRATION,
                          "shop",
                          PLAN,
                          new Gate.Approval("go-live", "1h", OnTimeout.FAIL, true),
                          Optional.of("alice"))))),
          List.of());

  private Direction direction = Direction.FORWARD;

  private MigrationApproval answer(
      String name, String gate, String by, String plan, Duration after) {
    MigrationApproval answer = new MigrationApproval();
    answer.setMetadata(
        new ObjectMetaBuilder()
            .withName(name)
            .withUid("uid-of-" + name)
            .withGeneration(1L)
            .withCreationTimestamp(REACHED.plus(after).toString())
            .build());
    answer.setSpec(
        new MigrationApprovalSpec(
            MigrationKind.MIGRATION, "shop", gate, ApprovalDecision.APPROVE, null, plan, by));
    return answer;
  }

  private MigrationApproval yes(String by, Duration after) {
    return answer("yes-of-" + by, "go-live", by, PLAN, after);
  }

  private MigrationApprovalStatus status(
      MigrationApproval answer, StepState state, MigrationApproval... all) {
    boolean ended = state == StepState.DONE;
    Entry entry =
        new Entry(
            STEP,
            STEP,
            state,
            Optional.of(REACHED),
            ended ? Optional.of(REACHED.plusSeconds(100)) : Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            1,
            ended ? "approved by bob" : "",
            PreImage.NONE);
    Journal journal =
        new Journal(REACHED, Optional.empty(), direction, Optional.empty(), List.of(entry));
    return new Answers(GATED, journal, List.of(all)).status(answer, REACHED.plusSeconds(200));
  }

  private static void assertVoid(MigrationApprovalStatus status, String why) {
    assertThat(status.state()).isEqualTo(ApprovalState.VOID);
    assertThat(status.message()).contains(why);
    assertThat(status.conditions())
        .filteredOn(condition -> condition.getStatus().equals("True"))
        .singleElement()
        .satisfies(condition -> assertThat(condition.getType()).isEqualTo("Stalled"));
  }

  @Test
  void theOneThatTheGateWasAnsweredByIsAcceptedAndSaysWhatTheJournalSays() {
    MigrationApproval bob = yes("bob", Duration.ofSeconds(90));
    MigrationApprovalStatus status = status(bob, StepState.DONE, bob);

    assertThat(status.state()).isEqualTo(ApprovalState.ACCEPTED);
    assertThat(status.message()).isEqualTo("approved by bob");
  }

  @Test
  void aSecondYesIsVoidSinceTheGateWasPassed() {
    MigrationApproval bob = yes("bob", Duration.ofSeconds(90));
    MigrationApproval carol = yes("carol", Duration.ofSeconds(95));
    MigrationApproval late = yes("dora", Duration.ofSeconds(150));

    assertVoid(status(carol, StepState.DONE, bob, carol), "the gate was passed before");
    assertVoid(status(late, StepState.DONE, bob, late), "the gate was passed before");
  }

  @Test
  void whatWasSaidOfAnAnswerStaysWhenTheOneThatCountedIsDeleted() {
    MigrationApproval bob = yes("bob", Duration.ofSeconds(90));
    MigrationApproval carol = yes("carol", Duration.ofSeconds(95));
    carol.setStatus(status(carol, StepState.DONE, bob, carol));

    assertThat(status(carol, StepState.DONE, carol)).isEqualTo(carol.getStatus());
  }

  @Test
  void anAnswerThatDoesNotCountSaysWhyBeforeTheGateIsPassed() {
    assertVoid(
        status(answer("a", "go-life", "bob", PLAN, Duration.ZERO), StepState.RUNNING),
        "has no gate go-life: it has go-live");
    assertVoid(
        status(answer("a", "go-live", "bob", "fedcba9876543210", Duration.ZERO), StepState.RUNNING),
        "it was given for plan fedcba9876543210, and status.planHash is " + PLAN);
    assertVoid(
        status(yes("alice", Duration.ZERO), StepState.RUNNING), "alice has created the Migration");
    assertVoid(
        status(yes("bob", Duration.ofHours(2)), StepState.RUNNING), "after the time had ended");
  }

  @Test
  void anAnswerThatComesBeforeTheGateIsReachedIsPending() {
    assertThat(status(yes("bob", Duration.ZERO), StepState.PENDING).state())
        .isEqualTo(ApprovalState.PENDING);
    assertThat(Answers.early(yes("bob", Duration.ZERO), REACHED).message())
        .contains("has not started");
  }

  @Test
  void anAnswerThatTheMigrationWentBackWithoutIsVoid() {
    direction = Direction.BACKWARD;

    assertVoid(status(yes("bob", Duration.ZERO), StepState.PENDING), "goes back, without it");
  }

  @Test
  void theStatusOfAnAnswerIsTheSameForAsLongAsNothingChanges() {
    MigrationApproval bob = yes("bob", Duration.ofSeconds(90));
    bob.setStatus(status(bob, StepState.DONE, bob));

    assertThat(status(bob, StepState.DONE, bob)).isEqualTo(bob.getStatus());
  }
}
