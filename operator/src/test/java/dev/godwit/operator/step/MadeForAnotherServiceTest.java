package dev.godwit.operator.step;

import static org.assertj.core.api.Assertions.assertThat;

import dev.godwit.api.v1alpha1.ServiceSpec;
import dev.godwit.operator.plan.Action;
import dev.godwit.operator.plan.Assessment;
import dev.godwit.operator.plan.Journal;
import dev.godwit.operator.plan.Observation;
import dev.godwit.operator.plan.Plan;
import dev.godwit.operator.plan.ServicePlan;
import dev.godwit.operator.plan.ServiceView;
import dev.godwit.operator.plan.Situation;
import dev.godwit.operator.plan.SpecFixture;
import dev.godwit.operator.plan.Stage;
import dev.godwit.operator.plan.Step;
import dev.godwit.operator.resource.Marks;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudgetBuilder;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What was made for one service of a migration is not another's to remove or to let go of. */
class MadeForAnotherServiceTest {

  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
  private static final Marks.Maker MAKER = new Marks.Maker("shop", "uid-1", "default");
  private static final HasMetadata ORDERS_TWIN = twin("orders");
  private static final HasMetadata USERS_TWIN = twin("users");

  private final ServicePlan orders = service("orders");

  @Test
  void undoOfDeployRemovesOnlyTheTwinsOfItsService() {
    Step deploy = new Deploy(orders, MAKER, Duration.ofMinutes(10), Duration.ZERO);

    assertThat(deploy.assessUndo(situation(deploy)))
        .isEqualTo(Assessment.act("removing green", new Action.Delete(ORDERS_TWIN)));
  }

  @Test
  void removeRemovesOnlyTheTwinsOfItsService() {
    Step remove = new Remove(orders, MAKER, false, List.of(), Duration.ofMinutes(10));

    assertThat(remove.assess(situation(remove)))
        .isInstanceOfSatisfying(
            Assessment.Act.class,
            act -> assertThat(act.actions()).containsExactly(new Action.Delete(ORDERS_TWIN)));
  }

  @Test
  void releaseLetsGoOnlyOfTheTwinsOfItsService() {
    Step release = new Release(orders, MAKER, List.of(), List.of());

    assertThat(release.assess(situation(release)))
        .isInstanceOfSatisfying(
            Assessment.Act.class,
            act ->
                assertThat(act.actions())
                    .singleElement()
                    .isInstanceOfSatisfying(
                        Action.Patch.class,
                        patch -> assertThat(patch.seen()).isEqualTo(ORDERS_TWIN)));
  }

  private static Situation situation(Step step) {
    ServiceView view =
        new ServiceView(
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Map.of(),
            Optional.empty(),
            Optional.empty(),
            Map.of(),
            Set.of(),
            List.of(),
            Optional.empty(),
            Optional.empty(),
            Map.of(),
            Map.of(
                "PodDisruptionBudget/orders", ORDERS_TWIN, "PodDisruptionBudget/users", USERS_TWIN),
            List.of(),
            Map.of(),
            Map.of());
    Observation seen = Shown.only("orders", view);
    Plan plan = new Plan(List.of(new Stage("stage", "Staging", List.of(step))), List.of());
    Journal journal = Journal.begin(plan, NOW);
    return new Situation(seen, journal, journal.entry(step.name()), NOW);
  }

  private static ServicePlan service(String name) {
    ServiceSpec spec = SpecFixture.service(name).image("image:2").spec();
    return new ServicePlan(
        spec,
        "1",
        "2.0",
        name + "-green",
        Map.of("app", name + "-green"),
        List.of(name),
        Optional.empty(),
        List.of(),
        Optional.empty());
  }

  private static HasMetadata twin(String service) {
    return new PodDisruptionBudgetBuilder()
        .withNewMetadata()
        .withName(service + "-green")
        .withNamespace("default")
        .addToLabels(Marks.MIGRATION, MAKER.migration())
        .addToAnnotations(Marks.MIGRATION_UID, MAKER.uid())
        .addToAnnotations(Marks.SERVICE, service)
        .endMetadata()
        .build();
  }
}
