package dev.godwit.operator.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.godwit.api.v1alpha1.Cleanup;
import dev.godwit.api.v1alpha1.Direction;
import dev.godwit.api.v1alpha1.OnFailure;
import dev.godwit.api.v1alpha1.OnUndoFailure;
import dev.godwit.api.v1alpha1.StepState;
import dev.godwit.operator.plan.Decision.StepAction;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What the planner itself sees to, whatever the steps are. */
class PlannerTest {

  private final ServiceFixture orders = ServiceFixture.named("orders");
  private final MigrationFixture migration = MigrationFixture.of(orders);

  @Test
  void everyReadyPodOfGreenIsAskedThoughItsServiceDoesNotListThemAllYet() {
    MigrationFixture tested = MigrationFixture.of(orders).smokeTest("home");
    orders.held();
    tested.decide();
    orders.green(3, 3).previewLists(1);

    assertThat(tested.decide().actions())
        .extracting(Decision.StepAction::action)
        .singleElement()
        .isInstanceOfSatisfying(
            Action.RunCheck.class, run -> assertThat(run.request().addresses()).hasSize(3));
  }

  @Test
  void aStepIsRecordedAsBegunInTheDecisionThatAsksForItsFirstWrite() {
    Decision decision = migration.decide();

    assertThat(decision.actions()).isNotEmpty();
    assertThat(decision.journal().entry("orders/snapshot"))
        .satisfies(
            entry -> {
              assertThat(entry.state()).isEqualTo(StepState.RUNNING);
              assertThat(entry.startedAt()).contains(MigrationFixture.START);
              assertThat(entry.preImage().images())
                  .containsEntry("main", "registry.example/orders:1.9");
            });
  }

  @ParameterizedTest
  @EnumSource(Cleanup.class)
  void noActionIsEverInADecisionWhoseJournalHasItsStepNeitherRunningNorUndoing(Cleanup cleanup) {
    migration.cleanup(cleanup);
    Stream<Decision> decisions =
        Stream.of(
            migration.decide(),
            migration.untilMonitoring().peek(),
            migration.untilCleanup().peek(),
            migration.aborted().decide());

    assertThat(decisions)
        .allSatisfy(
            decision ->
                assertThat(decision.actions())
                    .extracting(action -> decision.journal().entry(action.step()).state())
                    .allMatch(state -> state == StepState.RUNNING || state == StepState.UNDOING));
  }

  @Test
  void aDecisionWithNothingToDoHasTheSameJournalAndNoActions() {
    migration.untilMonitoring();

    Decision idle = migration.after(Duration.ofMinutes(1)).peek();

    assertThat(idle.journal()).isEqualTo(migration.journal());
    assertThat(idle.actions()).isEmpty();
    assertThat(idle.recheck()).contains(migration.entry("monitor").since().plusSeconds(600));
  }

  @Test
  void aWaitEndsByTheTimeInTheJournalAloneHoweverOftenItWasLookedAt() {
    migration.untilMonitoring();
    for (int minute = 1; minute < 10; minute++) {
      migration.after(Duration.ofMinutes(1)).decide();
      assertThat(migration.entry("monitor").state()).isEqualTo(StepState.RUNNING);
    }

    migration.after(Duration.ofMinutes(1)).decide();

    assertThat(migration.entry("monitor").state()).isEqualTo(StepState.DONE);
  }

  @Test
  void severalStagesArePassedInOneDecisionWhereNothingHasToBeWaitedFor() {
    orders.held().green(3, 3);
    migration.decide();

    assertThat(migration.steps(StepState.DONE)).containsExactly("orders/snapshot", "orders/deploy");
    assertThat(migration.entry("orders/switch").state()).isEqualTo(StepState.RUNNING);
  }

  @Test
  void aStageDoesNotBeginBeforeAllStepsOfTheOneBeforeAreDone() {
    ServiceFixture users = ServiceFixture.named("users").held();
    MigrationFixture both = MigrationFixture.of(orders, users);

    both.decide();

    assertThat(both.entry("users/snapshot").state()).isEqualTo(StepState.DONE);
    assertThat(both.entry("orders/snapshot").state()).isEqualTo(StepState.RUNNING);
    assertThat(both.entry("users/deploy").state()).isEqualTo(StepState.PENDING);
  }

  @Test
  void stepsAreNotAskedBeforeTheyAreShownWhatTheyNeed() {
    orders.held();

    Decision decision = migration.shown().decide();

    assertThat(migration.entry("orders/deploy").state()).isEqualTo(StepState.PENDING);
    assertThat(decision.actions()).isEmpty();
    assertThat(decision.recheck()).contains(migration.now());
    assertThat(Planner.needs(migration.plan(), migration.journal()))
        .contains(Need.NEW_TEMPLATE, Need.TWINS);
  }

  @Test
  void aServiceIsNotBegunBeforeItIsLookedAt() {
    Decision decision = migration.unseen("orders").decide();

    assertThat(migration.entry("orders/snapshot").state()).isEqualTo(StepState.PENDING);
    assertThat(decision.actions()).isEmpty();
    assertThat(decision.recheck()).contains(migration.now());
  }

  @Test
  void aFailureTurnsRoundInTheSameDecision() {
    migration.smokeTest("home");
    orders.held().green(3, 3);
    migration.decide();

    Decision decision = migration.checkEnded("orders/smoke-tests/home#1", false).decide();

    assertThat(decision.journal().direction()).isEqualTo(Direction.BACKWARD);
    assertThat(decision.journal().failure().orElseThrow().reason()).isEqualTo("CheckFailed");
    assertThat(decision.journal().entry("orders/deploy").state()).isEqualTo(StepState.UNDOING);
    assertThat(decision.actions())
        .extracting(StepAction::action)
        .allMatch(Action.Delete.class::isInstance);
  }

  @Test
  void actionsOfAWayForwardThatFailsInTheSameDecisionAreNotDone() {
    ServiceFixture users = ServiceFixture.named("users").held().green(3, 3);
    MigrationFixture both = MigrationFixture.of(orders.held(), users);
    both.rejected("users/deploy", "denied by a webhook");

    Decision decision = both.decide();

    assertThat(decision.journal().direction()).isEqualTo(Direction.BACKWARD);
    assertThat(decision.actions())
        .extracting(StepAction::action)
        .noneMatch(Action.Create.class::isInstance);
  }

  @Test
  void allFailuresOfAStageAreNamed() {
    ServiceFixture users = ServiceFixture.named("users").held().green(3, 3);
    MigrationFixture both = MigrationFixture.of(orders.held().green(3, 3), users).smokeTest("home");
    both.decide();
    both.checkEnded("orders/smoke-tests/home#1", false);
    both.checkEnded("users/smoke-tests/home#1", false);

    both.decide();

    assertThat(both.journal().failure().orElseThrow().message())
        .contains("orders/smoke-tests")
        .contains("users/smoke-tests");
  }

  @Test
  void whatTheServerRefusesForGoodFailsTheStepWithWhatItSaid() {
    migration.rejected("orders/snapshot", "Deployment orders: denied by a webhook");

    migration.decide();

    assertThat(migration.journal().failure().orElseThrow())
        .satisfies(
            failure -> {
              assertThat(failure.reason()).isEqualTo("Rejected");
              assertThat(failure.message()).contains("denied by a webhook");
            });
  }

  @Test
  void undoRunsInReverseOrderStageByStage() {
    ServiceFixture users = ServiceFixture.named("users");
    ServiceFixture shop = ServiceFixture.named("shop", "users");
    MigrationFixture both = MigrationFixture.of(shop, users).untilMonitoring().aborted();

    both.decide();
    assertThat(both.steps(StepState.UNDOING)).containsExactly("shop/switch");

    shop.selectsBlue().reachesBlue(3);
    both.decide();
    assertThat(both.steps(StepState.UNDOING)).containsExactly("users/switch");

    users.selectsBlue().reachesBlue(3);
    both.decide();
    assertThat(both.steps(StepState.UNDOING))
        .containsExactlyInAnyOrder("shop/deploy", "users/deploy");
  }

  @Test
  void undoNeverTouchesStepsThatWereNotBegun() {
    orders.held();
    migration.decide();

    migration.aborted().decide();

    assertThat(migration.steps(StepState.PENDING)).contains("orders/switch", "monitor");
    assertThat(migration.steps(StepState.UNDONE)).contains("orders/deploy");
  }

  @Test
  void aMigrationThatIsTakenBackIsCompleteAndHasNothingToDoAnyMore() {
    migration.decide();
    migration.aborted().decide();

    assertThat(migration.journal().completed()).isPresent();
    assertThat(migration.peek().actions()).isEmpty();
    assertThat(migration.peek().recheck()).isEmpty();
  }

  @Test
  void anUndoThatCannotGoOnIsTriedAgainForAsLongAsItTakes() {
    migration.untilMonitoring();
    orders.withoutBlue();
    migration.aborted();

    Decision decision = migration.decide();

    assertThat(migration.entry("orders/switch").state()).isEqualTo(StepState.UNDO_FAILED);
    assertThat(migration.entry("orders/switch").message()).contains("stays on green");
    assertThat(migration.isStuck()).isTrue();
    assertThat(decision.recheck()).contains(migration.now().plusSeconds(10));
    assertThat(migration.after(Duration.ofDays(1)).peek().journal()).isEqualTo(migration.journal());
  }

  @Test
  void aServiceThatCannotBeTakenBackDoesNotKeepTheOthersFromGoingBack() {
    ServiceFixture users = ServiceFixture.named("users");
    ServiceFixture shop = ServiceFixture.named("shop", "users");
    MigrationFixture both = MigrationFixture.of(shop, users).untilMonitoring();
    shop.withoutBlue();

    both.aborted().decide();
    assertThat(both.entry("shop/switch").state()).isEqualTo(StepState.UNDO_FAILED);
    assertThat(both.entry("users/switch").state()).isEqualTo(StepState.UNDOING);
    assertThat(both.isStuck()).isFalse();

    users.selectsBlue().reachesBlue(3);
    both.decide();
    both.after(Duration.ofSeconds(30)).decide();
    assertThat(both.entry("users/deploy").state()).isEqualTo(StepState.UNDOING);
    users.withoutGreen().withoutPreview();
    both.decide();

    assertThat(both.steps(StepState.UNDONE)).contains("users/switch", "users/deploy");
    assertThat(both.entry("users/snapshot").state()).isEqualTo(StepState.UNDOING);
    users.holder("another");
    both.decide();
    assertThat(both.entry("users/snapshot").state()).isEqualTo(StepState.UNDONE);
    assertThat(both.entry("shop/deploy").state())
        .as("green serves: it is not removed")
        .isEqualTo(StepState.DONE);
    assertThat(both.isStuck()).isTrue();
    assertThat(both.journal().completed()).isEmpty();
  }

  @Test
  void aBlueWithoutAReadyPodKeepsTheOthersForAMinuteOnly() {
    ServiceFixture users = ServiceFixture.named("users");
    ServiceFixture shop = ServiceFixture.named("shop", "users");
    MigrationFixture both = MigrationFixture.of(shop, users).untilMonitoring();
    shop.blueHas(3, 0);

    both.aborted().decide();
    both.after(Duration.ofMinutes(1).minusMillis(1)).decide();
    assertThat(both.entry("shop/switch").state()).isEqualTo(StepState.UNDOING);
    assertThat(both.entry("users/switch").state()).isEqualTo(StepState.DONE);

    both.after(Duration.ofMillis(1)).decide();
    assertThat(both.entry("shop/switch").state()).isEqualTo(StepState.UNDO_FAILED);
    assertThat(both.entry("users/switch").state()).isEqualTo(StepState.UNDOING);

    shop.blueHas(3, 3);
    assertThat(both.decide().actions())
        .extracting(StepAction::step)
        .as("it goes back as soon as it can")
        .contains("shop/switch");
  }

  @Test
  void aServiceThatWasStuckIsTakenBackWhenItCanBe() {
    ServiceFixture users = ServiceFixture.named("users");
    ServiceFixture shop = ServiceFixture.named("shop", "users");
    MigrationFixture both = MigrationFixture.of(shop, users).untilMonitoring();
    shop.withoutBlue();
    both.aborted().decide();

    shop.createdAgain().selectsBlue().reachesBlue(3);
    both.decide();

    assertThat(both.entry("shop/switch").state()).isEqualTo(StepState.UNDONE);
    assertThat(both.isStuck()).isFalse();
  }

  @Test
  void withStopNothingElseGoesBackBeforeTheServiceThatCannot() {
    ServiceFixture users = ServiceFixture.named("users");
    ServiceFixture shop = ServiceFixture.named("shop", "users");
    MigrationFixture both =
        MigrationFixture.of(shop, users).onUndoFailure(OnUndoFailure.STOP).untilMonitoring();
    shop.withoutBlue();

    both.aborted().decide();

    assertThat(both.entry("shop/switch").state()).isEqualTo(StepState.UNDO_FAILED);
    assertThat(both.entry("users/switch").state()).isEqualTo(StepState.DONE);
    assertThat(both.isStuck()).isTrue();
  }

  @Test
  void nothingBeginsWhileThePersonPauses() {
    orders.held().green(3, 3);
    migration.paused(true);

    Decision decision = migration.decide();

    assertThat(decision.actions()).isEmpty();
    assertThat(migration.steps(StepState.PENDING)).hasSameSizeAs(migration.journal().entries());
  }

  @Test
  void aStageThatHasBegunIsFinishedWhilePaused() {
    migration.decide();
    orders.held();

    migration.paused(true).decide();

    assertThat(migration.entry("orders/snapshot").state()).isEqualTo(StepState.DONE);
    assertThat(migration.entry("orders/deploy").state()).isEqualTo(StepState.PENDING);
  }

  @Test
  void guardsStillTripWhilePaused() {
    migration.untilMonitoring();
    orders.greenPods(List.of(orders.crashingGreenPod()));

    migration.paused(true).decide();

    assertThat(migration.journal().direction()).isEqualTo(Direction.BACKWARD);
    assertThat(migration.journal().failure().orElseThrow().reason()).isEqualTo("PodsUnhealthy");
  }

  @Test
  void aRollbackIsNotHeldByAPause() {
    migration.untilMonitoring();

    Decision decision = migration.paused(true).aborted().decide();

    assertThat(decision.actions()).extracting(StepAction::step).containsExactly("orders/switch");
    assertThat(migration.entry("orders/switch").state()).isEqualTo(StepState.UNDOING);
  }

  @Test
  void abortGoesBackBeforeThePointOfNoReturn() {
    migration.untilMonitoring().aborted().decide();

    assertThat(migration.journal().direction()).isEqualTo(Direction.BACKWARD);
    assertThat(migration.journal().failure().orElseThrow().reason()).isEqualTo("Aborted");
  }

  @Test
  void deletionGoesBackBeforeThePointOfNoReturn() {
    migration.untilMonitoring().deleted().decide();

    assertThat(migration.journal().failure().orElseThrow().reason()).isEqualTo("Deleted");
    assertThat(migration.journal().direction()).isEqualTo(Direction.BACKWARD);
  }

  @ParameterizedTest
  @EnumSource(
      value = Cleanup.class,
      names = {"REPLACE", "DELETE"})
  void abortAndDeletionChangeNothingAfterThePointOfNoReturn(Cleanup cleanup) {
    migration.cleanup(cleanup).untilCleanup();
    assertThat(Planner.isPastPointOfNoReturn(migration.plan(), migration.journal())).isTrue();

    migration.aborted().deleted().decide();

    assertThat(migration.journal().direction()).isEqualTo(Direction.FORWARD);
    assertThat(migration.journal().failure()).isEmpty();
  }

  @Test
  void abortDuringARollbackChangesNothing() {
    migration.untilMonitoring();
    migration.probeFailed("orders/none", 3);
    orders.withoutPreview();
    migration.decide();
    Journal rollingBack = migration.journal();

    migration.aborted().decide();

    assertThat(migration.journal()).isEqualTo(rollingBack);
  }

  @Test
  void aFailureStopsWhereItIsWhenTheUserWantsThat() {
    migration.onFailure(OnFailure.PAUSE).untilMonitoring();
    orders.withoutPreview();

    Decision decision = migration.decide();

    assertThat(migration.journal().direction()).isEqualTo(Direction.FORWARD);
    assertThat(migration.journal().failure()).isPresent();
    assertThat(decision.actions()).isEmpty();
    assertThat(migration.after(Duration.ofDays(1)).peek().journal()).isEqualTo(migration.journal());
  }

  @Test
  void aStoppedMigrationTriesOnceMoreWhenPausedIsSetAndTakenBack() {
    migration.onFailure(OnFailure.PAUSE);
    migration.rejected("orders/snapshot", "denied").decide();
    assertThat(migration.entry("orders/snapshot").state()).isEqualTo(StepState.FAILED);

    migration.rejectedNothing().paused(true).decide();
    assertThat(migration.journal().failure().orElseThrow().acknowledged()).isTrue();
    assertThat(migration.peek().actions()).isEmpty();

    Decision again = migration.paused(false).decide();
    assertThat(again.journal().failure()).isEmpty();
    assertThat(again.journal().entry("orders/snapshot").state()).isEqualTo(StepState.RUNNING);
    assertThat(again.journal().entry("orders/snapshot").attempt()).isEqualTo(2);
    assertThat(again.actions()).isNotEmpty();
  }

  /** What was watched before somebody has mended something says nothing of afterwards. */
  @Test
  void theWholeTimeIsWatchedAnewWhenWhatHadTrippedIsMended() {
    migration.onFailure(OnFailure.PAUSE).untilMonitoring();
    assertThat(migration.steps(StepState.RUNNING)).containsExactly("monitor");
    Instant begun = migration.entry("monitor").since();
    orders.withoutPreview();
    migration.after(Duration.ofMinutes(9)).decide();
    assertThat(migration.journal().failure()).isPresent();

    migration.paused(true).after(Duration.ofHours(1)).decide();
    orders.green(3, 3);
    migration.paused(false).decide();
    assertThat(migration.journal().failure()).isEmpty();
    assertThat(migration.entry("monitor").since()).isEqualTo(begun.plus(Duration.ofMinutes(69)));

    migration.after(Duration.ofMinutes(9)).decide();
    assertThat(migration.steps(StepState.RUNNING)).containsExactly("monitor");
    migration.after(Duration.ofMinutes(1)).decide();
    assertThat(migration.entry("monitor").state()).isEqualTo(StepState.DONE);
  }

  @Test
  void aPauseFromBeforeTheFailureIsNoWishToTryOnceMore() {
    migration.onFailure(OnFailure.PAUSE).untilMonitoring();
    orders.withoutPreview();

    migration.decide();
    migration.paused(false).decide();

    assertThat(migration.journal().failure()).isPresent();
  }

  @Test
  void aStoppedMigrationCanBeAborted() {
    migration.onFailure(OnFailure.PAUSE).untilMonitoring();
    orders.withoutPreview();
    migration.decide();

    Decision decision = migration.aborted().decide();

    assertThat(decision.journal().direction()).isEqualTo(Direction.BACKWARD);
    assertThat(decision.journal().failure().orElseThrow().reason()).isEqualTo("GreenDeleted");
    assertThat(decision.actions()).extracting(StepAction::step).containsExactly("orders/switch");
  }

  @Test
  void aFailureAfterThePointOfNoReturnStopsAndGoesBackNowhere() {
    migration.untilCleanup();
    orders.withoutBlue();

    migration.decide();

    assertThat(migration.journal().direction()).isEqualTo(Direction.FORWARD);
    assertThat(migration.journal().failure().orElseThrow().reason()).isEqualTo("BlueDeleted");
  }

  @Test
  void probesAreAskedFromTheSwitchOnAndNeverOnTheWayBack() {
    migration.probe("ready");
    orders.held().green(3, 3);
    assertThat(migration.decide().probes()).isEmpty();

    migration.untilMonitoring();
    assertThat(migration.peek().probes())
        .extracting(ProbeRequest::id)
        .containsExactly("orders/ready");

    assertThat(migration.aborted().decide().probes()).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(Cleanup.class)
  void theSameArgumentsGiveTheSameDecision(Cleanup cleanup) {
    migration.cleanup(cleanup).untilMonitoring();

    assertThat(migration.peek()).isEqualTo(migration.peek());
  }

  @Test
  void aWorkloadThatIsCreatedAgainBeforeItWasRecordedIsRecordedWhenItIsTriedOnceMore() {
    migration.onFailure(OnFailure.PAUSE);
    orders.withoutBlue();
    migration.decide();
    assertThat(migration.entry("orders/snapshot").state()).isEqualTo(StepState.FAILED);

    orders.createdAgain();
    migration.paused(true).decide();
    migration.paused(false).decide();
    orders.held();
    migration.decide();

    assertThat(migration.entry("orders/snapshot").state()).isEqualTo(StepState.DONE);
    assertThat(migration.entry("orders/snapshot").preImage().replicas()).isEqualTo(3);
  }

  /** Of two migrations that want the same, each would else get hold of a part of it. */
  @Test
  void whatIsMarkedIsMarkedSideBySideOnceTheWorkloadIs() {
    MigrationFixture both = MigrationFixture.of(ServiceFixture.named("orders"));

    List<Decision.StepAction> actions = both.decide().actions();

    assertThat(actions)
        .hasSize(3)
        .extracting(Decision.StepAction::lane)
        .startsWith(0)
        .doesNotHaveDuplicates();
    assertThat(((Action.Patch) actions.getFirst().action()).seen().getKind())
        .isEqualTo("Deployment");
  }
}
