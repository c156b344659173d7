package dev.godwit.operator.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.godwit.api.v1alpha1.Cleanup;
import dev.godwit.api.v1alpha1.Direction;
import dev.godwit.api.v1alpha1.StepState;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What turns a migration round while it runs, what stops it, and what does neither. */
class GuardsTest {

  private final ServiceFixture orders = ServiceFixture.named("orders");
  private final MigrationFixture migration = MigrationFixture.of(orders).probe("ready");

  private static Deployment edited(Deployment deployment) {
    return new DeploymentBuilder(deployment)
        .editSpec()
        .editTemplate()
        .editMetadata()
        .addToAnnotations("edited", "by somebody")
        .endMetadata()
        .endTemplate()
        .endSpec()
        .build();
  }

  private void assertTrips(String reason) {
    migration.decide();
    assertThat(migration.journal().failure().orElseThrow().reason()).isEqualTo(reason);
    assertThat(migration.journal().direction()).isEqualTo(Direction.BACKWARD);
  }

  private void assertStops(String reason) {
    Decision decision = migration.decide();
    assertThat(decision.actions()).isEmpty();
    assertThat(migration.journal().failure().orElseThrow().reason()).isEqualTo(reason);
    assertThat(migration.journal().direction()).isEqualTo(Direction.FORWARD);
  }

  private void assertGoesOn() {
    migration.decide();
    assertThat(migration.journal().failure()).isEmpty();
  }

  @Test
  void aProbeTripsWhenItHasFailedAsOftenAsItMay() {
    migration.untilMonitoring().probeFailed("orders/ready", 2);
    assertGoesOn();

    migration.probeFailed("orders/ready", 3);
    assertTrips("ProbeFailed");
  }

  @Test
  void aProbeThatFailedBeforeTheSwitchWasDoneTripsNothing() {
    orders.held().green(3, 3);
    migration.probeFailed("orders/ready", 9);
    assertGoesOn();
  }

  @Test
  void aCrashOfGreenTripsBeforeTheSwitchToo() {
    migration.smokeTest("home");
    orders.held().green(3, 3);
    migration.decide();
    orders.greenPods(List.of(orders.crashingGreenPod()));

    assertTrips("PodsUnhealthy");
  }

  @Test
  void greenWithoutAnyReadyPodTripsAtOnceWhenItServes() {
    migration.untilMonitoring();
    orders.green(3, 0);

    assertTrips("PodsUnhealthy");
  }

  private static List<Pod> with(List<Pod> pods, Pod more) {
    return Stream.concat(pods.stream(), Stream.of(more)).toList();
  }

  @Test
  void greenThatIsShortOfPodsIsGivenHalfAMinute() {
    migration.untilMonitoring();
    List<Pod> ready = orders.green(2, 2).greenPods();
    orders.green(3, 2).greenPods(with(ready, orders.unreadyGreenPod(migration.now())));

    assertGoesOn();
    assertThat(migration.peek().recheck()).contains(migration.now().plusSeconds(30));
    migration.after(Duration.ofSeconds(29));
    assertGoesOn();
    migration.after(Duration.ofSeconds(1));
    assertTrips("PodsUnhealthy");
  }

  @Test
  void anEvictedPodWhosePlaceIsStillEmptyTripsNothingHoweverLongAgoTheLastRolloutWas() {
    migration.untilMonitoring();
    List<Pod> ready = orders.green(2, 2).greenPods();
    orders
        .green(3, 2)
        .greenPods(
            with(
                ready,
                new PodBuilder()
                    .withNewMetadata()
                    .withName("orders-green-2")
                    .withDeletionTimestamp(migration.now().toString())
                    .endMetadata()
                    .build()));

    assertGoesOn();
    assertThat(migration.peek().recheck()).contains(migration.now().plusSeconds(30));
  }

  @Test
  void greenMayBeSmallerThanItWantsAsLongAsItHasWhatBlueHas() {
    migration.untilMonitoring();
    orders.green(5, 3).selectsGreen();

    assertGoesOn();
  }

  @Test
  void aGreenThatSomebodyDeletesTrips() {
    migration.untilMonitoring();
    orders.withoutGreen();

    assertTrips("GreenDeleted");
  }

  @Test
  void aGreenThatSomebodyChangesTrips() {
    migration.untilMonitoring();
    orders.green(GuardsTest::edited);

    assertTrips("GreenChanged");
  }

  @Test
  void aPreviewThatSomebodyDeletesTrips() {
    migration.untilMonitoring();
    orders.withoutPreview();

    assertTrips("GreenDeleted");
  }

  @Test
  void aSelectorSetBackToABlueThatIsDeletedIsSetToGreenAgain() {
    migration.cleanup(Cleanup.DELETE).untilCleanup();
    orders.withoutBlue();
    migration.decide();
    assertThat(migration.entry("orders/delete-blue").state()).isEqualTo(StepState.DONE);
    orders.selectsBlue().reachesBlue(0);

    migration.decide();

    assertThat(migration.entry("orders/switch").state()).isEqualTo(StepState.RUNNING);
    assertThat(migration.entry("orders/switch").message()).contains("back to blue");
  }

  @Test
  void aServiceThatSomebodyDeletesTrips() {
    migration.untilMonitoring();
    orders.withoutService();

    assertTrips("ServiceDeleted");
  }

  @Test
  void aServiceThatSomebodyPointsElsewhereTrips() {
    migration.untilMonitoring();
    orders.selects(Map.of("app", "decoy"));

    assertTrips("TrafficContested");
  }

  @Test
  void aBlueThatIsChangedBeforeTheSwitchTripsSinceItServes() {
    orders.held().green(3, 1);
    migration.decide();
    orders.blue(GuardsTest::edited);

    assertTrips("BlueChanged");
  }

  @Test
  void aBlueThatIsChangedAfterTheSwitchStopsTheMigrationSinceGreenServes() {
    migration.untilMonitoring();
    orders.blue(GuardsTest::edited);

    assertStops("BlueChanged");
  }

  @Test
  void aBlueThatIsDeletedStopsTheMigrationOnEitherSideOfTheSwitch() {
    orders.held().green(3, 1);
    migration.decide();
    orders.withoutBlue();
    assertStops("BlueDeleted");

    ServiceFixture users = ServiceFixture.named("users");
    MigrationFixture later = MigrationFixture.of(users).untilMonitoring();
    users.withoutBlue();
    later.decide();
    assertThat(later.journal().failure().orElseThrow().reason()).isEqualTo("BlueDeleted");
    assertThat(later.journal().direction()).isEqualTo(Direction.FORWARD);
  }

  @Test
  void aBlueThatIsCreatedAgainAsItWasIsTheWayBackAgain() {
    migration.untilMonitoring();
    orders.withoutBlue();
    assertStops("BlueDeleted");

    orders.createdAgain();
    migration.paused(true).decide();
    migration.paused(false);

    assertGoesOn();
  }

  @Test
  void aChangedReplicaCountOfBlueIsNoChangeOfTheWayBack() {
    migration.untilMonitoring();
    orders.blueHas(5, 5).green(5, 5).selectsGreen();

    assertGoesOn();
  }

  @Test
  void theOwnerMayChangeBlueOnceItIsHandedOver() {
    migration.cleanup(Cleanup.HANDOVER).untilMonitoring();
    migration.after(Duration.ofMinutes(10)).decide();
    migration.after(Duration.ofHours(1)).decide();
    orders.blue(GuardsTest::edited);

    assertGoesOn();
  }

  @Test
  void noGuardIsOnAfterThePointOfNoReturn() {
    migration.untilCleanup().probeFailed("orders/ready", 9);
    orders.greenPods(List.of(orders.crashingGreenPod())).selectsBlue();

    assertGoesOn();
    assertThat(migration.peek().probes()).isEmpty();
  }
}
