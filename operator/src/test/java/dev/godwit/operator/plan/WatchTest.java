package dev.godwit.operator.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.godwit.api.v1alpha1.StepState;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** When monitoring, and keeping blue, may end: what isn't known never promotes. */
class WatchTest {

  private static final Duration MONITOR = Duration.ofMinutes(10);
  private static final Duration STABILITY = Duration.ofHours(1);

  private final ServiceFixture orders = ServiceFixture.named("orders");
  private final MigrationFixture migration =
      MigrationFixture.of(orders).probe("ready").unansweredProbes();

  private void assertWaits(String step, String message) {
    migration.decide();
    Journal.Entry entry = migration.journal().find(step).orElseThrow();
    assertThat(entry.state()).isEqualTo(StepState.RUNNING);
    assertThat(entry.message()).isEqualTo(message);
  }

  private void assertEnds(String step) {
    migration.decide();
    assertThat(migration.journal().find(step).orElseThrow().state()).isEqualTo(StepState.DONE);
    assertThat(migration.journal().failure()).isEmpty();
  }

  private void answered() {
    migration.probeAnswered("orders/ready", 3, 0, 0.01);
  }

  @Test
  void aProbeThatWasNeverAskedHoldsMonitoring() {
    migration.untilMonitoring().after(MONITOR);
    assertWaits("monitor", "waiting for probe ready of orders: not asked yet");

    answered();
    assertEnds("monitor");
  }

  @Test
  void anAnswerOfBeforeMonitoringBeganIsNone() {
    answered();
    migration.after(Duration.ofSeconds(1)).untilMonitoring().after(MONITOR);
    assertWaits("monitor", "waiting for probe ready of orders: not answered since this step began");
    assertThat(migration.peek().recheck()).isPresent();

    answered();
    assertEnds("monitor");
  }

  @Test
  void aBadAnswerHoldsMonitoringUntilThereIsAGoodOne() {
    migration.untilMonitoring().after(MONITOR).probeFailed("orders/ready", 1);
    assertWaits("monitor", "waiting for probe ready of orders: expected 200 but was 503");

    answered();
    assertEnds("monitor");
  }

  @Test
  void theOldVersionIsKeptUntilAProbeWasAnsweredWellMeanwhile() {
    migration.untilMonitoring().after(MONITOR);
    answered();
    migration.after(Duration.ofSeconds(1));
    assertEnds("monitor");

    migration.after(STABILITY);
    assertWaits(
        "stability", "waiting for probe ready of orders: not answered since this step began");

    answered();
    assertEnds("stability");
  }

  @Test
  void nothingIsWaitedForWhereNothingIsAsked() {
    MigrationFixture unwatched = MigrationFixture.of(ServiceFixture.named("orders"));

    unwatched.untilMonitoring().after(MONITOR).decide();

    assertThat(unwatched.journal().find("monitor").orElseThrow().state()).isEqualTo(StepState.DONE);
  }
}
