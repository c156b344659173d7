package dev.godwit.operator.strategy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.godwit.api.v1alpha1.WorkloadKind;
import dev.godwit.operator.plan.ServicePlan;
import dev.godwit.operator.plan.ServicePlan.InPlace;
import dev.godwit.operator.plan.SpecFixture;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Which services may be taken together. */
class DependenciesTest {

  private static ServicePlan cell(String name, String service, String... dependsOn) {
    return new ServicePlan(
        SpecFixture.inPlace(WorkloadKind.DEPLOYMENT, name)
            .sharedService(service)
            .dependsOn(dependsOn)
            .spec(),
        "1.9",
        "2.0",
        name,
        Map.of(),
        List.of(service),
        Optional.empty(),
        List.of(),
        Optional.of(new InPlace(0, 0, 1, Map.of(), List.of())));
  }

  private static List<List<String>> turns(int atOnce, ServicePlan... services) {
    return Dependencies.turns(List.of(services), atOnce).stream()
        .map(turn -> turn.stream().map(ServicePlan::name).toList())
        .toList();
  }

  @Test
  void workloadsBehindOneServiceAreNeverTakenTogether() {
    assertThat(turns(4, cell("north", "shop"), cell("south", "shop"), cell("orders", "orders")))
        .containsExactly(List.of("north", "orders"), List.of("south"));
  }

  @Test
  void whatAServiceDependsOnIsTakenBeforeItHoweverTheyAreListed() {
    assertThat(turns(4, cell("web", "web", "orders"), cell("orders", "orders")))
        .containsExactly(List.of("orders"), List.of("web"));
  }

  @Test
  void theOthersBehindOneServiceAreNeighbours() {
    ServicePlan north = cell("north", "shop");
    ServicePlan south = cell("south", "shop");

    assertThat(Dependencies.neighbours(north, List.of(north, south, cell("orders", "orders"))))
        .containsExactly(south);
  }
}
