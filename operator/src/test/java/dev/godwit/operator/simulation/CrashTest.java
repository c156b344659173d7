package dev.godwit.operator.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.godwit.api.v1alpha1.Cleanup;
import dev.godwit.api.v1alpha1.OnRollback;
import dev.godwit.operator.simulation.Scenario.Disturbance.Kind;
import dev.godwit.operator.step.Verbs;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The operator's process ends before and after each of its writes, one run for each of them. */
class CrashTest {

  private static ScenarioBuilder oneService(Cleanup cleanup) {
    return ScenarioBuilder.scenario("crash at every write, " + cleanup)
        .service("orders")
        .withCompanions("orders")
        .smokeTest("home-page")
        .testJob("order-a-book")
        .cleanup(cleanup);
  }

  private static void assertCrashesChangeNothing(Scenario scenario, String end) {
    Simulation calm = new Simulation(scenario, new Random(1));
    calm.run();
    assertThat(calm.end()).isEqualTo(end);
    assertThat(calm.points()).isGreaterThan(30);
    IntStream.range(0, calm.points())
        .parallel()
        .forEach(
            point -> {
              Simulation crashing = new Simulation(scenario, new Random(1)).crashingAt(point);
              assertThat(crashing)
                  .as(() -> "crash at point " + point + "\n" + crashing.story())
                  .satisfies(Simulation::run);
              assertThat(crashing.end()).as("end after a crash at point %d", point).isEqualTo(end);
            });
  }

  @ParameterizedTest
  @EnumSource(Cleanup.class)
  void aCrashAtAnyWriteChangesNothingAboutSuccess(Cleanup cleanup) {
    assertCrashesChangeNothing(oneService(cleanup).build(), "succeeded");
  }

  @Test
  void aCrashAtAnyWriteChangesNothingAboutARollback() {
    assertCrashesChangeNothing(
        oneService(Cleanup.REPLACE)
            .service("users", "orders")
            .but(Kind.SCALE_BLUE, "users", Verbs.TESTS, 1)
            .but(Kind.CRASH_GREEN, "users", Verbs.MONITOR, 30)
            .build(),
        "rolled back");
  }

  private static ScenarioBuilder inPlace(String name) {
    return ScenarioBuilder.scenario("crash at every write, " + name)
        .rolling(1)
        .set("orders", 2)
        .withBackup()
        .testJob("order-a-book");
  }

  @Test
  void aCrashAtAnyWriteChangesNothingAboutAnUpgradeInPlace() {
    assertCrashesChangeNothing(inPlace("in place").build(), "succeeded");
  }

  @Test
  void aCrashAtAnyWriteChangesNothingAboutAnUpgradeInPlaceThatIsTakenBack() {
    assertCrashesChangeNothing(
        inPlace("in place, rolled back").failing("orders-0/order-a-book").build(), "rolled back");
  }

  @Test
  void aCrashAtAnyWriteChangesNothingAboutCellsThatAreTakenBack() {
    assertCrashesChangeNothing(
        ScenarioBuilder.scenario("crash at every write, cells")
            .rolling(1)
            .cells("shop", "north", "south")
            .smokeTest("home-page")
            .failing("south/home-page")
            .build(),
        "rolled back");
  }

  @Test
  void aCrashAtAnyWriteChangesNothingAboutServicesThatAreRetired() {
    assertCrashesChangeNothing(retiring("retired").build(), "succeeded");
  }

  @Test
  void aCrashAtAnyWriteChangesNothingAboutRetiredServicesThatAreRolledBack() {
    assertCrashesChangeNothing(
        retiring("retired, rolled back").but(Kind.CRASH_GREEN, "users", Verbs.MONITOR, 30).build(),
        "rolled back");
  }

  @Test
  void aCrashAtAnyWriteChangesNothingAboutServicesInTurnsThatAreRolledBack() {
    assertCrashesChangeNothing(
        ScenarioBuilder.scenario("crash at every write, in turns, rolled back")
            .rolling(1)
            .service("users")
            .service("orders", "users")
            .service("cart", "orders")
            .but(Kind.CRASH_GREEN, "cart", "cart/" + Verbs.MONITOR, 30)
            .build(),
        "rolled back");
  }

  @Test
  void aCrashAtAnyWriteChangesNothingAboutBothWaysSideBySide() {
    assertCrashesChangeNothing(
        ScenarioBuilder.scenario("crash at every write, both ways, side by side")
            .rolling(2)
            .service("users")
            .set("orders", 2)
            .build(),
        "succeeded");
  }

  @Test
  void aCrashAtAnyWriteChangesNothingAboutSchemas() {
    assertCrashesChangeNothing(schemas("schemas").build(), "succeeded");
  }

  @Test
  void aCrashAtAnyWriteChangesNothingAboutSchemasThatAreTakenBack() {
    assertCrashesChangeNothing(
        schemas("schemas, rolled back").but(Kind.CRASH_GREEN, "orders", Verbs.MONITOR, 30).build(),
        "rolled back");
  }

  private static ScenarioBuilder schemas(String name) {
    return ScenarioBuilder.scenario("crash at every write, " + name)
        .service("orders")
        .expand("add-columns", OnRollback.TAKE_BACK, "1", "2")
        .contract("drop-columns", "3");
  }

  private static ScenarioBuilder retiring(String name) {
    return ScenarioBuilder.scenario("crash at every write, " + name)
        .rolling(1)
        .retiring()
        .service("orders")
        .withCompanions("orders")
        .service("users", "orders");
  }
}
