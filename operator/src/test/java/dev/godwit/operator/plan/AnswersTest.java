package dev.godwit.operator.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.godwit.api.v1alpha1.HealthSpec;
import dev.godwit.api.v1alpha1.PreImage;
import dev.godwit.api.v1alpha1.Probe;
import dev.godwit.api.v1alpha1.PrometheusSpec;
import dev.godwit.api.v1alpha1.StepState;
import dev.godwit.api.v1alpha1.TcpCheck;
import dev.godwit.api.v1alpha1.Triggers;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The error rate and the response time of probes, where no Prometheus measures others. */
class AnswersTest {

  private static final String READY = "orders/ready";
  private static final String OLD = "orders/ready/blue";

  private final ServiceFixture orders = ServiceFixture.named("orders");
  private final MigrationFixture migration = MigrationFixture.of(orders).health(health("1%", "2x"));

  private static HealthSpec health(String errorRate, String responseTime) {
    Probe ready =
        new Probe("ready", null, new TcpCheck(8080), null, null, "1s", "1s", /* failures= */ 3);
    return new HealthSpec(
        null,
        null,
        null,
        List.of(ready),
        null,
        new Triggers(errorRate, responseTime, null, null),
        100,
        null,
        null,
        null,
        null);
  }

  private void untilMonitoring() {
    orders.held();
    migration.decide();
    orders.green(3, 3);
    migration.decide();
    orders.servesFromGreen();
    migration.decide();
    assertThat(migration.entry("monitor").state()).isEqualTo(StepState.RUNNING);
  }

  private Optional<String> failure() {
    migration.after(Duration.ofSeconds(1)).decide();
    return migration.journal().failure().map(failure -> failure.reason());
  }

  private List<String> asked() {
    return migration.peek().probes().stream().map(ProbeRequest::id).toList();
  }

  @Test
  void moreThanTheirShareOfFailedAnswersGoesBackThoughNeverEnoughFailInARow() {
    untilMonitoring();

    migration.probeAnswered(READY, 200, 2, 0.01);
    assertThat(failure()).isEmpty();
    migration.probeAnswered(READY, 200, 3, 0.01);

    assertThat(failure()).contains("MetricOutOfLimits");
    assertThat(migration.journal().failure().orElseThrow().message())
        .contains("probe ready of orders", "error rate 0.015 is above 0.01", "200 answers");
  }

  @Test
  void fewAnswersSayNothing() {
    untilMonitoring();

    migration.probeAnswered(READY, 99, 50, 9);

    assertThat(failure()).isEmpty();
  }

  @Test
  void twiceTheOldVersionsResponseTimeIsTooMuch() {
    migration.probeAnswered(OLD, 100, 0, 0.1);
    untilMonitoring();
    assertThat(migration.entry("orders/switch").preImage().baseline().get("ready"))
        .isEqualTo(new PreImage.Baseline(0.1, 100.0));

    migration.probeAnswered(READY, 100, 0, 0.2);
    assertThat(failure()).isEmpty();
    migration.probeAnswered(READY, 100, 0, 0.21);

    assertThat(failure()).contains("MetricOutOfLimits");
  }

  @Test
  void multiplesOfWhatNobodyNoticesAreNotCounted() {
    migration.probeAnswered(OLD, 100, 0, 0.001);
    untilMonitoring();

    migration.probeAnswered(READY, 100, 0, 0.05);
    assertThat(failure()).isEmpty();
    migration.probeAnswered(READY, 100, 0, 0.051);

    assertThat(failure()).contains("MetricOutOfLimits");
  }

  @Test
  void withTooFewAnswersOfTheOldVersionNothingIsComparedAndNothingWaits() {
    migration.probeAnswered(OLD, 99, 0, 0.001);
    untilMonitoring();

    migration.probeAnswered(READY, 1000, 0, 9);

    assertThat(failure()).isEmpty();
    assertThat(migration.entry("orders/switch").preImage().baseline()).isNull();
  }

  @Test
  void theOldVersionIsAskedUntilTrafficMovesAndMayAnswerAsItLikes() {
    orders.held();
    migration.decide();
    migration.decide();
    assertThat(asked()).containsExactly(OLD);
    migration.probeAnswered(OLD, 100, 100, 9);
    assertThat(failure()).isEmpty();

    orders.green(3, 3);
    migration.decide();
    assertThat(asked()).isEmpty();
    orders.servesFromGreen();
    migration.decide();

    assertThat(asked()).containsExactly(READY);
  }

  @Test
  void whereThereIsAPrometheusTheAnswersOfProbesAreNotMeasured() {
    HealthSpec plain = health("1%", Triggers.OFF);
    migration.health(
        new HealthSpec(
            null,
            null,
            new PrometheusSpec("http://prometheus:9090", null),
            plain.probes(),
            null,
            plain.triggers(),
            100,
            null,
            null,
            null,
            null));
    untilMonitoring();

    migration.probeAnswered(READY, 1000, 500, 9);

    assertThat(asked()).containsExactly(READY);
    assertThat(failure()).isEmpty();
  }

  @Test
  void bothCanBeSwitchedOff() {
    migration.health(health(Triggers.OFF, Triggers.OFF));
    migration.probeAnswered(OLD, 1000, 0, 0.001);
    untilMonitoring();

    migration.probeAnswered(READY, 1000, 1000, 9);

    assertThat(failure()).isEmpty();
    assertThat(migration.entry("orders/switch").preImage().baseline()).isNull();
  }
}
