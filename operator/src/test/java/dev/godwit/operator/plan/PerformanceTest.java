package dev.godwit.operator.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.godwit.api.v1alpha1.Direction;
import dev.godwit.api.v1alpha1.HealthSpec;
import dev.godwit.api.v1alpha1.OnFailure;
import dev.godwit.api.v1alpha1.Performance;
import dev.godwit.api.v1alpha1.Performance.OnDegradation;
import dev.godwit.api.v1alpha1.PreImage;
import dev.godwit.api.v1alpha1.PreImage.Outcome;
import dev.godwit.api.v1alpha1.PrometheusSpec;
import dev.godwit.api.v1alpha1.StepState;
import dev.godwit.contract.load.LoadPlan;
import dev.godwit.operator.metric.Asked;
import dev.godwit.operator.metric.LoadReportFixture;
import dev.godwit.operator.metric.PerformanceSettings;
import dev.godwit.operator.plan.MetricState.Gap;
import dev.godwit.operator.plan.MetricState.Reading;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobBuilder;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

/** What a comparison under load, and the want of one, does to a migration. */
class PerformanceTest {

  private static final String STEP = "orders/performance";

  private final ServiceFixture orders = ServiceFixture.named("orders");
  private final MigrationFixture migration =
      MigrationFixture.of(orders).performance(asked(OnDegradation.WARN));

  private static Performance asked(OnDegradation onDegradation) {
    return Asked.performance(onDegradation);
  }

  private static Performance asked(
      String duration, OnDegradation onDegradation, List<String> services) {
    return Asked.performance(duration, onDegradation, services);
  }

  private static HealthSpec prometheus() {
    return new HealthSpec(
        null,
        "5s",
        new PrometheusSpec("http://prometheus:9090", null),
        null,
        null,
        null,
        100,
        null,
        null,
        "5m",
        "6m");
  }

  private LoadReportFixture report() {
    Performance asked = migration.spec().strategy().settings().performance();
    LoadPlan load = PerformanceSettings.load(asked, "", "");
    return LoadReportFixture.of(load, migration.entry(STEP).since().plusSeconds(20));
  }

  /** Green is ready, and the Job is to be made. */
  private Job untilLoad() {
    orders.held();
    migration.decide();
    orders.green(3, 3);
    return load(migration.decide());
  }

  private static Job load(Decision decision) {
    assertThat(decision.actions())
        .singleElement()
        .extracting(Decision.StepAction::action)
        .isInstanceOf(Action.Create.class);
    Action.Create create = (Action.Create) decision.actions().getFirst().action();
    return (Job) create.object();
  }

  private static Job ended(Job job, String how) {
    return new JobBuilder(job)
        .withNewStatus()
        .addNewCondition()
        .withType(how)
        .withStatus("True")
        .endCondition()
        .endStatus()
        .build();
  }

  private Decision ends(Job job, int exitCode, String message) {
    String how = exitCode == 0 ? "Complete" : "Failed";
    migration.jobEnded(ended(job, how), new JobEnd(exitCode, message));
    return migration.after(Duration.ofMinutes(4)).decide();
  }

  private StepState state() {
    return migration.entry(STEP).state();
  }

  private Map<String, PreImage.Compared> found() {
    return migration.entry(STEP).preImage().comparison().metrics();
  }

  private Outcome outcome(String metric) {
    return found().get(metric).verdict();
  }

  private Optional<String> failure() {
    return migration.journal().failure().map(failure -> failure.reason());
  }

  private boolean hasMoved() {
    return migration.journal().wasBegun("orders/switch");
  }

  @Test
  void theLoadBeginsWhenGreenIsReadyAndNoTrafficMovesMeanwhile() {
    Job job = untilLoad();

    assertThat(state()).isEqualTo(StepState.RUNNING);
    assertThat(hasMoved()).isFalse();
    assertThat(job.getSpec().getTemplate().getSpec().getContainers().getFirst().getEnv())
        .singleElement()
        .extracting(variable -> variable.getValue())
        .asString()
        .contains(
            "\"blue\":\"http://orders.shop.svc:80\"",
            "\"green\":\"http://orders-green.shop.svc:80\"");
    migration.job(job, "").decide();
    assertThat(migration.after(Duration.ofMinutes(3)).decide().actions()).isEmpty();
    assertThat(state()).isEqualTo(StepState.RUNNING);
  }

  @Test
  void theSameUnderLoadIsNotedAndTrafficMoves() {
    Job job = untilLoad();

    ends(job, 0, report().json());

    assertThat(outcome("responseTime")).isEqualTo(Outcome.SAME);
    assertThat(outcome("throughput")).isEqualTo(Outcome.SAME);
    assertThat(found().get("responseTime").before()).isEqualTo(0.02);
    assertThat(migration.entry(STEP).message()).contains("responseTime the same: 20 ms → 20 ms");
    assertThat(hasMoved()).isTrue();
  }

  @Test
  void withoutPrometheusCpuAndMemoryAreSaidNotToBeMeasured() {
    Job job = untilLoad();

    ends(job, 0, report().json());

    assertThat(outcome("cpu")).isEqualTo(Outcome.NOT_ASKED);
    assertThat(migration.entry(STEP).message())
        .contains("cpu, memory not measured: no Prometheus is configured");
  }

  @Test
  void aDegradedGreenIsToldAndGoesOnWhereTheUserWantsAWarning() {
    Job job = untilLoad();

    ends(job, 0, report().slower(1.55).json());

    assertThat(outcome("responseTime")).isEqualTo(Outcome.DEGRADED);
    assertThat(migration.entry(STEP).message())
        .startsWith("responseTime degraded: 20 ms → 31 ms (+55%); throughput the same: 50/s");
    assertThat(state()).isEqualTo(StepState.DONE);
    assertThat(hasMoved()).isTrue();
  }

  @Test
  void aDegradedGreenNeverGetsTrafficWhereTheUserWantsAFailure() {
    migration.performance(asked(OnDegradation.FAIL));
    Job job = untilLoad();

    ends(job, 0, report().slower(1.55).json());

    assertThat(failure()).contains("PerformanceDegraded");
    assertThat(migration.journal().failure().orElseThrow().message())
        .startsWith(
            "orders/performance: the new version is worse by more than 10%: responseTime degraded:"
                + " 20 ms → 31 ms (+55%)");
    assertThat(migration.journal().direction()).isEqualTo(Direction.BACKWARD);
    assertThat(hasMoved()).isFalse();
    assertThat(outcome("responseTime")).isEqualTo(Outcome.DEGRADED);
  }

  @Test
  void lessThroughputIsWorseAndMoreIsNot() {
    migration.performance(asked(OnDegradation.FAIL));
    Job job = untilLoad();

    ends(job, 0, report().answering(0.8).json());

    assertThat(outcome("throughput")).isEqualTo(Outcome.DEGRADED);
    assertThat(failure()).contains("PerformanceDegraded");
  }

  @Test
  void whatIsBetterPasses() {
    migration.performance(asked(OnDegradation.FAIL));
    Job job = untilLoad();

    ends(job, 0, report().slower(0.5).json());

    assertThat(outcome("responseTime")).isEqualTo(Outcome.BETTER);
    assertThat(state()).isEqualTo(StepState.DONE);
  }

  @Test
  void noiseIsSaidAndNotGuessedAway() {
    Job job = untilLoad();

    ends(job, 0, report().noisy(0.3).slower(1.55).json());

    assertThat(outcome("responseTime")).isEqualTo(Outcome.TOO_NOISY);
    assertThat(migration.entry(STEP).message())
        .contains("responseTime too noisy to tell: blue differs from itself by 60%");
    assertThat(hasMoved()).isTrue();
  }

  @Test
  void noiseIsNoPassWhereTheUserWantsAFailure() {
    migration.performance(asked(OnDegradation.FAIL));
    Job job = untilLoad();

    ends(job, 0, report().noisy(0.3).json());

    assertThat(failure()).contains("PerformanceUnknown");
    assertThat(hasMoved()).isFalse();
  }

  @Test
  void aGeneratorThatCouldNotKeepUpHasMeasuredNothing() {
    Job job = untilLoad();

    ends(job, 0, report().saturated().slower(1.55).json());

    assertThat(outcome("responseTime")).isEqualTo(Outcome.NOT_MEASURED);
    assertThat(outcome("throughput")).isEqualTo(Outcome.NOT_MEASURED);
  }

  @Test
  void aSideThatIsNotReachedIsNamedAndGoesOnWithAWarning() {
    Job job = untilLoad();

    ends(
        job,
        3,
        "{\"outcome\": \"unreachable\", \"side\": \"green\", \"message\": \"no connection\"}");

    assertThat(found().values())
        .extracting(PreImage.Compared::verdict)
        .containsOnly(Outcome.NOT_MEASURED);
    assertThat(migration.entry(STEP).message())
        .contains("not measured: green could not be reached: no connection");
    assertThat(hasMoved()).isTrue();
  }

  @Test
  void aMissingReportIsNoPassWhereTheUserWantsAFailure() {
    migration.performance(asked(OnDegradation.FAIL));
    Job job = untilLoad();

    ends(job, 1, "");

    assertThat(failure()).contains("PerformanceUnknown");
    assertThat(hasMoved()).isFalse();
    assertThat(migration.journal().failure().orElseThrow().message())
        .contains("it is not known whether the new version is worse", "exit code 1 and no report");
  }

  @Test
  void aJobThatRanOutOfTimeIsNamed() {
    Job job = untilLoad();
    Job late =
        new JobBuilder(job)
            .withNewStatus()
            .addNewCondition()
            .withType("Failed")
            .withStatus("True")
            .withReason("DeadlineExceeded")
            .endCondition()
            .endStatus()
            .build();

    migration.job(late, "").decide();

    assertThat(migration.entry(STEP).message())
        .contains("Job " + job.getMetadata().getName() + " failed (DeadlineExceeded)");
  }

  @Test
  void withoutAnImageNothingIsMeasured() {
    migration.withoutRunner();
    orders.held();
    migration.decide();
    orders.green(3, 3);

    migration.decide();

    assertThat(migration.entry(STEP).message()).contains("without an image for the load");
    assertThat(state()).isEqualTo(StepState.DONE);
  }

  @Test
  void aJobIsMadeAgainAsLongAsNobodyHasSeenIt() {
    Job job = untilLoad();

    Job again = load(migration.decide());

    assertThat(again.getMetadata().getName()).isEqualTo(job.getMetadata().getName());
  }

  @Test
  void aJobThatVanishesIsMadeAnewTwiceAndNotForEver() {
    Job job = untilLoad();
    for (int again = 1; again <= 2; again++) {
      migration.job(job, "").decide();
      migration.withoutJobs();
      Job next = load(migration.decide());
      assertThat(next.getMetadata().getName()).isNotEqualTo(job.getMetadata().getName());
      job = next;
    }
    migration.job(job, "").decide();
    migration.withoutJobs();

    migration.decide();

    assertThat(state()).isEqualTo(StepState.DONE);
    assertThat(migration.entry(STEP).message()).contains("deleted 3 times");
  }

  @Test
  void aJobThatWasMadeForAnotherMigrationSaysNothing() {
    Job job = untilLoad();
    Job foreign =
        new JobBuilder(ended(job, "Complete"))
            .editMetadata()
            .withAnnotations(Map.of("godwit.dev/migration-uid", "another"))
            .endMetadata()
            .build();

    migration.jobEnded(foreign, new JobEnd(0, report().json())).decide();

    assertThat(state()).isEqualTo(StepState.RUNNING);
  }

  @Test
  void theLoadEndsOnTheWayBack() {
    Job job = untilLoad();
    migration.job(job, "").decide();

    Decision back = migration.aborted().decide();

    assertThat(back.actions())
        .extracting(Decision.StepAction::action)
        .contains(new Action.Delete(job));
    migration.withoutJobs().decide();
    assertThat(state()).isEqualTo(StepState.UNDONE);
  }

  @Test
  void aPersonWhoTriesOnceMoreGetsAnotherLoad() {
    migration.performance(asked(OnDegradation.FAIL)).onFailure(OnFailure.PAUSE);
    Job job = untilLoad();
    ends(job, 0, report().slower(1.55).json());
    assertThat(state()).isEqualTo(StepState.FAILED);

    migration.paused(true).decide();
    Job next = load(migration.paused(false).decide());

    assertThat(next.getMetadata().getName()).isNotEqualTo(job.getMetadata().getName());
    ends(next, 0, report().json());
    assertThat(state()).isEqualTo(StepState.DONE);
  }

  @Test
  void servicesAreComparedOneAfterTheOther() {
    ServiceFixture users = ServiceFixture.named("users");
    MigrationFixture both =
        MigrationFixture.of(users, orders).performance(asked(OnDegradation.WARN));
    users.held();
    orders.held();
    both.decide();
    users.green(3, 3);
    orders.green(3, 3);

    both.decide();

    assertThat(both.entry("users/performance").state()).isEqualTo(StepState.RUNNING);
    assertThat(both.entry("orders/performance").state()).isEqualTo(StepState.PENDING);
  }

  @Test
  void inRollingAServiceIsComparedInItsOwnTurn() {
    ServiceFixture users = ServiceFixture.named("users");
    MigrationFixture both =
        MigrationFixture.of(users, orders).rolling(1).performance(asked(OnDegradation.WARN));

    assertThat(both.plan().stages())
        .extracting(Stage::name)
        .containsSubsequence(
            "performance-1", "switch-1", "monitor-1", "deploy-2", "performance-2", "switch-2");
  }

  @Test
  void onlyTheServicesThatAreNamedAreCompared() {
    ServiceFixture users = ServiceFixture.named("users");
    MigrationFixture both =
        MigrationFixture.of(users, orders)
            .performance(asked("160s", OnDegradation.WARN, List.of("orders")));

    assertThat(both.plan().steps().map(Step::name))
        .contains("orders/performance")
        .doesNotContain("users/performance");
  }

  // cpu and memory

  private Decision endedWithPrometheus(OnDegradation onDegradation, LoadReportFixture report) {
    Job job = untilLoadWithPrometheus(onDegradation);
    return ends(job, 0, report.json());
  }

  private Job untilLoadWithPrometheus(OnDegradation onDegradation) {
    migration.health(prometheus()).performance(asked(onDegradation));
    return untilLoad();
  }

  private List<MetricRequest> questions() {
    return migration.peek().metrics().stream()
        .filter(request -> request.id().contains("/load@"))
        .toList();
  }

  private void answer(MetricRequest request, double value) {
    Optional<Reading> reading =
        Optional.of(new Reading(value, OptionalDouble.empty(), migration.now()));
    migration.measured(request.id(), new MetricState(0, reading, reading, Optional.empty()));
  }

  private void gap(MetricRequest request, Gap.Kind kind) {
    migration.measured(
        request.id(),
        new MetricState(
            0,
            Optional.empty(),
            Optional.empty(),
            Optional.of(new Gap(kind, migration.now(), "why not"))));
  }

  /** Users cost blue half a core; the load costs it 0.2, and green so many times as much. */
  private void answerAll(double cpu, double memory) {
    for (MetricRequest request : questions()) {
      boolean green = request.id().contains("/green/");
      if (request.id().contains("/memory/")) {
        answer(request, green ? memory * 1e8 : 1e8);
      } else {
        double users = green ? 0 : 0.5;
        double load = request.id().endsWith("/loaded") ? (green ? cpu * 0.2 : 0.2) : 0;
        answer(request, users + load);
      }
    }
  }

  @Test
  void prometheusIsAskedAboutEveryTurnWhenItsValuesHaveArrived() {
    Job job = untilLoadWithPrometheus(OnDegradation.WARN);
    Instant end = migration.entry(STEP).since().plusSeconds(180);
    migration.job(job, "").decide();
    assertThat(questions()).isEmpty();
    migration.jobEnded(ended(job, "Complete"), new JobEnd(0, report().json()));
    migration.after(Duration.ofSeconds(194)).decide();
    assertThat(questions()).isEmpty();

    migration.after(Duration.ofSeconds(1)).decide();

    assertThat(questions()).hasSize(4 * 6);
    assertThat(questions()).extracting(MetricRequest::at).doesNotContain(Optional.empty());
    assertThat(questions())
        .extracting(request -> request.at().orElseThrow())
        .allMatch(at -> !at.isAfter(end));
    assertThat(questions())
        .filteredOn(request -> request.id().matches("orders/cpu/load@[0-9]+/green/0/idle"))
        .singleElement()
        .satisfies(
            request -> {
              assertThat(request.at()).contains(migration.entry(STEP).since().plusSeconds(20 + 20));
              assertThat(request.query()).contains("pod=~\"orders-green-[", "[20000ms]");
            });
  }

  @Test
  void whatUsersCostBlueDoesNotHideWhatTheLoadCostsGreen() {
    endedWithPrometheus(OnDegradation.FAIL, report0());
    answerAll(1.3, 1);

    migration.decide();

    assertThat(outcome("cpu")).isEqualTo(Outcome.DEGRADED);
    assertThat(found().get("cpu").before()).isEqualTo(0.2);
    assertThat(found().get("cpu").after()).isEqualTo(0.26);
    assertThat(failure()).contains("PerformanceDegraded");
    assertThat(hasMoved()).isFalse();
  }

  private LoadReportFixture report0() {
    // The step has not begun yet: it begins at the first moment of the migration.
    LoadPlan load = PerformanceSettings.load(asked(OnDegradation.WARN), "", "");
    return LoadReportFixture.of(load, MigrationFixture.START.plusSeconds(20));
  }

  @Test
  void threePercentMoreCpuAreWithinTheTolerance() {
    endedWithPrometheus(OnDegradation.FAIL, report0());
    answerAll(1.03, 1.03);

    migration.decide();

    assertThat(outcome("cpu")).isEqualTo(Outcome.SAME);
    assertThat(outcome("memory")).isEqualTo(Outcome.SAME);
  }

  @Test
  void moreMemoryIsDegraded() {
    endedWithPrometheus(OnDegradation.WARN, report0());
    answerAll(1, 1.3);

    migration.decide();

    assertThat(outcome("memory")).isEqualTo(Outcome.DEGRADED);
    assertThat(migration.entry(STEP).message())
        .contains("memory degraded: 95.37 MiB → 124 MiB (+30%)");
  }

  @Test
  void nothingIsDecidedBeforeEveryQuestionHasAnAnswer() {
    endedWithPrometheus(OnDegradation.FAIL, report0());
    MetricRequest open = questions().getFirst();
    answerAll(1, 1);
    migration.measured(open.id(), MetricState.NONE);

    migration.after(Duration.ofMinutes(30)).decide();

    assertThat(state()).isEqualTo(StepState.RUNNING);
    assertThat(hasMoved()).isFalse();
  }

  @Test
  void oneTurnWithoutDataIsLeftOutWhenItIsTooLateForIt() {
    endedWithPrometheus(OnDegradation.WARN, report0());
    MetricRequest lost =
        questions().stream()
            .filter(one -> one.id().matches("orders/memory/.*/blue/0"))
            .findFirst()
            .get();
    answerAll(1, 1);
    gap(lost, Gap.Kind.NO_DATA);

    migration.after(Duration.ofMinutes(1)).decide();

    assertThat(outcome("cpu")).isEqualTo(Outcome.SAME);
    assertThat(outcome("memory")).isEqualTo(Outcome.NOT_MEASURED);
    assertThat(migration.entry(STEP).message())
        .contains("blue has 3 measured slices and green 4", "Prometheus: why not");
  }

  @Test
  void aPrometheusThatIsAwayIsWaitedForAndThenNothingIsKnown() {
    endedWithPrometheus(OnDegradation.FAIL, report0());
    questions().forEach(question -> gap(question, Gap.Kind.PROVIDER_ERROR));

    Decision waiting = migration.decide();
    assertThat(state()).isEqualTo(StepState.RUNNING);
    assertThat(waiting.recheck()).contains(MigrationFixture.START.plusSeconds(180 + 360));
    migration.after(Duration.ofMinutes(6)).decide();

    assertThat(failure()).contains("PerformanceUnknown");
    assertThat(hasMoved()).isFalse();
  }

  @Test
  void turnsThatAreTooShortForTheProcessorTimeAreNotAskedAboutIt() {
    migration.health(prometheus()).performance(asked("152s", OnDegradation.FAIL, null));
    Job job = untilLoad();
    ends(job, 0, report().json());
    assertThat(questions()).extracting(MetricRequest::id).noneMatch(id -> id.contains("/cpu/"));
    answerAll(1, 1);

    migration.decide();

    assertThat(outcome("cpu")).isEqualTo(Outcome.NOT_ASKED);
    assertThat(outcome("memory")).isEqualTo(Outcome.SAME);
    assertThat(failure()).isEmpty();
  }

  @Test
  void answersAboutALoadThatWasMadeAnewSayNothingOfTheNextOne() {
    Job job = untilLoadWithPrometheus(OnDegradation.FAIL);
    ends(job, 0, report().json());
    List<MetricRequest> first = questions();
    answerAll(1, 1);
    migration.withoutJobs();
    Job next = load(migration.decide());

    LoadPlan load = PerformanceSettings.load(asked(OnDegradation.FAIL), "", "");
    ends(next, 0, LoadReportFixture.of(load, migration.now()).json());
    migration.after(Duration.ofMinutes(1)).decide();

    assertThat(state()).isEqualTo(StepState.RUNNING);
    assertThat(questions())
        .extracting(MetricRequest::id)
        .isNotEmpty()
        .doesNotContainAnyElementsOf(first.stream().map(MetricRequest::id).toList());
  }

  @Test
  void nothingIsAskedAnyMoreWhenTheComparisonIsOver() {
    endedWithPrometheus(OnDegradation.WARN, report0());
    answerAll(1, 1);
    migration.decide();

    assertThat(questions()).isEmpty();
  }
}
