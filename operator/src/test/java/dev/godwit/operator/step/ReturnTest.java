package dev.godwit.operator.step;

import static org.assertj.core.api.Assertions.assertThat;

import dev.godwit.api.v1alpha1.Direction;
import dev.godwit.api.v1alpha1.PreImage;
import dev.godwit.api.v1alpha1.ServiceSpec;
import dev.godwit.api.v1alpha1.StepState;
import dev.godwit.operator.plan.Assessment;
import dev.godwit.operator.plan.Journal;
import dev.godwit.operator.plan.Observation;
import dev.godwit.operator.plan.ServicePlan;
import dev.godwit.operator.plan.ServiceView;
import dev.godwit.operator.plan.Situation;
import dev.godwit.operator.plan.SpecFixture;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** When traffic returns to the original workload. */
class ReturnTest {

  private static final Instant BEGUN = Instant.parse("2026-01-01T00:00:00Z");

  private static final Duration DEADLINE = Duration.ofMinutes(10);

  private final Return step = new Return(plan(), false, DEADLINE);

  @Test
  void waitsUntilTheOldPodsWhichTheServicesSelectTooHaveEnded() {
    assertThat(step.assess(situation(1, BEGUN.plusSeconds(5))))
        .isEqualTo(
            Assessment.await("the old pods of orders to end", BEGUN.plus(Return.OLD_PODS_END)));
  }

  @Test
  void returnsWhenTheOldPodsHaveEnded() {
    assertThat(step.assess(situation(0, BEGUN.plusSeconds(5)))).isInstanceOf(Assessment.Act.class);
  }

  @Test
  void returnsWhereTheClusterDoesNotCountPodsThatEnd() {
    assertThat(step.assess(situation((Integer) null, BEGUN.plusSeconds(5))))
        .isInstanceOf(Assessment.Act.class);
  }

  @Test
  void doesNotWaitForeverForOldPodsThatDoNotEnd() {
    assertThat(step.assess(situation(1, BEGUN.plus(Return.OLD_PODS_END))))
        .isInstanceOf(Assessment.Act.class);
  }

  @Test
  void originalThatLosesItsPodsIsWaitedForUntilTheDeadlineAndNotForever() {
    Deployment lost = new DeploymentBuilder(deployment("orders", 0)).build();
    lost.getStatus().setReadyReplicas(0);

    assertThat(step.assess(situation(lost, BEGUN.plusSeconds(5))))
        .isInstanceOf(Assessment.Wait.class);
    assertThat(step.assess(situation(lost, BEGUN.plus(DEADLINE))))
        .isInstanceOfSatisfying(
            Assessment.Failed.class,
            failed ->
                assertThat(failed.message())
                    .contains("Deployment orders", "0 of the 2 ready pods"));
  }

  private static Situation situation(Integer ending, Instant now) {
    return situation(deployment("orders", ending), now);
  }

  private static Situation situation(Deployment original, Instant now) {
    ServiceView view =
        new ServiceView(
            Optional.of(original),
            Optional.empty(),
            Optional.of(deployment("orders-green", null)),
            Map.of("orders", service()),
            Optional.empty(),
            Optional.empty(),
            Map.of(),
            Set.of(),
            List.of(),
            Optional.empty(),
            Optional.empty(),
            Map.of(),
            Map.of(),
            List.of(),
            Map.of(),
            Map.of());
    Observation seen = Shown.only("orders", view);
    Journal.Entry returning = entry("orders/return", StepState.RUNNING, PreImage.NONE);
    Journal.Entry switched =
        entry(
            "orders/switch",
            StepState.DONE,
            new PreImage(
                null,
                null,
                null,
                null,
                null,
                Map.of("orders", Map.of("app", "orders")),
                null,
                null,
                null,
                null));
    return new Situation(seen, journal(switched, returning), returning, now);
  }

  private static Journal journal(Journal.Entry... entries) {
    return new Journal(
        BEGUN, Optional.empty(), Direction.FORWARD, Optional.empty(), List.of(entries));
  }

  private static Journal.Entry entry(String name, StepState state, PreImage before) {
    return new Journal.Entry(
        name,
        "stage",
        state,
        Optional.of(BEGUN),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        1,
        "",
        before);
  }

  private static Deployment deployment(String name, Integer ending) {
    return new DeploymentBuilder()
        .withNewMetadata()
        .withName(name)
        .endMetadata()
        .withNewSpec()
        .withReplicas(2)
        .endSpec()
        .withNewStatus()
        .withReadyReplicas(2)
        .withTerminatingReplicas(ending)
        .endStatus()
        .build();
  }

  private static Service service() {
    return new ServiceBuilder()
        .withNewMetadata()
        .withName("orders")
        .endMetadata()
        .withNewSpec()
        .addToSelector("app", "orders-green")
        .endSpec()
        .build();
  }

  private static ServicePlan plan() {
    ServiceSpec spec = SpecFixture.service("orders").image("image:2").spec();
    return new ServicePlan(
        spec,
        "1",
        "2.0",
        "orders-green",
        Map.of("app", "orders-green"),
        List.of("orders"),
        Optional.empty(),
        List.of(),
        Optional.empty());
  }
}
