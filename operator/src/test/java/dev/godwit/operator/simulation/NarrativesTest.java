package dev.godwit.operator.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.godwit.api.v1alpha1.Cleanup;
import dev.godwit.api.v1alpha1.Gate;
import dev.godwit.api.v1alpha1.Gates;
import dev.godwit.api.v1alpha1.OnTimeout;
import dev.godwit.api.v1alpha1.Performance.OnDegradation;
import dev.godwit.operator.metric.Asked;
import dev.godwit.operator.simulation.Scenario.Disturbance.Kind;
import dev.godwit.operator.step.Verbs;
import io.fabric8.kubernetes.api.model.Service;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Whole migrations, told line by line: what was recorded and written, and what others did. Best
 * read first by who wants to know what the operator does.
 *
 * <p>After a change that is meant, {@code -Dgodwit.generate=true} writes them anew; the difference
 * is for the reviewer.
 */
class NarrativesTest {

  private static final Path FOLDER = Path.of("src/test/resources/narratives");

  @Test
  void everythingGoesWellAndTheOriginalServesTheNewVersion() throws IOException {
    assertTold(
        simulated(
            ScenarioBuilder.scenario("replace")
                .service("orders")
                .withCompanions("orders")
                .smokeTest("home-page")
                .testJob("order-a-book")));
  }

  @Test
  void greenNeverBecomesReady() throws IOException {
    assertTold(
        simulated(
            ScenarioBuilder.scenario("green-never-ready")
                .service("orders")
                .but(Kind.LOSE_IMAGE, "orders", null, 0)));
  }

  @Test
  void aProbeTripsWhileGreenIsMonitored() throws IOException {
    assertTold(
        simulated(
            ScenarioBuilder.scenario("probe-trips")
                .service("orders")
                .probe("healthy")
                .but(Kind.FAIL_PROBES, "orders", Verbs.MONITOR, 20)));
  }

  @Test
  void twoServicesAreSwitchedInTheOrderOfDependenciesAndTakenBackInReverse() throws IOException {
    assertTold(
        simulated(
            ScenarioBuilder.scenario("dependencies-rolled-back")
                .service("orders", "users")
                .service("users")
                .but(Kind.CRASH_GREEN, "users", Verbs.MONITOR, 30)));
  }

  @Test
  void aGitOpsToolSetsTheSelectorBackAgainAndAgain() throws IOException {
    assertTold(
        simulated(
            ScenarioBuilder.scenario("contested-traffic")
                .service("orders")
                .but(Kind.KEEP_REVERTING_SELECTOR, "orders", Verbs.MONITOR, 5)));
  }

  @Test
  void theOwnerBringsTheOriginalToTheNewVersion() throws IOException {
    assertTold(
        simulated(
            ScenarioBuilder.scenario("handover").service("orders").cleanup(Cleanup.HANDOVER)));
  }

  @Test
  void theMigrationIsDeletedMidway() throws IOException {
    assertTold(
        simulated(
            ScenarioBuilder.scenario("deleted-midway")
                .service("orders")
                .but(Kind.DELETE_MIGRATION, "orders", Verbs.MONITOR, 30)));
  }

  @Test
  void theOperatorCrashesBetweenTwoWritesOfASwitch() throws IOException {
    assertTold(
        simulated(
                ScenarioBuilder.scenario("crash-mid-switch")
                    .service("orders")
                    .alsoReachedAs("orders-api", "orders"))
            .crashingAfter(NarrativesTest::isSwitched));
  }

  @Test
  void aPersonApprovesAndTheSwitchWaitsForItsWindow() throws IOException {
    Gate.Approval goLive = new Gate.Approval("go-live", "24h", OnTimeout.FAIL, false);
    Gate.Window window = new Gate.Window("5-55/10 * * * *", "4m", "UTC");
    assertTold(
        simulated(
            ScenarioBuilder.scenario("approval-and-window")
                .service("orders")
                .gates(
                    new Gates(new Gate(goLive, window, null), null, null),
                    Approver.Reply.WRONG_PLAN_FIRST)));
  }

  @Test
  void aPersonDeniesTheCleanUpAndEverythingGoesBack() throws IOException {
    Gate.Approval cleanUp = new Gate.Approval("clean-up", "24h", OnTimeout.FAIL, false);
    assertTold(
        simulated(
            ScenarioBuilder.scenario("clean-up-denied")
                .service("orders")
                .gates(new Gates(null, null, new Gate(cleanUp, null, null)), Approver.Reply.DENY)));
  }

  @Test
  void fiveServicesMoveOneAfterTheOther() throws IOException {
    assertTold(simulated(fiveServices("rolling")));
  }

  @Test
  void theFourthOfFiveServicesFailsWhileItIsWatchedAndAllGoBack() throws IOException {
    assertTold(
        simulated(
            fiveServices("rolling-fourth-fails").but(Kind.CRASH_GREEN, "cart", Verbs.MONITOR, 30)));
  }

  @Test
  void theFourthOfFiveServicesFailsItsCheckAndTheFifthIsNeverTouched() throws IOException {
    assertTold(
        simulated(
            fiveServices("rolling-fourth-fails-its-check")
                .smokeTest("home-page")
                .failing("cart/home-page")));
  }

  @Test
  void theOperatorIsKilledThreeTimesOnTheWayOfFiveServices() throws IOException {
    assertTold(
        simulated(fiveServices("rolling-three-kills"))
            .crashingAfter(object -> isNamed(object, "Deployment", "users-green"))
            .crashingAfter(object -> isNamed(object, "Service", "orders"))
            .crashingAfter(object -> isNamed(object, "Deployment", "gateway-green")));
  }

  @Test
  void theFirstServiceTripsWhileTheFifthIsBeingMoved() throws IOException {
    assertTold(
        simulated(
            fiveServices("rolling-first-trips")
                .but(Kind.CRASH_GREEN, "users", "gateway/" + Verbs.DEPLOY, 1)));
  }

  @Test
  void aStatefulSetIsUpgradedMemberByMember() throws IOException {
    assertTold(
        simulated(
            ScenarioBuilder.scenario("in-place")
                .rolling(1)
                .set("orders", 3)
                .withBackup()
                .smokeTest("home-page")));
  }

  @Test
  void theSecondMemberFailsItsCheckAndAllGoBackWithWhatWasSaved() throws IOException {
    assertTold(
        simulated(
            ScenarioBuilder.scenario("in-place-second-fails")
                .rolling(1)
                .set("orders", 3)
                .withBackup()
                .smokeTest("home-page")
                .failing("orders-1/home-page")));
  }

  @Test
  void twoCellsBehindOneServiceTakeTurns() throws IOException {
    assertTold(
        simulated(
            ScenarioBuilder.scenario("cells")
                .rolling(1)
                .cells("shop", "north", "south")
                .smokeTest("home-page")));
  }

  @Test
  void theThirdServiceFailsAndTheTwoThatWereRetiredAreRolledBack() throws IOException {
    assertTold(
        simulated(
            ScenarioBuilder.scenario("retired-rolled-back")
                .rolling(1)
                .retiring()
                .service("users")
                .service("orders", "users")
                .service("gateway", "orders")
                .but(Kind.CRASH_GREEN, "gateway", Verbs.MONITOR, 30)));
  }

  @Test
  void greenIsSlowerUnderLoadAndNeverGetsTraffic() throws IOException {
    assertTold(
        simulated(
            ScenarioBuilder.scenario("performance-degraded")
                .service("orders")
                .smokeTest("home-page")
                .compared(
                    Asked.performance("6m", OnDegradation.FAIL, null), FakeRunner.Truth.SLOW)));
  }

  @Test
  void noiseIsSaidOfTwoServicesThatAreComparedInTheirTurns() throws IOException {
    assertTold(
        simulated(
            ScenarioBuilder.scenario("performance-too-noisy")
                .rolling(1)
                .service("users")
                .service("orders", "users")
                .compared(
                    Asked.performance("6m", OnDegradation.WARN, null), FakeRunner.Truth.NOISY)));
  }

  private static ScenarioBuilder fiveServices(String name) {
    return ScenarioBuilder.scenario(name)
        .rolling(1)
        .service("users")
        .service("catalog")
        .service("orders", "users", "catalog")
        .service("cart", "orders")
        .service("gateway", "cart");
  }

  private static boolean isNamed(
      io.fabric8.kubernetes.api.model.HasMetadata object, String kind, String name) {
    return object.getKind().equals(kind) && object.getMetadata().getName().equals(name);
  }

  private static boolean isSwitched(io.fabric8.kubernetes.api.model.HasMetadata seen) {
    return seen instanceof Service service
        && service.getMetadata().getLabels().containsKey("godwit.dev/migration")
        && service.getMetadata().getName().equals("orders")
        && service.getMetadata().getGeneration() == 1;
  }

  private static Simulation simulated(ScenarioBuilder scenario) {
    return new Simulation(scenario.build(), new Random(1));
  }

  private static void assertTold(Simulation simulation) throws IOException {
    simulation.run();
    String told = String.join("\n", simulation.world().log()) + "\n";
    Path file = FOLDER.resolve(simulation.name() + ".txt");
    if (Boolean.getBoolean("godwit.generate")) {
      Files.createDirectories(FOLDER);
      Files.writeString(file, told);
    }
    assertThat(told).isEqualTo(Files.readString(file));
  }
}
