package dev.godwit.operator.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.godwit.operator.simulation.Scenario.Disturbance.Kind;
import dev.godwit.operator.step.Verbs;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * What random scenarios meet too seldom: one thing that somebody does at a moment at which it
 * matters, in several random orders of everything else.
 */
class DisturbancesTest {

  private static final int ORDERS = 6;

  /** Asserts how it ends in all orders; what was struck in them. */
  private static Strikes assertEnds(String end, ScenarioBuilder builder) {
    Scenario scenario = builder.build();
    Strikes strikes = new Strikes();
    IntStream.range(0, ORDERS)
        .forEach(
            seed -> {
              Simulation simulation = new Simulation(scenario, new Random(seed));
              assertThat(simulation)
                  .as(() -> "seed " + seed + "\n" + simulation.story())
                  .satisfies(Simulation::run);
              assertThat(simulation.end()).as(simulation::story).isEqualTo(end);
              strikes.add(simulation.strikes());
            });
    return strikes;
  }

  private static ScenarioBuilder one(String name) {
    return ScenarioBuilder.scenario(name).service("orders");
  }

  private static ScenarioBuilder members(String name) {
    return ScenarioBuilder.scenario(name).rolling(1).set("orders", 3).smokeTest("home-page");
  }

  private static ScenarioBuilder two(String name) {
    return ScenarioBuilder.scenario(name).rolling(1).service("users").service("orders", "users");
  }

  /** When something of the kind is first told of after a time, in seconds of the simulation. */
  private static double when(Simulation simulation, String what, double after) {
    return simulation.world().log().stream()
        .filter(line -> line.contains(what))
        .mapToDouble(line -> Double.parseDouble(line.substring(0, line.indexOf(" s ")).strip()))
        .filter(time -> time >= after)
        .findFirst()
        .orElseThrow(() -> new AssertionError("never: " + what + "\n" + simulation.story()));
  }

  // ---- new pods beside the old ones

  /**
   * An interval until Prometheus is asked, one more since one bad value is none, and the writes.
   */
  @Test
  void whatPrometheusShowsTakesTrafficBackWithinTwoIntervalsAndTwoSeconds() {
    Scenario scenario =
        one("measured").prometheus().but(Kind.FAIL_PROBES, "orders", Verbs.MONITOR, 17).build();
    for (int seed = 0; seed < 5 * ORDERS; seed++) {
      Simulation simulation = new Simulation(scenario, new Random(seed));
      simulation.run();

      assertThat(simulation.end()).as(simulation::story).isEqualTo("rolled back");
      double shown = when(simulation, "-- fail probes (orders)", 0);
      double back = when(simulation, "godwit changes Service orders: selector", shown);
      assertThat(back - shown).as(simulation::story).isLessThan(2 * 5 + 2.0);
    }
  }

  @Test
  void whatAnotherMigrationHasTakenMeanwhileIsNotTouched() {
    assertEnds(
        "rolled back",
        two("held elsewhere").but(Kind.HOLD_ELSEWHERE, "orders", "users/" + Verbs.MONITOR, 10));
  }

  @Test
  void greenThatCrashesBeforeTheSwitchTakesAllBack() {
    assertEnds(
        "rolled back",
        one("crash before")
            .testJob("order-a-book")
            .but(Kind.CRASH_GREEN, "orders", Verbs.TESTS, 0));
  }

  @Test
  void aServiceThatIsPointedElsewhereTakesAllBack() {
    assertEnds(
        "rolled back", one("foreign").but(Kind.FOREIGN_SELECTOR, "orders", Verbs.MONITOR, 20));
  }

  @Test
  void aDeploymentThatSomebodyPutsInThePlaceOfGreenIsNotDeleted() {
    assertEnds(
        "succeeded", one("replaced green").but(Kind.REPLACE_GREEN, "orders", Verbs.RETURN, 3));
  }

  @Test
  void anOriginalThatIsDeletedWhileTrafficReturnsKeepsGreenUntilItIsThereAgain() {
    Strikes strikes =
        assertEnds(
            "succeeded",
            one("deleted while returning").but(Kind.DELETE_BLUE, "orders", Verbs.RETURN, 0));

    assertThat(strikes.turned()).contains(Verbs.RETURN);
  }

  @Test
  void anOriginalThatIsDeletedWhileGreenIsDrainedKeepsGreenUntilItIsThereAgain() {
    Strikes strikes =
        assertEnds(
            "succeeded",
            one("deleted while draining").but(Kind.DELETE_BLUE, "orders", Verbs.DRAIN_GREEN, 3));

    assertThat(strikes.turned()).containsExactly(Verbs.DRAIN_GREEN);
  }

  @Test
  void aRetiredServiceThatFallsIllTakesAllBack() {
    assertEnds(
        "rolled back",
        two("retired falls ill")
            .retiring()
            .but(Kind.CRASH_GREEN, "users", "orders/" + Verbs.SNAPSHOT, 2));
  }

  @Test
  void greenThatFallsIllWhileItsOriginalIsRolledOutTakesAllBack() {
    assertEnds(
        "rolled back",
        two("retiring falls ill").retiring().but(Kind.CRASH_GREEN, "users", Verbs.UPGRADE, 0));
  }

  @Test
  void aServiceThatMovedFirstAndFallsIllTakesAllBack() {
    assertEnds(
        "rolled back",
        two("first falls ill").but(Kind.CRASH_GREEN, "users", "orders/" + Verbs.MONITOR, 10));
  }

  // ---- in place

  @Test
  void aPodThatIsEvictedReturnsToRotation() {
    assertEnds("succeeded", members("evicted").but(Kind.EVICT_MEMBER, "orders", "in-2", 3));
  }

  @Test
  void aPodThatLosesTheLabelOfRotationGetsItBack() {
    assertEnds("succeeded", members("stripped").but(Kind.STRIP_PODS, "orders", "upgrade-2", 3));
  }

  @Test
  void thePodThatIsOutMayBeEvicted() {
    assertEnds("succeeded", members("out evicted").but(Kind.EVICT_OUT, "orders", "upgrade-2", 3));
  }

  @Test
  void aSelectorThatIsSetBackOnceIsSetAgain() {
    assertEnds(
        "succeeded", members("reverted").but(Kind.REVERT_SELECTOR, "orders", "upgrade-1", 3));
  }

  @Test
  void servicesThatGrowTogetherAreTakenBackWhileOneOfThemGrows() {
    Strikes strikes =
        assertEnds(
            "rolled back",
            ScenarioBuilder.scenario("growing")
                .service("users")
                .service("orders", "users")
                .testJob("order-a-book")
                .but(Kind.SCALE_BLUE, "orders", Verbs.TESTS, 1)
                .but(Kind.ABORT, "orders", Verbs.GROW, 1));
    assertThat(strikes.turned()).contains(Verbs.GROW);
  }

  @Test
  void aSelectorThatIsSetBackEachTimeTakesAllBackWithoutIt() {
    assertEnds(
        "rolled back",
        members("contested members").but(Kind.KEEP_REVERTING_SELECTOR, "orders", "upgrade-1", 3));
  }

  @Test
  void aServiceOfMembersThatIsPointedElsewhereTakesAllBack() {
    assertEnds(
        "rolled back", members("foreign members").but(Kind.FOREIGN_SELECTOR, "orders", "in-2", 3));
  }

  @Test
  void aServiceOfMembersThatIsDeletedTakesAllBack() {
    assertEnds(
        "rolled back", members("service deleted").but(Kind.DELETE_SERVICE, "orders", "in-2", 3));
  }

  @Test
  void membersThatFallIllTakeAllBack() {
    assertEnds(
        "rolled back", members("members ill").but(Kind.CRASH_GREEN, "orders", Verbs.MONITOR, 20));
  }

  @Test
  void aBrokenNewVersionIsTakenBackFromItsFirstMember() {
    assertEnds("rolled back", members("deaf").but(Kind.DEAFEN_IMAGE, "orders", null, 0));
  }

  @Test
  void aTemplateThatSomebodyEditsTakesAllBack() {
    assertEnds("rolled back", members("edited").but(Kind.EDIT_BLUE, "orders", "upgrade-1", 3));
  }

  @Test
  void aWorkloadThatSomebodyScalesTakesAllBack() {
    assertEnds("rolled back", members("scaled").but(Kind.SCALE_BLUE, "orders", "upgrade-1", 3));
  }

  @Test
  void aLostRecordIsMendedByHand() {
    assertEnds(
        "rolled back",
        members("unrecorded")
            .but(Kind.DELETE_SNAPSHOT, "orders", "upgrade-1", 3)
            .but(Kind.ABORT, "orders", "in-1", 3));
  }

  @Test
  void aLostRecordOfTheThirdKeepsNeitherOfTheOthersFromGoingBack() {
    assertEnds(
        "rolled back",
        ScenarioBuilder.scenario("unrecorded third")
            .rolling(1)
            .service("users")
            .service("catalog", "users")
            .set("orders", 2)
            .but(Kind.DELETE_SNAPSHOT, "orders", "upgrade-1", 3)
            .but(Kind.ABORT, "orders", "in-1", 3));
  }

  @Test
  void aRestoreThatFailsKeepsItsMemberOutUntilItIsMended() {
    assertEnds(
        "rolled back",
        members("restore fails")
            .withBackup()
            .failing("orders-1/restore")
            .failing("orders-1/home-page"));
  }

  @Test
  void aCellThatCanNotBeRestoredStaysOutWhileAnotherGoesBack() {
    assertEnds(
        "rolled back",
        ScenarioBuilder.scenario("cell stuck")
            .rolling(1)
            .cells("shop", "north", "south", "west")
            .withBackup()
            .smokeTest("home-page")
            .failing("west/restore")
            .failing("west/home-page"));
  }
}
