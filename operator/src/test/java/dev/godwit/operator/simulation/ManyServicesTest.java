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
