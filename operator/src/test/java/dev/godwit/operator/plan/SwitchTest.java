package dev.godwit.operator.plan;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.godwit.api.v1alpha1.Direction;
import dev.godwit.api.v1alpha1.StepState;
import dev.godwit.operator.plan.Decision.StepAction;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** When traffic moves, and when it doesn't. */
class SwitchTest {

  private static final Duration DEADLINE = Duration.ofMinutes(10);

  private final ServiceFixture orders = ServiceFixture.named("orders").held().green(3, 3);
  private final MigrationFixture migration = MigrationFixture.of(orders);

  private static List<JsonNode> patches(Decision decision) {
    return decision.actions().stream()
        .map(StepAction::action)
        .filter(Action.Patch.class::isInstance)
        .map(action -> ((Action.Patch) action).change())
        .toList();
  }

  private void beginSwitch() {
    migration.decide();
    assertThat(migration.entry("orders/switch").state()).isEqualTo(StepState.RUNNING);
  }

  @Test
  void trafficMovesWhenGreenHasAsManyReadyPodsAsBlueHasReplicas() {
    Decision decision = migration.decide();

    assertThat(patches(decision))
        .singleElement()
        .satisfies(
            patch ->
                assertThat(patch.at("/spec/selector/app").textValue()).isEqualTo("orders-green"));
    assertThat(migration.entry("orders/switch").preImage().selectors())
        .containsEntry("orders", Map.of("app", "orders"));
  }

  @Test
  void whereSeveralServicesMoveAllGrowBeforeTheFirstOneMoves() {
    ServiceFixture users = ServiceFixture.named("users").held().green(3, 3);
    ServiceFixture gateway = ServiceFixture.named("gateway", "users").held().green(3, 3);
    gateway.blueHas(5, 5);
    MigrationFixture both = MigrationFixture.of(users, gateway);

    assertThat(patches(both.decide()))
        .extracting(patch -> patch.at("/spec/replicas").asInt())
        .containsExactly(5);
    gateway.green(5, 4);
    assertThat(both.decide().actions()).isEmpty();
    assertThat(both.entry("users/switch").state()).isEqualTo(StepState.PENDING);

    gateway.green(5, 5);
    assertThat(patches(both.decide()))
        .extracting(patch -> patch.at("/spec/selector/app").textValue())
        .containsExactly("users-green");
  }

  @Test
  void trafficStaysUntilTheEndpointsOfGreensOwnServiceShowItsPodsToBeKnown() {
    orders.previewLists(2);

    Decision first = migration.decide();
    String message = migration.entry("orders/switch").message();
    orders.previewLists(3);
    Decision then = migration.decide();

    assertThat(first.actions()).isEmpty();
    assertThat(message).contains("Service orders-green to have 3 ready pods, as blue has");
    assertThat(patches(then)).hasSize(1);
  }

  @Test
  void endpointsOfGreensOwnServiceThatNeverShowItsPodsAreNotWaitedForForever() {
    orders.previewLists(2);
    Decision waiting = migration.decide();
    assertThat(waiting.recheck()).contains(migration.now().plus(DEADLINE));

    migration.after(DEADLINE).decide();

    assertThat(migration.journal().direction()).isEqualTo(Direction.BACKWARD);
    assertThat(migration.journal().failure().orElseThrow())
        .satisfies(
            failure -> {
              assertThat(failure.reason()).isEqualTo("DeadlineExceeded");
              assertThat(failure.message())
                  .contains("waited in vain for Service orders-green")
                  .contains("it has 2");
            });
  }

  @Test
  void greenGrowsFirstWhenBlueHasGrownMeanwhile() {
    orders.blueHas(5, 5);

    Decision decision = migration.decide();

    assertThat(patches(decision))
        .singleElement()
        .satisfies(patch -> assertThat(patch.at("/spec/replicas").intValue()).isEqualTo(5));
  }

  @Test
  void greenThatGrowsBeforeTheSwitchIsNotTakenForUnhealthy() {
    orders.blueHas(5, 5);
    migration.decide();
    orders.green(5, 3);

    Decision decision = migration.decide();

    assertThat(decision.journal().direction()).isEqualTo(Direction.FORWARD);
    assertThat(decision.actions()).isEmpty();
    assertThat(migration.entry("orders/switch").message()).contains("5 ready pods, as blue has");
  }

  @Test
  void anAcceptedSwitchIsDoneOnlyWhenTheEndpointsAreExactlyGreensReadyPods() {
    beginSwitch();
    orders.selectsGreen().reachesBlue(3);
    migration.decide();
    assertThat(migration.entry("orders/switch").state()).isEqualTo(StepState.RUNNING);

    orders.reachesGreen(2);
    migration.decide();
    assertThat(migration.entry("orders/switch").state()).isEqualTo(StepState.RUNNING);

    orders.reachesGreen(3);
    migration.decide();
    assertThat(migration.entry("orders/switch").state()).isEqualTo(StepState.DONE);
  }

  @Test
  void aSwitchThatTheEndpointsNeverFollowGoesBackAfterAMinute() {
    beginSwitch();
    orders.selectsGreen().reachesBlue(3);
    migration.decide();

    migration.after(Duration.ofMinutes(1)).decide();

    assertThat(migration.journal().direction()).isEqualTo(Direction.BACKWARD);
    assertThat(migration.journal().failure().orElseThrow().reason()).isEqualTo("DeadlineExceeded");
  }

  @Test
  void aServiceThatWasPointedElsewhereBeforeTheSwitchIsLeftAloneAndTheMigrationGoesBack() {
    orders.selects(Map.of("app", "decoy"));

    Decision decision = migration.decide();

    assertThat(decision.journal().direction()).isEqualTo(Direction.BACKWARD);
    assertThat(decision.journal().failure().orElseThrow())
        .satisfies(
            failure -> {
              assertThat(failure.reason()).isEqualTo("TrafficContested");
              assertThat(failure.message()).contains("Service orders").contains("decoy");
            });
    assertThat(patches(decision)).noneMatch(patch -> patch.at("/spec/selector").isObject());
  }

  @Test
  void aSwitchTakenBackBySomebodyElseIsDoneAgainWithGrowingPausesAndGivenUpAfterFour() {
    migration.untilMonitoring();

    for (int seconds : List.of(5, 15, 45)) {
      orders.selectsBlue().reachesBlue(3);
      Decision reopened = migration.decide();
      assertThat(reopened.actions()).isEmpty();
      assertThat(migration.entry("orders/switch").message()).contains("set the selector");
      assertThat(reopened.recheck()).contains(migration.now().plusSeconds(seconds));

      assertThat(migration.after(Duration.ofSeconds(seconds - 1)).decide().actions()).isEmpty();
      assertThat(migration.after(Duration.ofSeconds(1)).decide().actions()).hasSize(1);
      orders.selectsGreen().reachesGreen(3);
      migration.decide();
      assertThat(migration.entry("orders/switch").state()).isEqualTo(StepState.DONE);
    }

    orders.selectsBlue().reachesBlue(3);
    migration.decide();
    assertThat(migration.journal().direction()).isEqualTo(Direction.BACKWARD);
    assertThat(migration.journal().failure().orElseThrow().reason()).isEqualTo("TrafficContested");
  }

  @Test
  void aSwitchTakenBackBeforeItWasConfirmedCountsAndPausesToo() {
    for (int seconds : List.of(0, 5, 15, 45)) {
      assertThat(migration.after(Duration.ofSeconds(seconds)).decide().actions()).hasSize(1);
      migration.after(Duration.ofSeconds(2));
      orders.selectsBlue().selectorSetBy("argocd-controller", migration.now());

      assertThat(migration.decide().actions()).isEmpty();
    }
    assertThat(migration.journal().direction()).isEqualTo(Direction.BACKWARD);
    assertThat(migration.journal().failure().orElseThrow())
        .satisfies(
            failure -> {
              assertThat(failure.reason()).isEqualTo("TrafficContested");
              assertThat(failure.message()).contains("argocd-controller");
            });
  }

  /** The API server notes in whole seconds when somebody wrote. */
  @Test
  void aSwitchTakenBackInTheVerySecondOfItsWriteCountsToo() {
    migration.after(Duration.ofMillis(700));
    for (int seconds : List.of(0, 5, 15, 45)) {
      assertThat(migration.after(Duration.ofSeconds(seconds)).decide().actions()).hasSize(1);
      orders
          .selectsBlue()
          .selectorSetBy("argocd-controller", migration.now().truncatedTo(ChronoUnit.SECONDS));

      assertThat(migration.decide().actions()).isEmpty();
    }
    assertThat(migration.journal().direction()).isEqualTo(Direction.BACKWARD);
  }

  @Test
  void aSelectorThatSomebodyElseSetToBlueBeforeTheSwitchBeganIsNoContest() {
    orders.selectorSetBy("kubectl-client-side-apply", migration.now().minusSeconds(60));
    migration.decide();

    assertThat(migration.decide().actions()).hasSize(1);
    assertThat(migration.entry("orders/switch").attempt()).isEqualTo(1);
  }

  @Test
  void aServiceThatIsPointedElsewhereDuringTheSwitchIsLeftAloneAndTheMigrationGoesBack() {
    beginSwitch();
    orders.selects(Map.of("app", "decoy"));

    Decision decision = migration.decide();

    assertThat(patches(decision)).noneMatch(patch -> patch.at("/spec/selector").isObject());
    assertThat(migration.journal().failure().orElseThrow().reason()).isEqualTo("TrafficContested");
  }

  @Test
  void theMinuteForTheEndpointsBeginsWithTheWriteNotWithTheWaitForGreenToGrow() {
    orders.blueHas(5, 5);
    migration.decide();
    orders.green(5, 3);
    migration.after(Duration.ofMinutes(3)).decide();
    orders.green(5, 5);
    assertThat(patches(migration.decide())).hasSize(1);
    orders.selectsGreen().selectorSetBy("godwit", migration.now()).reachesBlue(5);

    migration.after(Duration.ofSeconds(59)).decide();
    assertThat(migration.entry("orders/switch").state()).isEqualTo(StepState.RUNNING);

    migration.after(Duration.ofSeconds(1)).decide();
    assertThat(migration.journal().failure().orElseThrow().reason()).isEqualTo("DeadlineExceeded");
  }

  @Test
  void greenThatNeverGetsThePodsThatBlueHasByNowGoesBackAfterTheDeadline() {
    orders.blueHas(5, 5);
    migration.decide();
    orders.green(5, 3);

    migration.after(Duration.ofMinutes(9)).decide();
    assertThat(migration.entry("orders/switch").state()).isEqualTo(StepState.RUNNING);

    migration.after(Duration.ofMinutes(1)).decide();
    assertThat(migration.journal().failure().orElseThrow().message())
        .contains("to have 5 ready pods", "it has 3");
  }

  @Test
  void aSwitchDoneAgainDoesNotMakeMonitoringLonger() {
    migration.untilMonitoring();
    var begin = migration.entry("monitor").since();
    orders.selectsBlue();
    migration.decide();
    migration.after(Duration.ofSeconds(5)).decide();
    orders.selectsGreen();
    migration.decide();

    assertThat(migration.entry("monitor").since()).isEqualTo(begin);
  }

  @Test
  void undoRestoresTheSelectorThatWasRecorded() {
    migration.untilMonitoring();

    Decision decision = migration.aborted().decide();

    assertThat(patches(decision))
        .singleElement()
        .satisfies(
            patch -> assertThat(patch.at("/spec/selector/app").textValue()).isEqualTo("orders"));
  }

  @Test
  void undoLeavesASelectorAloneThatSomebodyElseHasSet() {
    migration.untilMonitoring();
    orders.selects(Map.of("app", "decoy"));

    Decision decision = migration.decide();

    assertThat(decision.journal().direction()).isEqualTo(Direction.BACKWARD);
    assertThat(patches(decision)).isEmpty();
    assertThat(migration.entry("orders/switch").state()).isEqualTo(StepState.UNDONE);
  }

  @Test
  void trafficStaysOnGreenDuringUndoWhileBlueHasNoReadyPod() {
    migration.untilMonitoring();
    orders.blueHas(3, 0);

    Decision decision = migration.aborted().decide();

    assertThat(decision.actions()).isEmpty();
    assertThat(migration.entry("orders/switch").message()).contains("stays on green");
    orders.blueHas(3, 1);
    assertThat(patches(migration.decide())).hasSize(1);
  }

  @Test
  void trafficGoesBackToABlueWithoutReadyPodsWhenGreenHasNoneEither() {
    migration.untilMonitoring();
    orders.blueHas(3, 0).green(3, 0);

    assertThat(patches(migration.aborted().decide())).hasSize(1);
  }

  @Test
  void undoGivesBlueTheReplicasThatGreenHasGrownToAtTheSameTime() {
    migration.untilMonitoring();
    orders.green(5, 5);

    assertThat(patches(migration.aborted().decide()))
        .extracting(patch -> patch.at("/spec/replicas").asInt(0))
        .containsExactly(5, 0);
  }

  @Test
  void undoOfTheSwitchIsDoneOnlyWhenNoEndpointIsGreensAnyMore() {
    migration.untilMonitoring();
    migration.aborted().decide();
    orders.selectsBlue().reachesGreen(3);
    migration.decide();
    assertThat(migration.entry("orders/switch").state()).isEqualTo(StepState.UNDOING);

    orders.reachesBlue(3);
    migration.decide();
    assertThat(migration.entry("orders/switch").state()).isEqualTo(StepState.UNDONE);
  }

  @Test
  void greenStaysUntilItsConnectionsAreDrained() {
    migration.untilMonitoring();
    migration.aborted().decide();
    orders.selectsBlue().reachesBlue(3);
    Decision draining = migration.decide();
    assertThat(draining.actions()).isEmpty();
    assertThat(draining.recheck()).contains(migration.now().plusSeconds(30));

    assertThat(migration.after(Duration.ofSeconds(29)).decide().actions()).isEmpty();
    assertThat(migration.after(Duration.ofSeconds(1)).decide().actions())
        .extracting(StepAction::step)
        .containsOnly("orders/deploy")
        .hasSize(2);
  }
}
