package dev.godwit.operator.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.godwit.api.v1alpha1.Migration;
import dev.godwit.api.v1alpha1.MigrationSpec;
import dev.godwit.api.v1alpha1.MigrationStatus;
import dev.godwit.api.v1alpha1.Performance.OnDegradation;
import dev.godwit.api.v1alpha1.PreImage;
import dev.godwit.api.v1alpha1.PreImage.Compared;
import dev.godwit.api.v1alpha1.PreImage.Outcome;
import dev.godwit.api.v1alpha1.StepState;
import dev.godwit.operator.metric.Asked;
import dev.godwit.operator.metric.PerformanceSettings;
import dev.godwit.operator.plan.Journal;
import dev.godwit.operator.plan.Plan;
import dev.godwit.operator.plan.Stage;
import dev.godwit.operator.resource.Marks;
import dev.godwit.operator.step.Compare;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What a comparison has found, in the condition and in the event. */
class PerformanceTruthTest {

  private final Plan plan =
      new Plan(List.of(stage("performance", "orders"), stage("performance-2", "users")), List.of());
  private Journal journal = Plans.begin(plan);

  private static Stage stage(String name, String service) {
    PerformanceSettings settings =
        new PerformanceSettings(
            Plans.service(service), Asked.performance(OnDegradation.WARN), Optional.empty());
    Marks.Maker maker = new Marks.Maker("shop", "uid-1", "prod");
    return new Stage(name, "Comparing", List.of(new Compare(settings, maker)));
  }

  private static Compared time(Outcome outcome) {
    return switch (outcome) {
      case NOT_MEASURED, NOT_ASKED -> new Compared(outcome, null, null, null, "nobody knows");
      case TOO_NOISY -> new Compared(outcome, 0.02, 0.031, 0.18, null);
      case SAME, BETTER, DEGRADED -> new Compared(outcome, 0.02, 0.031, null, null);
    };
  }

  private void ended(String service, StepState state, Outcome outcome) {
    String step = service + "/performance";
    Journal.Entry old = Plans.with(journal, step, state, 1, "").entry(step);
    PreImage found =
        new PreImage(
            null,
            null,
            null,
            null,
            null,
            null,
            null,
            null,
            null,
            new PreImage.Comparison(
                null,
                Map.of(
                    "responseTime",
                    time(outcome),
                    "cpu",
                    new Compared(Outcome.NOT_ASKED, null, null, null, "no Prometheus"))));
    journal =
        journal.with(
            new Journal.Entry(
                step,
                old.stage(),
                state,
                old.startedAt(),
                old.finishedAt(),
                Optional.empty(),
                Optional.empty(),
                1,
                "",
                found));
  }

  private PerformanceTruth truth() {
    return PerformanceTruth.of(plan, journal).orElseThrow();
  }

  @Test
  void nothingIsSaidWhereNothingIsCompared() {
    assertThat(PerformanceTruth.of(Plans.plan(), Plans.begin(Plans.plan()))).isEmpty();
  }

  @Test
  void untilAllAreComparedItIsUnknown() {
    ended("orders", StepState.DONE, Outcome.SAME);

    assertThat(truth().truth()).isEqualTo(Conditions.Truth.UNKNOWN);
    assertThat(truth().reason()).isEqualTo("NotCompared");
    assertThat(truth().message()).startsWith("1 of 2 services are compared. orders: responseTime");
  }

  @Test
  void allTheSameIsFalseThoughNobodyWasAskedForTheProcessorTime() {
    ended("orders", StepState.DONE, Outcome.SAME);
    ended("users", StepState.DONE, Outcome.BETTER);

    assertThat(truth().truth()).isEqualTo(Conditions.Truth.FALSE);
    assertThat(truth().message()).contains("cpu not measured: no Prometheus");
  }

  @Test
  void oneThatIsDegradedIsTrueAtOnceWithOldAndNew() {
    ended("orders", StepState.DONE, Outcome.DEGRADED);

    assertThat(truth().truth()).isEqualTo(Conditions.Truth.TRUE);
    assertThat(truth().reason()).isEqualTo("Degraded");
    assertThat(truth().message()).startsWith("orders: responseTime degraded: 20 ms → 31 ms (+55%)");
  }

  @Test
  void theWorstIsSaidFirst() {
    ended("orders", StepState.DONE, Outcome.SAME);
    ended("users", StepState.DONE, Outcome.DEGRADED);

    assertThat(truth().message()).startsWith("users: responseTime degraded");
  }

  @Test
  void itStaysTrueOnTheWayBack() {
    ended("orders", StepState.UNDONE, Outcome.DEGRADED);

    assertThat(truth().truth()).isEqualTo(Conditions.Truth.TRUE);
  }

  @Test
  void noiseIsUnknownAndSaid() {
    ended("orders", StepState.DONE, Outcome.TOO_NOISY);
    ended("users", StepState.DONE, Outcome.SAME);

    assertThat(truth().truth()).isEqualTo(Conditions.Truth.UNKNOWN);
    assertThat(truth().reason()).isEqualTo("TooNoisy");
    assertThat(truth().message()).contains("blue differs from itself by 18%");
  }

  @Test
  void whatWasNotMeasuredIsUnknown() {
    ended("orders", StepState.DONE, Outcome.NOT_MEASURED);
    ended("users", StepState.DONE, Outcome.SAME);

    assertThat(truth().truth()).isEqualTo(Conditions.Truth.UNKNOWN);
    assertThat(truth().reason()).isEqualTo("NotMeasured");
  }

  private List<Narration> told(Outcome outcome) {
    Journal before = journal;
    ended("orders", StepState.DONE, outcome);
    return Narrator.narrate(plan, Optional.of(before), journal);
  }

  @Test
  void anEventTellsWhatWasFoundOnce() {
    assertThat(told(Outcome.SAME))
        .extracting(Narration::warning, Narration::reason)
        .containsExactly(org.assertj.core.api.Assertions.tuple(false, "PerformanceCompared"));
    assertThat(Narrator.narrate(plan, Optional.of(journal), journal)).isEmpty();
  }

  @Test
  void anEventWarnsOfWhatIsWorse() {
    assertThat(told(Outcome.DEGRADED))
        .singleElement()
        .satisfies(
            one -> {
              assertThat(one.warning()).isTrue();
              assertThat(one.reason()).isEqualTo("PerformanceDegraded");
              assertThat(one.message())
                  .startsWith("orders/performance: responseTime degraded: 20 ms → 31 ms");
            });
  }

  @Test
  void anEventWarnsOfWhatIsNotKnown() {
    assertThat(told(Outcome.NOT_MEASURED))
        .extracting(Narration::warning, Narration::reason)
        .containsExactly(org.assertj.core.api.Assertions.tuple(true, "PerformanceUnknown"));
  }

  @Test
  void theConditionIsInTheStatusAndFitsTheSizeThatIsCountedOn() {
    ended("orders", StepState.DONE, Outcome.DEGRADED);
    Migration migration = Plans.migration("orders", "users");
    MigrationSpec spec = migration.getSpec();
    assertThat(spec.services()).hasSize(2);

    MigrationStatus status =
        StatusBuilder.build(
            migration,
            plan,
            List.of(Plans.service("orders"), Plans.service("users")),
            "hash",
            journal,
            List.of(),
            Plans.START);

    assertThat(status.conditions())
        .filteredOn(condition -> condition.getType().equals("PerformanceDegraded"))
        .singleElement()
        .satisfies(condition -> assertThat(condition.getStatus()).isEqualTo("True"));
    Plan without = new Plan(List.of(Plans.stage("x", "X", "a/x", "b/x")), List.of());
    assertThat(StatusSize.atMost(plan, List.of()) - StatusSize.atMost(without, List.of()))
        .as("two comparisons, of four metrics with 240 letters each and a message")
        .isGreaterThan(2 * (4 * 300 + 512));
  }
}
