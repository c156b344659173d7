package dev.godwit.operator.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.godwit.api.v1alpha1.ApprovalDecision;
import dev.godwit.api.v1alpha1.Direction;
import dev.godwit.api.v1alpha1.Failure;
import dev.godwit.api.v1alpha1.Gate;
import dev.godwit.api.v1alpha1.Gates;
import dev.godwit.api.v1alpha1.MigrationApproval;
import dev.godwit.api.v1alpha1.MigrationApprovalSpec;
import dev.godwit.api.v1alpha1.MigrationKind;
import dev.godwit.api.v1alpha1.OnFailure;
import dev.godwit.api.v1alpha1.OnTimeout;
import dev.godwit.api.v1alpha1.StepState;
import dev.godwit.operator.plan.Decision.StepAction;
import dev.godwit.operator.resource.SpecHash;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Where a migration waits for a person, a window or a delay, and what never waits for them. */
class GatesTest {

  private static final String APPROVAL = "approval-before-switch";
  private static final String WINDOW = "window-before-switch";

  /** Open from 02:00 to 06:00; migrations begin at midnight, and monitor for ten minutes. */
  private static final Gate.Window AT_TWO = new Gate.Window("0 2 * * *", "4h", "UTC");

  private static final Instant OPENS = Instant.parse("2026-01-01T02:00:00Z");
  private static final Instant CLOSES = Instant.parse("2026-01-01T06:00:00Z");

  private final ServiceFixture orders = ServiceFixture.named("orders");
  private final MigrationFixture migration = MigrationFixture.of(orders);

  private static Gate approval(OnTimeout onTimeout, boolean separation) {
    return new Gate(new Gate.Approval("go-live", "24h", onTimeout, separation), null, null);
  }

  private static Gate window() {
    return new Gate(null, AT_TWO, null);
  }

  private static Gates beforeSwitch(Gate gate) {
    return new Gates(gate, null, null);
  }

  private String planHash() {
    return SpecHash.ofPlan(ServiceFixture.MAKER.uid(), SpecHash.of(migration.spec()));
  }

  private MigrationApproval answer(String by, ApprovalDecision decision) {
    return answer("answer-of-" + by, "go-live", by, decision, planHash());
  }

  private MigrationApproval answer(
      String name, String gate, String by, ApprovalDecision decision, String planHash) {
    MigrationApproval answer = new MigrationApproval();
    answer.setMetadata(
        new ObjectMetaBuilder()
            .withName(name)
            .withUid("uid-of-" + name)
            .withCreationTimestamp(migration.now().toString())
            .build());
    answer.setSpec(
        new MigrationApprovalSpec(
            MigrationKind.MIGRATION,
            ServiceFixture.MAKER.migration(),
            gate,
            decision,
            "looks\n good",
            planHash,
            by));
    return answer;
  }

  /** Takes the services as far as that nothing but the gate is in the way. */
  private void untilGate() {
    orders.held();
    migration.decide();
    orders.green(3, 3);
    migration.decide();
  }

  private StepState state(String step) {
    return migration.entry(step).state();
  }

  private static List<String> stepsOf(Decision decision) {
    return decision.actions().stream().map(StepAction::step).toList();
  }

  @Test
  void nothingIsSwitchedBeforeAPersonHasSaidYes() {
    migration.gates(beforeSwitch(approval(OnTimeout.FAIL, false)));
    untilGate();

    Decision waiting = migration.after(Duration.ofHours(23)).decide();

    assertThat(state(APPROVAL)).isEqualTo(StepState.RUNNING);
    assertThat(state("orders/switch")).isEqualTo(StepState.PENDING);
    assertThat(waiting.actions()).isEmpty();
    assertThat(waiting.recheck()).contains(MigrationFixture.START.plus(Duration.ofHours(24)));
  }

  @Test
  void theGateSaysWhatToApplyUntilWhenAndWhatHappensThen() {
    migration.gates(beforeSwitch(approval(OnTimeout.FAIL, true))).createdBy("alice");
    untilGate();

    assertThat(migration.entry(APPROVAL).message())
        .contains(
            "migration: shop-2-0",
            "gate: go-live",
            "planHash: " + planHash(),
            "by somebody other than alice",
            "until 2026-01-02T00:00:00Z",
            "the migration fails");
  }

  @Test
  void aYesOpensTheGateAndTheJournalSaysWhoWhenAndWhy() {
    migration.gates(beforeSwitch(approval(OnTimeout.FAIL, false)));
    untilGate();

    Decision decision = migration.answered(answer("bob", ApprovalDecision.APPROVE)).decide();

    assertThat(stepsOf(decision)).containsExactly("orders/switch");
    assertThat(migration.entry(APPROVAL).message())
        .isEqualTo(
            "approved by bob at 2026-01-01T00:00:00Z with MigrationApproval answer-of-bob:"
                + " looks good");
  }

  @Test
  void whatWasAnsweredStaysInTheJournalOnTheWayBack() {
    migration.gates(beforeSwitch(approval(OnTimeout.FAIL, false)));
    untilGate();
    migration.answered(answer("bob", ApprovalDecision.DENY)).decide();

    assertThat(state(APPROVAL)).isEqualTo(StepState.UNDONE);
    assertThat(migration.entry(APPROVAL).message()).contains("denied by bob");
  }

  @Test
  void aYesThatIsDeletedAfterwardsStands() {
    migration.gates(beforeSwitch(approval(OnTimeout.FAIL, false)));
    untilGate();
    migration.answered(answer("bob", ApprovalDecision.APPROVE)).decide();

    Decision decision = migration.withoutAnswers().after(Duration.ofDays(2)).decide();

    assertThat(state(APPROVAL)).isEqualTo(StepState.DONE);
    assertThat(stepsOf(decision)).containsExactly("orders/switch");
  }

  @Test
  void aYesForAnotherPlanOrAnotherGateDoesNotCountAndIsNamed() {
    migration.gates(beforeSwitch(approval(OnTimeout.FAIL, false)));
    untilGate();
    String another = "0123456789abcdef";
    migration
        .answered(answer("old", "go-live", "bob", ApprovalDecision.APPROVE, another))
        .answered(answer("elsewhere", "clean", "bob", ApprovalDecision.APPROVE, planHash()))
        .decide();

    assertThat(state(APPROVAL)).isEqualTo(StepState.RUNNING);
    assertThat(migration.entry(APPROVAL).message())
        .contains("MigrationApproval old does not count: it was given for plan " + another);
  }

  @Test
  void aYesThatIsBeingDeletedDoesNotCount() {
    migration.gates(beforeSwitch(approval(OnTimeout.FAIL, false)));
    untilGate();
    MigrationApproval going = answer("bob", ApprovalDecision.APPROVE);
    going.getMetadata().setDeletionTimestamp(migration.now().toString());

    migration.answered(going).decide();

    assertThat(state(APPROVAL)).isEqualTo(StepState.RUNNING);
    assertThat(migration.entry(APPROVAL).message()).contains("it is being deleted");
  }

  @Test
  void anEarlierMigrationOfTheSameNameAndSpecificationHasAnotherPlan() {
    migration.gates(beforeSwitch(approval(OnTimeout.FAIL, false)));
    untilGate();
    String before = SpecHash.ofPlan("uid-of-another", SpecHash.of(migration.spec()));

    migration.answered(answer("old", "go-live", "bob", ApprovalDecision.APPROVE, before)).decide();

    assertThat(state(APPROVAL)).isEqualTo(StepState.RUNNING);
  }

  @Test
  void withSeparationOfDutiesTheCreatorsOwnWordCountsNeitherWay() {
    migration.gates(beforeSwitch(approval(OnTimeout.FAIL, true))).createdBy("alice");
    untilGate();
    migration
        .answered(answer("alice", ApprovalDecision.APPROVE))
        .answered(answer("a2", "go-live", "alice", ApprovalDecision.DENY, planHash()))
        .decide();
    assertThat(state(APPROVAL)).isEqualTo(StepState.RUNNING);
    assertThat(migration.entry(APPROVAL).message()).contains("alice has created the Migration");

    migration.answered(answer("bob", ApprovalDecision.APPROVE)).decide();
    assertThat(state(APPROVAL)).isEqualTo(StepState.DONE);
  }

  @Test
  void aNoBeatsAYesThatCameBeforeIt() {
    migration.gates(beforeSwitch(approval(OnTimeout.PROCEED, false)));
    untilGate();
    migration.answered(answer("bob", ApprovalDecision.APPROVE));
    migration.answered(answer("carol", ApprovalDecision.DENY));

    migration.after(Duration.ofMinutes(1)).decide();

    assertThat(migration.journal().direction()).isEqualTo(Direction.BACKWARD);
    assertThat(migration.journal().failure().map(Failure::reason)).contains("ApprovalDenied");
    assertThat(migration.journal().failure().orElseThrow().message())
        .contains("go-live was denied by carol", "looks good");
  }

  @Test
  void aNoGoesTheWayOfOnFailureAndIsInTheWayForAsLongAsItIsThere() {
    migration.gates(beforeSwitch(approval(OnTimeout.FAIL, false))).onFailure(OnFailure.PAUSE);
    untilGate();
    migration.answered(answer("carol", ApprovalDecision.DENY)).decide();
    assertThat(migration.journal().direction()).isEqualTo(Direction.FORWARD);
    assertThat(migration.journal().failure()).isPresent();

    migration.paused(true).decide();
    migration.paused(false).decide();
    assertThat(migration.journal().failure()).isPresent();

    migration.withoutAnswers().paused(true).decide();
    migration.paused(false).decide();
    assertThat(migration.journal().failure()).isEmpty();
    assertThat(state(APPROVAL)).isEqualTo(StepState.RUNNING);
  }

  @Test
  void nobodysAnswerFailsTheMigrationOrLetsItPassAsItSays() {
    migration.gates(beforeSwitch(approval(OnTimeout.FAIL, false)));
    untilGate();
    migration.after(Duration.ofHours(24)).decide();
    assertThat(migration.journal().failure().map(Failure::reason)).contains("ApprovalTimedOut");

    MigrationFixture other =
        MigrationFixture.of(orders).gates(beforeSwitch(approval(OnTimeout.PROCEED, false)));
    other.decide();
    other.after(Duration.ofHours(24)).decide();
    assertThat(other.entry(APPROVAL).state()).isEqualTo(StepState.DONE);
    assertThat(other.entry(APPROVAL).message()).contains("nobody has answered within 24h");
  }

  @Test
  void aYesThatWasGivenInTimeCountsThoughTheOperatorWasAway() {
    migration.gates(beforeSwitch(approval(OnTimeout.FAIL, false)));
    untilGate();
    migration.after(Duration.ofHours(23)).answered(answer("bob", ApprovalDecision.APPROVE));

    migration.after(Duration.ofDays(2)).decide();

    assertThat(state(APPROVAL)).isEqualTo(StepState.DONE);
  }

  @Test
  void aYesThatCameTooLateDoesNotCountThoughTheOperatorWasAwayMeanwhile() {
    migration.gates(beforeSwitch(approval(OnTimeout.FAIL, false)));
    untilGate();
    migration.after(Duration.ofHours(25)).answered(answer("bob", ApprovalDecision.APPROVE));

    migration.decide();

    assertThat(migration.journal().failure().map(Failure::reason)).contains("ApprovalTimedOut");
  }

  @Test
  void nobodyIsCalledSilentBeforeTheAnswersAreKnown() {
    migration.gates(beforeSwitch(approval(OnTimeout.FAIL, false)));
    untilGate();
    migration.after(Duration.ofHours(1)).answered(answer("bob", ApprovalDecision.APPROVE));

    migration.answersKnown(false).after(Duration.ofDays(2)).decide();
    assertThat(state(APPROVAL)).isEqualTo(StepState.RUNNING);

    migration.answersKnown(true).decide();
    assertThat(state(APPROVAL)).isEqualTo(StepState.DONE);
  }

  @Test
  void aWaitingMigrationGoesBackAtOnceAndNoGateHoldsItUp() {
    migration.gates(
        new Gates(new Gate(approval(OnTimeout.FAIL, false).approval(), AT_TWO, "1h"), null, null));
    untilGate();
    migration.after(Duration.ofHours(1)).decide();
    assertThat(state(APPROVAL)).isEqualTo(StepState.RUNNING);

    Decision decision = migration.aborted().decide();

    assertThat(state(APPROVAL)).isEqualTo(StepState.UNDONE);
    assertThat(stepsOf(decision)).contains("orders/deploy");
  }

  @Test
  void guardsStayOnWhileAPersonIsWaitedFor() {
    migration.gates(beforeSwitch(approval(OnTimeout.FAIL, false)));
    untilGate();

    orders.withoutGreen();
    migration.after(Duration.ofMinutes(5)).decide();

    assertThat(migration.journal().direction()).isEqualTo(Direction.BACKWARD);
    assertThat(migration.journal().failure().map(Failure::reason)).contains("GreenDeleted");
  }

  @Test
  void delayThenApprovalThenWindowThenTheSwitch() {
    migration.gates(
        new Gates(new Gate(approval(OnTimeout.FAIL, false).approval(), AT_TWO, "1h"), null, null));

    assertThat(migration.plan().steps().map(Step::name))
        .containsSubsequence(
            "orders/deploy", "delay-before-switch", APPROVAL, WINDOW, "orders/switch", "monitor");
  }

  @Test
  void theDelayIsWaitedFor() {
    migration.gates(beforeSwitch(new Gate(null, null, "1h")));
    untilGate();

    Decision waiting = migration.after(Duration.ofMinutes(59)).decide();
    assertThat(state("delay-before-switch")).isEqualTo(StepState.RUNNING);
    assertThat(state("orders/switch")).isEqualTo(StepState.PENDING);
    assertThat(waiting.actions()).isEmpty();
    assertThat(waiting.recheck()).contains(MigrationFixture.START.plus(Duration.ofHours(1)));

    Decision over = migration.after(Duration.ofMinutes(1)).decide();
    assertThat(state("delay-before-switch")).isEqualTo(StepState.DONE);
    assertThat(stepsOf(over)).containsExactly("orders/switch");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          0 0 30 2 * | UTC         | 0 0 30 2 * never comes again
          0 2 * * *  | Europe/Bonn | 0 2 * * *, Europe/Bonn: there is no time zone Europe/Bonn
          """)
  void aWindowThatNeverOpensFailsTheMigrationInsteadOfBeingWaitedForForever(
      String schedule, String zone, String message) {
    migration.gates(beforeSwitch(new Gate(null, new Gate.Window(schedule, "4h", zone), null)));
    untilGate();

    assertThat(migration.journal().failure().map(Failure::reason)).contains("WindowNeverOpens");
    assertThat(migration.journal().failure().orElseThrow().message()).endsWith(message);
    assertThat(migration.journal().direction()).isEqualTo(Direction.BACKWARD);
    assertThat(migration.journal().wasBegun("orders/switch")).isFalse();
  }

  @Test
  void theSwitchBeginsWhenTheWindowOpensAndNotBefore() {
    migration.gates(beforeSwitch(window()));
    untilGate();
    Decision waiting = migration.after(Duration.ofMinutes(119)).decide();
    assertThat(waiting.actions()).isEmpty();
    assertThat(waiting.recheck()).contains(OPENS);
    assertThat(migration.entry(WINDOW).message()).contains("to open at 2026-01-01T02:00Z");

    Decision open = migration.after(Duration.ofMinutes(1)).decide();

    assertThat(stepsOf(open)).containsExactly("orders/switch");
  }

  @Test
  void whatRemainsOfTheWindowMustBeEnoughForMonitor() {
    migration.gates(beforeSwitch(new Gate(null, AT_TWO, "21001s")));
    untilGate();

    Decision late = migration.after(Duration.ofSeconds(21_001)).decide();

    assertThat(late.actions()).isEmpty();
    assertThat(late.recheck()).contains(CLOSES);
    assertThat(migration.entry(WINDOW).message())
        .contains("until 2026-01-01T06:00Z is less than monitor", "opens at 2026-01-02T02:00Z");
  }

  @Test
  void exactlyEnoughOfTheWindowIsEnough() {
    migration.gates(beforeSwitch(new Gate(null, AT_TWO, "350m")));
    untilGate();

    Decision inTime = migration.after(Duration.ofMinutes(350)).decide();

    assertThat(stepsOf(inTime)).containsExactly("orders/switch");
  }

  @Test
  void aSwitchThatWasRecordedAndNotWrittenWaitsForTheNextWindow() {
    migration.gates(beforeSwitch(window()));
    untilGate();
    migration.after(Duration.ofHours(2)).decide();
    assertThat(state("orders/switch")).isEqualTo(StepState.RUNNING);

    // The operator was away between the record and the write.
    Decision after = migration.after(Duration.ofHours(4)).decide();
    assertThat(after.actions()).isEmpty();
    assertThat(state(WINDOW)).isEqualTo(StepState.RUNNING);

    Decision next = migration.after(Duration.ofHours(20)).decide();
    assertThat(stepsOf(next)).containsExactly("orders/switch");
  }

  /** Green has grown, which nobody notices: traffic moves inside of a window. */
  @Test
  void whatHasGrownBehindAWindowThatHasClosedWaitsForTheNextOne() {
    ServiceFixture users = ServiceFixture.named("users").held().green(3, 3);
    orders.held().green(3, 3);
    MigrationFixture both = MigrationFixture.of(orders, users).gates(beforeSwitch(window()));
    both.decide();
    users.blueHas(5, 5);
    Decision growing = both.after(Duration.ofHours(2)).decide();
    assertThat(stepsOf(growing)).containsExactly("grow");
    users.green(5, 4);

    Decision after = both.after(Duration.ofHours(4)).decide();
    users.green(5, 5);
    Decision closed = both.decide();
    assertThat(after.actions()).isEmpty();
    assertThat(closed.actions()).isEmpty();
    assertThat(both.entry(WINDOW).state()).isEqualTo(StepState.RUNNING);
    assertThat(both.entry("grow").state()).isEqualTo(StepState.PENDING);

    Decision next = both.after(Duration.ofHours(20)).decide();
    assertThat(stepsOf(next)).containsExactlyInAnyOrder("orders/switch", "users/switch");
  }

  @Test
  void aSwitchThatHasBegunIsFinishedThoughTheWindowHasClosed() {
    migration.gates(beforeSwitch(new Gate(null, AT_TWO, "350m")));
    untilGate();
    migration.after(Duration.ofMinutes(350)).decide();
    orders.selectsGreen();

    migration.after(Duration.ofSeconds(30)).decide();

    assertThat(state(WINDOW)).isEqualTo(StepState.DONE);
    assertThat(migration.entry(WINDOW).attempt()).isEqualTo(1);
    assertThat(state("orders/switch")).isEqualTo(StepState.RUNNING);
  }

  /** Green has had the traffic: to leave it there is what the window was for. */
  @Test
  void aSwitchThatSomebodyTakesBackWhileItIsMonitoredIsDoneAgainOutsideOfTheWindow() {
    migration.gates(beforeSwitch(new Gate(null, AT_TWO, "349m")));
    untilGate();
    migration.after(Duration.ofMinutes(349)).decide();
    orders.servesFromGreen();
    migration.decide();
    assertThat(state("monitor")).isEqualTo(StepState.RUNNING);

    orders.selectsBlue();
    migration.after(Duration.ofMinutes(2)).decide();

    assertThat(state("orders/switch")).isEqualTo(StepState.RUNNING);
    assertThat(state(WINDOW)).isEqualTo(StepState.DONE);
  }

  @Test
  void aWriteThatArrivesAfterTheWindowHasClosedCountsAsBegun() {
    migration.gates(beforeSwitch(window()));
    untilGate();
    migration.after(Duration.ofHours(2)).decide();
    migration.after(Duration.ofHours(4)).decide();
    assertThat(state(WINDOW)).isEqualTo(StepState.RUNNING);

    orders.servesFromGreen();
    migration.after(Duration.ofSeconds(30)).decide();

    assertThat(state(WINDOW)).isEqualTo(StepState.DONE);
    assertThat(state("monitor")).isEqualTo(StepState.RUNNING);
  }

  @Test
  void aSwitchThatSomebodyHasTakenBackIsDoneAgainWhateverTheTimeIs() {
    migration.gates(beforeSwitch(new Gate(null, AT_TWO, "350m")));
    untilGate();
    migration.after(Duration.ofMinutes(350)).decide();
    orders.servesFromGreen();
    migration.decide();
    assertThat(state("monitor")).isEqualTo(StepState.RUNNING);

    orders.selectsBlue().reachesBlue(3);
    migration.after(Duration.ofMinutes(5)).decide();

    assertThat(state(WINDOW)).isEqualTo(StepState.DONE);
    assertThat(migration.entry(WINDOW).attempt()).isEqualTo(1);
    assertThat(state("orders/switch")).isEqualTo(StepState.RUNNING);
  }

  @Test
  void aMigrationThatIsPausedBehindAWindowDoesNotSwitchWhenItIsResumedOutsideOfIt() {
    migration.gates(beforeSwitch(window()));
    orders.held();
    migration.decide();
    orders.green(3, 3);
    migration.decide();
    migration.paused(true).after(Duration.ofHours(2)).decide();
    assertThat(state("orders/switch")).isEqualTo(StepState.PENDING);

    migration.paused(false).after(Duration.ofHours(5));

    assertThat(migration.decide().actions()).isEmpty();
    assertThat(state("orders/switch")).isEqualTo(StepState.PENDING);
  }

  @Test
  void aPausedMigrationDoesNotGoOnWithARecordedSwitchWhenTheNextWindowOpens() {
    migration.gates(beforeSwitch(window()));
    untilGate();
    migration.after(Duration.ofHours(2)).decide();
    migration.after(Duration.ofHours(4)).decide();

    Decision paused = migration.paused(true).after(Duration.ofHours(20)).decide();
    assertThat(paused.actions()).isEmpty();
    assertThat(state(WINDOW)).isEqualTo(StepState.RUNNING);

    assertThat(stepsOf(migration.paused(false).decide())).containsExactly("orders/switch");
  }

  @Test
  void inRollingEachTurnHasAGateOfItsOwnAndTheFirstHasNoneBefore() {
    ServiceFixture users = ServiceFixture.named("users");
    MigrationFixture rolling = MigrationFixture.of(orders, users).rolling(1);
    Gate next = new Gate(new Gate.Approval("next", "1h", OnTimeout.FAIL, false), null, null);
    rolling.gates(new Gates(approval(OnTimeout.FAIL, false), next, next("clean")));

    assertThat(rolling.plan().steps().map(Step::name))
        .containsSubsequence(
            "orders/deploy",
            "approval-before-switch-1",
            "orders/switch",
            "orders/monitor",
            "pause-1",
            "approval-between-services-2",
            "users/snapshot",
            "users/deploy",
            "approval-before-switch-2",
            "users/switch",
            "users/monitor",
            "stability",
            "approval-before-cleanup",
            "drain-blue",
            "orders/upgrade")
        .doesNotContain("approval-between-services-1");
  }

  private static Gate next(String name) {
    return new Gate(new Gate.Approval(name, "1h", OnTimeout.FAIL, false), null, null);
  }

  @Test
  void inRollingTheGateOfATurnIsNamedByItsNumber() {
    MigrationFixture rolling =
        MigrationFixture.of(orders).rolling(1).gates(beforeSwitch(approval(OnTimeout.FAIL, false)));
    rolling.decide();
    orders.held();
    rolling.decide();
    orders.green(3, 3);
    rolling.decide();

    assertThat(rolling.entry("approval-before-switch-1").message()).contains("gate: go-live-1");
  }

  @Test
  void theCleanUpWaitsWhileThereIsStillAWayBack() {
    migration.gates(new Gates(null, null, next("clean")));
    migration.untilCleanup();
    assertThat(state("approval-before-cleanup")).isEqualTo(StepState.RUNNING);
    assertThat(Planner.isPastPointOfNoReturn(migration.plan(), migration.journal())).isFalse();

    Decision decision = migration.aborted().decide();

    assertThat(stepsOf(decision)).contains("orders/switch");
  }
}
