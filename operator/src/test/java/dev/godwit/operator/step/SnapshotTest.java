package dev.godwit.operator.step;

import static org.assertj.core.api.Assertions.assertThat;

import dev.godwit.api.v1alpha1.ServiceSpec;
import dev.godwit.operator.plan.Action;
import dev.godwit.operator.plan.Assessment;
import dev.godwit.operator.plan.Journal;
import dev.godwit.operator.plan.Plan;
import dev.godwit.operator.plan.ServiceFixture;
import dev.godwit.operator.plan.ServicePlan;
import dev.godwit.operator.plan.Situation;
import dev.godwit.operator.plan.SpecFixture;
import dev.godwit.operator.plan.Stage;
import dev.godwit.operator.resource.Marks;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** In which order what a migration needs is marked as its own. */
class SnapshotTest {

  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

  private final ServiceFixture orders = ServiceFixture.named("orders");

  private static Assessment.Act marking(ServicePlan plan, ServiceFixture seen) {
    Snapshot step = new Snapshot(plan, ServiceFixture.MAKER, List.of(), List.of());
    Journal journal =
        Journal.begin(
            new Plan(List.of(new Stage("stage", "Staging", List.of(step))), List.of()), NOW);
    Assessment answer =
        step.assess(
            new Situation(
                Shown.only("orders", seen.view()), journal, journal.entry(step.name()), NOW));
    assertThat(answer).isInstanceOf(Assessment.Act.class);
    return (Assessment.Act) answer;
  }

  private static List<String> written(List<Action> actions) {
    return actions.stream().map(SnapshotTest::object).map(SnapshotTest::title).toList();
  }

  private static HasMetadata object(Action action) {
    return switch (action) {
      case Action.Create create -> create.object();
      case Action.Patch patch -> patch.seen();
      default -> throw new AssertionError("nothing else is written: " + action);
    };
  }

  private static String title(HasMetadata object) {
    return object.getKind() + " " + object.getMetadata().getName().replaceAll("^shop-2-0-.*", "…");
  }

  /** Of two migrations that want one workload, the first that marks it gets all. */
  @Test
  void workloadIsMarkedBeforeAllElse() {
    Assessment.Act act = marking(orders.plan(), orders);

    assertThat(written(act.actions().subList(0, act.inOrder())))
        .containsExactly("Deployment orders");
    assertThat(written(act.actions().subList(act.inOrder(), act.actions().size())))
        .containsExactly("Service orders", "ControllerRevision …");
  }

  @Test
  void replacementIsMarkedRightAfterTheWorkload() {
    Assessment.Act act =
        marking(replacing(orders.plan()), orders.green(3, 3).green(SnapshotTest::unmarked));

    assertThat(written(act.actions().subList(0, act.inOrder())))
        .containsExactly("Deployment orders", "Deployment orders-green");
  }

  /** What is marked already is not marked again, as after a crash. */
  @Test
  void whatIsLeftAfterTheWorkloadIsMarkedSideBySide() {
    orders.blue(blue -> held(blue));

    Assessment.Act act = marking(orders.plan(), orders);

    assertThat(act.inOrder()).isZero();
    assertThat(written(act.actions())).containsExactly("Service orders", "ControllerRevision …");
  }

  private static Deployment unmarked(Deployment deployment) {
    deployment.getMetadata().setLabels(Map.of());
    return deployment;
  }

  private static <T extends HasMetadata> T held(T object) {
    object.getMetadata().setLabels(Map.of(Marks.MIGRATION, ServiceFixture.MAKER.migration()));
    return object;
  }

  private static ServicePlan replacing(ServicePlan plan) {
    ServiceSpec spec = SpecFixture.service(plan.name()).replacement(plan.green()).spec();
    return new ServicePlan(
        spec,
        plan.version(),
        plan.toVersion(),
        plan.green(),
        plan.greenLabels(),
        plan.traffic(),
        plan.autoscaler(),
        plan.twins(),
        plan.inPlace());
  }
}
