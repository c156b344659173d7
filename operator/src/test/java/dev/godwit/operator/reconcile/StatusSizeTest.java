package dev.godwit.operator.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.godwit.api.v1alpha1.HealthSpec;
import dev.godwit.api.v1alpha1.Metric;
import dev.godwit.operator.plan.Assessment;
import dev.godwit.operator.plan.Plan;
import dev.godwit.operator.plan.ServicePlan;
import dev.godwit.operator.plan.Situation;
import dev.godwit.operator.plan.Stage;
import dev.godwit.operator.plan.Step;
import dev.godwit.operator.preflight.PreflightResult.Problem;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** A journal that could become too large is refused before anything is touched. */
class StatusSizeTest {

  private record Nothing(String name, boolean pointOfNoReturn) implements Step {
    @Override
    public Assessment assess(Situation situation) {
      return Assessment.done();
    }
  }

  private static Plan plan(int reversible, int decisive) {
    List<Stage> stages =
        List.of(stage("there", reversible, false), stage("clean-up", decisive, true));
    return new Plan(stages, List.of());
  }

  private static Stage stage(String name, int steps, boolean pointOfNoReturn) {
    return new Stage(
        name,
        "Testing",
        IntStream.range(0, steps)
            .<Step>mapToObj(number -> new Nothing(name + "/step-" + number, pointOfNoReturn))
            .toList());
  }

  @Test
  void whatIsKeptOfAHealthPolicyCountsToo() {
    Metric metric =
        new Metric("queue", "x".repeat(2000), null, null, null, "1", null, null, null, null, null);
    HealthSpec health =
        new HealthSpec(
            null,
            null,
            null,
            null,
            Collections.nCopies(16, metric),
            null,
            null,
            null,
            null,
            null,
            null);

    assertThat(StatusSize.problem(plan(500, 200), List.of(), Optional.empty())).isEmpty();
    assertThat(StatusSize.problem(plan(750, 0), List.of(), Optional.empty())).isEmpty();
    assertThat(StatusSize.problem(plan(750, 0), List.of(), Optional.of(health))).isPresent();
  }

  @Test
  void aPlanOfAFewHundredStepsIsRecorded() {
    assertThat(StatusSize.problem(plan(500, 200), List.of(), Optional.empty())).isEmpty();
  }

  @Test
  void aPlanWhoseStepsCouldAllBeTakenBackNeedsTheRoomOfFourTimesAStep() {
    assertThat(StatusSize.problem(plan(1000, 0), List.of(), Optional.empty()))
        .hasValueSatisfying(
            problem ->
                assertThat(problem)
                    .extracting(Problem::field, Problem::message)
                    .satisfies(
                        found ->
                            assertThat(found.toString())
                                .contains("spec.services", "1000 steps", "may take 200")));
  }

  @Test
  void stepsAfterThePointOfNoReturnAreNeverTakenBack() {
    assertThat(StatusSize.atMost(plan(100, 900), List.of()))
        .isLessThan(StatusSize.atMost(plan(1000, 0), List.of()));
    assertThat(StatusSize.problem(plan(100, 900), List.of(), Optional.empty())).isEmpty();
  }

  private static Optional<Problem> problemOfStatefulSets(int count) {
    List<ServicePlan> services = Arrays.stream(Plans.names(count)).map(Plans::inPlace).toList();
    return StatusSize.problem(Plans.rolling(services), services, Optional.empty());
  }

  /** Three members take nine steps, and the service five more: too many for 64 of them. */
  @Test
  void sixtyFourStatefulSetsOfThreeMembersAreTooManyForOneMigrationAndHalfOfThemAreNot() {
    assertThat(problemOfStatefulSets(64))
        .hasValueSatisfying(
            problem ->
                assertThat(problem.message())
                    .contains("896 steps", "may take 200", "move fewer services"));
    assertThat(problemOfStatefulSets(32)).isEmpty();
  }
}
