package dev.godwit.operator.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.godwit.operator.simulation.Scenario.Disturbance.Kind;
import dev.godwit.operator.step.Verbs;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The most services that a Migration may have. */
class ManyServicesTest {

  private static final int MOST = 64;

  private static ScenarioBuilder manyServices() {
    ScenarioBuilder scenario = ScenarioBuilder.scenario("64 services");
    for (int number = 1; number <= MOST; number++) {
      String name = "a-service-with-a-long-name-%02d".formatted(number);
      String before = "a-service-with-a-long-name-%02d".formatted(number - 1);
      if (number > 1 && number % 8 == 0) {
        scenario.service(name, before);
      } else {
        scenario.service(name);
      }
      scenario.withCompanions(name);
    }
    return scenario.smokeTest("home-page").testJob("order-a-book").probe("healthy");
  }

  @Test
  void sixtyFourServicesGoBackTogetherAndTheirStatusStaysSmall() {
    Scenario scenario =
        manyServices()
            .but(Kind.CRASH_GREEN, "a-service-with-a-long-name-40", Verbs.MONITOR, 30)
            .build();
    Simulation simulation = new Simulation(scenario, new Random(1));
    simulation.run();
    assertThat(simulation.end()).isEqualTo("rolled back");
  }

  private static int readsOfARollingMigration(int services) {
    ScenarioBuilder scenario = ScenarioBuilder.scenario("services that move in turns").rolling(1);
    for (int number = 1; number <= services; number++) {
      scenario.service("service-%02d".formatted(number));
    }
    Simulation simulation = new Simulation(scenario.build(), new Random(1));
    simulation.run();
    assertThat(simulation.end()).isEqualTo("succeeded");
    return simulation.reads();
  }

  /** Those whose turn has not come are not watched, and nothing is decided about them yet. */
  @Test
  void whatIsReadGrowsAsTheServicesDo() {
    int few = readsOfARollingMigration(5);
    int many = readsOfARollingMigration(20);

    assertThat(many).as("reads of 20 services, of 5: %d", few).isLessThan(6 * few);
  }

  @Test
  void sixtyFourServicesMoveInTurnsAndGoBackAndTheirStatusStaysSmall() {
    Scenario scenario =
        manyServices()
            .rolling(8)
            .but(Kind.CRASH_GREEN, "a-service-with-a-long-name-64", Verbs.MONITOR, 30)
            .build();
    Simulation simulation = new Simulation(scenario, new Random(1));
    simulation.run();
    assertThat(simulation.end()).isEqualTo("rolled back");
  }
}
