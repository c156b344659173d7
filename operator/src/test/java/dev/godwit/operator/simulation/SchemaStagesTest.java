package dev.godwit.operator.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.godwit.api.v1alpha1.OnRollback;
import dev.godwit.operator.simulation.Scenario.Disturbance.Kind;
import dev.godwit.operator.simulation.SchemaController.Fate;
import dev.godwit.operator.step.Verbs;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Migrations of which SchemaMigrations are stages, told rather than drawn by lot. */
class SchemaStagesTest {

  private static ScenarioBuilder staged(String name, OnRollback onRollback) {
    return ScenarioBuilder.scenario(name)
        .service("orders")
        .expand("add-columns", onRollback, "1", "2")
        .contract("drop-columns", "3");
  }

  private static Simulation run(ScenarioBuilder scenario, String end) {
    Simulation simulation = new Simulation(scenario.build(), new Random(1));
    assertThat(simulation).as(simulation::story).satisfies(Simulation::run);
    assertThat(simulation.end()).as(simulation::story).isEqualTo(end);
    return simulation;
  }

  @Test
  void bothSchemasHaveTheirVersionsAfterSuccess() {
    Simulation simulation = run(staged("success", OnRollback.TAKE_BACK), "succeeded");
    assertThat(simulation.database("add-columns")).containsExactly("1", "2");
    assertThat(simulation.database("drop-columns")).containsExactly("3");
  }

  @Test
  void aNameMayHaveDots() {
    Simulation simulation =
        run(
            ScenarioBuilder.scenario("dots")
                .service("orders")
                .expand("orders.expand.2", OnRollback.TAKE_BACK, "1", "2")
                .contract("orders.contract.2", "3"),
            "succeeded");
    assertThat(simulation.database("orders.expand.2")).containsExactly("1", "2");
    assertThat(simulation.database("orders.contract.2")).containsExactly("3");
  }

  @Test
  void whatWasExpandedIsTakenBackAfterTheTraffic() {
    Simulation simulation =
        run(
            staged("taken back", OnRollback.TAKE_BACK)
                .but(Kind.CRASH_GREEN, "orders", Verbs.MONITOR, 30),
            "rolled back");
    assertThat(simulation.database("add-columns")).isEmpty();
  }

  @Test
  void whatIsToBeKeptIsKeptOnTheWayBack() {
    Simulation simulation =
        run(
            staged("kept", OnRollback.KEEP).but(Kind.CRASH_GREEN, "orders", Verbs.MONITOR, 30),
            "rolled back");
    assertThat(simulation.database("add-columns")).containsExactly("1", "2");
  }

  @Test
  void whoeverWantsASchemaBackGetsItAfterTheTraffic() {
    for (Kind kind : new Kind[] {Kind.ABORT_SCHEMA, Kind.DELETE_SCHEMA}) {
      Simulation simulation =
          run(
              staged("withdrawn by " + kind, OnRollback.TAKE_BACK)
                  .but(kind, "add-columns", Verbs.MONITOR, 30),
              "rolled back");
      assertThat(simulation.database("add-columns")).isEmpty();
    }
  }

  @Test
  void aSchemaThatFailsEndsTheMigrationBeforeAnythingIsDeployed() {
    Simulation simulation =
        run(staged("fails", OnRollback.TAKE_BACK).fate("add-columns", Fate.FAILS), "rolled back");
    assertThat(simulation.database("add-columns")).isEmpty();
    assertThat(simulation.story()).doesNotContain("creates Deployment");
  }

  @Test
  void aSchemaThatCannotStartIsSaidAndWaitedFor() {
    Simulation simulation =
        run(staged("blocked", OnRollback.TAKE_BACK).fate("add-columns", Fate.BLOCKED), "succeeded");
    assertThat(simulation.story())
        .contains("schema-add-columns: SchemaMigration add-columns is stalled (PREFLIGHT): can't");
  }

  @Test
  void whoeverGivesUpAMigrationWhoseSchemaCannotStartIsHeeded() {
    run(
        staged("blocked and aborted", OnRollback.TAKE_BACK)
            .fate("add-columns", Fate.BLOCKED)
            .but(Kind.ABORT, "orders", "schema-add-columns", 1),
        "rolled back");
    Simulation simulation =
        run(
            staged("blocked and deleted", OnRollback.TAKE_BACK)
                .fate("add-columns", Fate.BLOCKED)
                .but(Kind.DELETE_MIGRATION, "orders", "schema-add-columns", 1),
            "deleted");
    assertThat(simulation.database("add-columns")).isEmpty();
  }

  /** There is no way back any more, and nothing to wait for but a person. */
  @Test
  void aMigrationThatIsDeletedDoesNotWaitForAContractionThatCannotStart() {
    Simulation simulation =
        run(
            staged("contraction blocked", OnRollback.TAKE_BACK)
                .fate("drop-columns", Fate.BLOCKED)
                .but(Kind.DELETE_MIGRATION, "orders", "schema-drop-columns", 1),
            "deleted");
    assertThat(simulation.database("add-columns")).containsExactly("1", "2");
    assertThat(simulation.database("drop-columns")).isEmpty();
  }

  /** Whenever that is, within the time that its versions take. */
  @Test
  void aContractionThatHasEndedIsNotLostOnItsMigrationWhoeverDeletesIt() {
    int deletedWhenEnded = 0;
    for (int seconds = 1; seconds <= 60; seconds++) {
      Scenario scenario =
          staged("contraction deleted after " + seconds + " s", OnRollback.TAKE_BACK)
              .but(Kind.DELETE_SCHEMA, "drop-columns", "schema-drop-columns", seconds)
              .build();
      Simulation simulation = new Simulation(scenario, new Random(seconds));
      assertThat(simulation).as(simulation::story).satisfies(Simulation::run);
      assertThat(simulation.end()).as(simulation::story).isEqualTo("succeeded");
      String ended = "SchemaMigration drop-columns has all its versions";
      int end = simulation.story().indexOf(ended);
      deletedWhenEnded += end < 0 ? 0 : 1;
      assertThat(simulation.story().substring(Math.max(0, end)))
          .as(simulation::story)
          .matches(story -> end < 0 || !story.contains("drop-columns is not there"));
    }
    assertThat(deletedWhenEnded).as("rounds in which it had all its versions").isPositive();
  }

  @Test
  void aServiceThatCannotBeTakenBackYetKeepsItsSchema() {
    run(
        ScenarioBuilder.scenario("a restore fails")
            .rolling(1)
            .set("orders", 2)
            .withBackup()
            .testJob("order-a-book")
            .failing("orders-0/order-a-book")
            .failing("orders/" + InPlaceRules.RESTORE)
            .expand("add-columns", OnRollback.TAKE_BACK, "1", "2"),
        "rolled back");
  }

  @Test
  void marksThatAToolRemovesDuringTheCleanUpLeaveNothingOpen() {
    for (Kind kind : new Kind[] {Kind.UNMARK_SCHEMA, Kind.UNLABEL_SCHEMA}) {
      run(
          staged("clean-up with " + kind, OnRollback.TAKE_BACK)
              .but(kind, "add-columns", "orders/" + Verbs.UPGRADE, 1),
          "succeeded");
    }
  }
}
