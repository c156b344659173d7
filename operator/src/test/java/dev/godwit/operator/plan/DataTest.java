package dev.godwit.operator.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.godwit.api.v1alpha1.HealthSpec;
import dev.godwit.api.v1alpha1.OnFailure;
import dev.godwit.api.v1alpha1.OnNoData;
import dev.godwit.api.v1alpha1.StepState;
import dev.godwit.api.v1alpha1.Triggers;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobBuilder;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What must hold in a database: before traffic moves, and while the new version serves. */
class DataTest {

  private final ServiceFixture orders = ServiceFixture.named("orders");
  private final MigrationFixture migration = MigrationFixture.of(orders).sqlTest("totals");

  private static HealthSpec health(Triggers triggers, OnNoData onNoData) {
    return new HealthSpec(null, null, null, null, null, triggers, null, onNoData, null, "5m", "5m");
  }

  private static Optional<Job> created(Decision decision) {
    return decision.actions().stream()
        .map(Decision.StepAction::action)
        .filter(Action.Create.class::isInstance)
        .map(action -> ((Action.Create) action).object())
        .filter(Job.class::isInstance)
        .map(Job.class::cast)
        .findFirst();
  }

  private static List<String> deleted(Decision decision) {
    return decision.actions().stream()
        .map(Decision.StepAction::action)
        .filter(Action.Delete.class::isInstance)
        .map(action -> ((Action.Delete) action).seen())
        .filter(Job.class::isInstance)
        .map(job -> job.getMetadata().getName())
        .toList();
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

  private static Job ready(Job job, int pods) {
    return new JobBuilder(job).withNewStatus().withReady(pods).endStatus().build();
  }

  private static String question(Job job) {
    return job.getSpec()
        .getTemplate()
        .getSpec()
        .getContainers()
        .getFirst()
        .getEnv()
        .getFirst()
        .getValue();
  }

  private Job untilAsked() {
    orders.held();
    migration.decide();
    orders.green(3, 3);
    return created(migration.decide()).orElseThrow();
  }

  /** Traffic is on green; the Job that watches, or none where nobody asks. */
  private Optional<Job> untilMonitoring() {
    migration.job(ended(untilAsked(), "Complete"), "").decide();
    orders.servesFromGreen();
    Optional<Job> watching = created(migration.decide());
    assertThat(migration.entry("monitor").state()).isEqualTo(StepState.RUNNING);
    return watching;
  }

  private static Standing.State stands(Decision decision) {
    assertThat(decision.standings()).extracting(Standing::id).containsExactly("orders/totals");
    return decision.standings().getFirst().state();
  }

  private Optional<String> failure() {
    return migration.journal().failure().map(failure -> failure.reason());
  }

  @Test
  void isAskedOfTheDatabaseBeforeTrafficMoves() {
    Job job = untilAsked();

    assertThat(question(job)).contains("select true", "\"attempts\":3").doesNotContain("watch");
    assertThat(migration.job(job, "").decide().actions()).isEmpty();
    assertThat(migration.journal().wasBegun("orders/switch")).isFalse();

    migration.job(ended(job, "Failed"), "bad: the query returned false or null").decide();

    assertThat(failure()).contains("CheckFailed");
    assertThat(migration.journal().failure().orElseThrow().message())
        .contains("check totals", "it wrote last: bad: the query returned false or null");
  }

  @Test
  void withoutTheRunnersImageItIsNotPassed() {
    migration.withoutRunner();
    orders.held();
    migration.decide();
    orders.green(3, 3);
    migration.decide();

    assertThat(failure()).contains("CheckFailed");
    assertThat(migration.journal().failure().orElseThrow().message()).contains("runner.image");
  }

  @Test
  void aJobWatchesWhileGreenServesAndABadAnswerGoesBack() {
    Job watching = untilMonitoring().orElseThrow();

    assertThat(question(watching)).contains("\"intervalMillis\":10000", "\"failures\":2");
    assertThat(stands(migration.peek())).isEqualTo(Standing.State.PENDING);
    migration.job(ready(watching, 0), "");
    assertThat(stands(migration.peek())).isEqualTo(Standing.State.UNKNOWN);
    migration.job(ready(watching, 1), "");
    assertThat(stands(migration.peek())).isEqualTo(Standing.State.GOOD);
    assertThat(migration.after(Duration.ofSeconds(1)).decide().actions()).isEmpty();
    Job failed = ended(watching, "Failed");
    Decision turned = migration.job(failed, "good\nbad: 1 row\nbad: 2 of the 10 rows\n").decide();

    assertThat(stands(turned)).isEqualTo(Standing.State.BAD);

    assertThat(failure()).contains("DataInconsistent");
    assertThat(migration.journal().failure().orElseThrow().message())
        .contains("check totals of orders")
        .endsWith("it wrote last: bad: 2 of the 10 rows");
    assertThat(turned.standings().getFirst().message()).doesNotContain("good", "1 row");
    assertThat(migration.entry("orders/switch").state()).isEqualTo(StepState.UNDOING);
  }

  @Test
  void bothJobsAreRemovedOnTheWayBack() {
    Job watching = untilMonitoring().orElseThrow();
    migration.job(ended(watching, "Failed"), "bad").decide();
    orders.selectsBlue().reachesBlue(3);

    Decision back = migration.decide();
    List<String> deleted = deleted(back);

    assertThat(deleted).contains(watching.getMetadata().getName()).hasSize(2);
    assertThat(back.standings()).as("what turned it round stays reported").isEmpty();
    migration.withoutJobs();
    assertThat(created(migration.decide())).as("made again on the way back").isEmpty();
  }

  /** One that moved before stays on green until those after it are back. */
  @Test
  void onTheWayBackNothingIsWatchedAnew() {
    ServiceFixture cart = ServiceFixture.named("cart", "orders");
    MigrationFixture both = MigrationFixture.of(orders, cart).rolling(1).sqlTest("totals");
    for (ServiceFixture service : List.of(orders, cart)) {
      service.held();
      both.decide();
      service.green(3, 3);
      both.job(ended(created(both.decide()).orElseThrow(), "Complete"), "").decide();
      service.servesFromGreen();
      both.decide();
      both.after(Duration.ofMinutes(1)).decide();
      both.job(ready(created(both.peek()).orElseThrow(), 1), "");
      both.after(Duration.ofMinutes(10)).decide();
      both.after(Duration.ofMinutes(1)).decide();
    }
    both.withoutJobs();

    Decision back = both.aborted().decide();

    assertThat(both.entry("orders/switch").state()).isEqualTo(StepState.DONE);
    assertThat(both.entry("cart/switch").state()).isEqualTo(StepState.UNDOING);
    assertThat(created(back)).isEmpty();
    assertThat(both.peek().standings()).as("what turned it round stays reported").isEmpty();
  }

  @Test
  void aJobThatNeverEndsIsWaitedForUntilFiveMinutesAfterItsTime() {
    Job job = untilAsked();
    Duration longest = Duration.ofSeconds(job.getSpec().getActiveDeadlineSeconds());
    migration.job(new JobBuilder(job).editSpec().withSuspend(true).endSpec().build(), "").decide();

    migration.after(longest.plusMinutes(4)).decide();
    assertThat(failure()).isEmpty();
    migration.after(Duration.ofMinutes(1)).decide();

    assertThat(failure()).contains("CheckFailed");
    assertThat(migration.journal().failure().orElseThrow().message())
        .contains("has not ended in time", "it is suspended");
  }

  @Test
  void aJobThatSomebodyDeletesIsMadeAgain() {
    Job watching = untilMonitoring().orElseThrow();
    migration.job(ready(watching, 1), "").decide();
    migration.withoutJobs();

    assertThat(created(migration.decide()).orElseThrow().getMetadata().getName())
        .isEqualTo(watching.getMetadata().getName());
  }

  @Test
  void aJobOfAnotherMigrationIsNotMistakenForIt() {
    Job watching = untilMonitoring().orElseThrow();
    Job other =
        new JobBuilder(ended(watching, "Failed"))
            .editMetadata()
            .addToAnnotations("godwit.dev/migration-uid", "another")
            .endMetadata()
            .build();
    migration.job(other, "").decide();

    assertThat(failure()).isEmpty();
  }

  @Test
  void theWatchEndsOnlyWithAGoodAnswer() {
    Job watching = untilMonitoring().orElseThrow();
    migration.job(ready(watching, 0), "");

    migration.after(Duration.ofMinutes(11)).decide();
    assertThat(migration.entry("monitor").state()).isEqualTo(StepState.RUNNING);
    assertThat(migration.entry("monitor").message())
        .contains("waiting for a good answer to check totals of orders");

    migration.job(ready(watching, 1), "").decide();
    assertThat(migration.entry("monitor").state()).isEqualTo(StepState.DONE);
  }

  @Test
  void aDatabaseThatDoesNotAnswerIsWaitedForAndThenFailed() {
    migration.health(health(null, OnNoData.HOLD));
    Job watching = untilMonitoring().orElseThrow();
    migration.job(ready(watching, 0), "");

    migration.after(Duration.ofMinutes(14)).decide();
    assertThat(failure()).isEmpty();
    migration.after(Duration.ofMinutes(1)).decide();

    assertThat(failure()).contains("NoData");
  }

  @Test
  void aDatabaseThatDoesNotAnswerFailsAtOnceOrPassesWhereThatIsWanted() {
    migration.health(health(null, OnNoData.FAIL));
    Job watching = untilMonitoring().orElseThrow();
    migration.job(ready(watching, 0), "").after(Duration.ofMinutes(9)).decide();
    assertThat(failure()).as("before the end of the watch").isEmpty();

    migration.health(health(null, OnNoData.PASS));
    Decision passed = migration.after(Duration.ofMinutes(1)).peek();
    migration.health(health(null, OnNoData.FAIL)).decide();

    assertThat(passed.journal().entry("monitor").state()).isEqualTo(StepState.DONE);
    assertThat(failure()).contains("NoData");
  }

  @Test
  void nobodyWatchesWhereTheTriggerIsOffUnlessTheCheckIsCritical() {
    migration.health(health(new Triggers(null, null, false, null), null));
    assertThat(untilMonitoring()).isEmpty();
    migration.after(Duration.ofMinutes(10)).decide();
    assertThat(migration.entry("monitor").state()).isEqualTo(StepState.DONE);
  }

  @Test
  void aCriticalCheckIsWatchedThoughTheTriggerIsOff() {
    migration.health(health(new Triggers(null, null, false, List.of("totals")), null));
    assertThat(untilMonitoring()).isPresent();
  }

  @Test
  void whoResumesAfterABadAnswerStartsWithANewJob() {
    migration.onFailure(OnFailure.PAUSE);
    Job watching = untilMonitoring().orElseThrow();
    Decision stopped = migration.job(ended(watching, "Failed"), "bad").decide();
    assertThat(failure()).contains("DataInconsistent");
    assertThat(deleted(stopped)).containsExactly(watching.getMetadata().getName());

    migration.withoutJobs();
    assertThat(created(migration.decide())).as("while it stands still").isEmpty();
    migration.paused(true).decide();
    Decision resumed = migration.paused(false).decide();

    assertThat(failure()).isEmpty();
    assertThat(created(resumed)).isPresent();
  }

  @Test
  void aBadAnswerAfterTheWayBackIsClosedChangesNothing() {
    Job watching = untilMonitoring().orElseThrow();
    migration.job(ready(watching, 1), "").after(Duration.ofMinutes(10)).decide();
    migration.after(Duration.ofHours(1)).decide();
    assertThat(migration.entry("orders/upgrade").state()).isEqualTo(StepState.RUNNING);

    migration.job(ended(watching, "Failed"), "bad").decide();

    assertThat(failure()).isEmpty();
  }
}
