package dev.godwit.operator.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.godwit.api.v1alpha1.Check;
import dev.godwit.api.v1alpha1.Cleanup;
import dev.godwit.api.v1alpha1.Direction;
import dev.godwit.api.v1alpha1.GrpcCheck;
import dev.godwit.api.v1alpha1.HealthSpec;
import dev.godwit.api.v1alpha1.HttpCheck;
import dev.godwit.api.v1alpha1.Probe;
import dev.godwit.api.v1alpha1.StepState;
import dev.godwit.api.v1alpha1.TcpCheck;
import dev.godwit.api.v1alpha1.Triggers;
import dev.godwit.operator.guard.ProbePasses;
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
  void aRolloutThatFailsAfterTheSwitchTrips() {
    migration.untilMonitoring();
    orders.green(
        green ->
            green
                .edit()
                .editStatus()
                .withUpdatedReplicas(1)
                .addNewCondition()
                .withType("Progressing")
                .withStatus("False")
                .withReason("ProgressDeadlineExceeded")
                .withMessage("has timed out progressing")
                .endCondition()
                .endStatus()
                .build());

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

  private static Check home(Integer attempts, String timeout, List<String> services) {
    HttpCheck http = new HttpCheck("/", 8080, null, null, null);
    return new Check("home", http, null, null, null, null, services, timeout, attempts);
  }

  private static HealthSpec critical(String interval, String... checks) {
    return new HealthSpec(
        null,
        interval,
        null,
        null,
        null,
        new Triggers(null, null, null, List.of(checks)),
        null,
        null,
        null,
        null,
        null);
  }

  @Test
  void aCriticalCheckTripsWhenItHasFailedAsOftenAsItHasAttempts() {
    migration.smokeTest(home(5, "9s", null)).health(critical("7s", "home")).untilMonitoring();

    migration.probeFailed("orders/critical-home", 4);
    assertGoesOn();
    migration.probeFailed("orders/critical-home", 5);

    assertTrips("ProbeFailed");
    assertThat(migration.journal().failure().orElseThrow().message())
        .isEqualTo(
            "probe critical-home of orders failed 5 times in a row: expected 200 but was 503");
  }

  @Test
  void aCriticalCheckIsAskedOfGreenAtTheIntervalOfHealthForAsLongAsItsOwnTimeout() {
    migration.smokeTest(home(5, "9s", null)).health(critical("7s", "home")).untilMonitoring();

    assertThat(migration.peek().probes())
        .singleElement()
        .satisfies(
            asked -> {
              assertThat(asked.id()).isEqualTo("orders/critical-home");
              assertThat(asked.question())
                  .isEqualTo(new Question.Http(new HttpCheck("/", 8080, null, null, null)));
              assertThat(asked.interval()).isEqualTo(Duration.ofSeconds(7));
              assertThat(asked.timeout()).isEqualTo(Duration.ofSeconds(9));
              assertThat(asked.failures()).isEqualTo(5);
            });
  }

  @Test
  void aCriticalCheckHasDefaultsOfItsOwn() {
    migration.smokeTest(home(null, null, null)).health(critical(null, "home")).untilMonitoring();

    assertThat(migration.peek().probes())
        .singleElement()
        .satisfies(
            asked -> {
              assertThat(asked.interval()).isEqualTo(Duration.ofSeconds(5));
              assertThat(asked.timeout()).isEqualTo(Duration.ofSeconds(5));
              assertThat(asked.failures()).isEqualTo(3);
            });
  }

  @Test
  void criticalChecksOfEveryKindButJobsAreAskedAgainOfTheServicesThatTheyName() {
    HttpCheck http = new HttpCheck("/", 8080, null, null, null);
    GrpcCheck grpc = new GrpcCheck(9090, null);
    ServiceFixture users = ServiceFixture.named("users");
    MigrationFixture both =
        MigrationFixture.of(orders, users)
            .smokeTest(home(3, null, List.of("users")))
            .smokeTest(
                new Check("port", null, new TcpCheck(8080), null, null, null, null, null, null))
            .smokeTest(new Check("health", null, null, grpc, null, null, null, null, null))
            .smokeTest("search")
            .smokeTestJob("order-a-book")
            .health(critical("5s", "home", "port", "health", "order-a-book"));

    assertThat(both.plan().guards())
        .filteredOn(ProbePasses.class::isInstance)
        .extracting(
            guard -> ((ProbePasses) guard).probe().plan().name(),
            guard -> ((ProbePasses) guard).probe().probe().name(),
            GuardsTest::question)
        .containsExactly(
            tuple("orders", "critical-port", new Question.Tcp(new TcpCheck(8080))),
            tuple("orders", "critical-health", new Question.Grpc(grpc)),
            tuple("users", "critical-home", new Question.Http(http)),
            tuple("users", "critical-port", new Question.Tcp(new TcpCheck(8080))),
            tuple("users", "critical-health", new Question.Grpc(grpc)));
  }

  private static Question question(Guard guard) {
    Probe probe = ((ProbePasses) guard).probe().probe();
    return Question.of(probe.http(), probe.tcp(), probe.grpc());
  }

  @Test
  void noGuardIsOnAfterThePointOfNoReturn() {
    migration.untilCleanup().probeFailed("orders/ready", 9);
    orders.greenPods(List.of(orders.crashingGreenPod())).selectsBlue();

    assertGoesOn();
    assertThat(migration.peek().probes()).isEmpty();
  }
}
