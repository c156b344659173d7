package dev.godwit.operator.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.godwit.api.v1alpha1.Direction;
import dev.godwit.api.v1alpha1.Gate;
import dev.godwit.api.v1alpha1.Gates;
import dev.godwit.api.v1alpha1.HealthSpec;
import dev.godwit.api.v1alpha1.OnFailure;
import dev.godwit.api.v1alpha1.OnNoData;
import dev.godwit.api.v1alpha1.OnProviderError;
import dev.godwit.api.v1alpha1.PrometheusSpec;
import dev.godwit.api.v1alpha1.StepState;
import dev.godwit.operator.plan.MetricState.Gap;
import dev.godwit.operator.plan.MetricState.Reading;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What measured values, and the want of them, do to a migration. */
class MetricsTest {

  private static final String ERRORS = "orders/errorRate";
  private static final String TIME = "orders/responseTime";
  private static final String BASELINE = "orders/responseTime/baseline";

  private final ServiceFixture orders = ServiceFixture.named("orders");
  private final MigrationFixture migration =
      MigrationFixture.of(orders).health(health(OnNoData.HOLD, OnProviderError.HOLD));

  private static HealthSpec health(OnNoData onNoData, OnProviderError onProviderError) {
    return new HealthSpec(
        null,
        "5s",
        new PrometheusSpec("http://prometheus:9090", null),
        null,
        null,
        null,
        100,
        onNoData,
        onProviderError,
        "5m",
        "7m");
  }

  private MetricState value(double value, int breaches) {
    Optional<Reading> reading =
        Optional.of(new Reading(value, OptionalDouble.of(500), migration.now()));
    return new MetricState(breaches, reading, reading, Optional.empty());
  }

  private MetricState gap(Gap.Kind kind, Instant since) {
    return new MetricState(
        0, Optional.empty(), Optional.empty(), Optional.of(new Gap(kind, since, "why not")));
  }

  /** There was a good value before. */
  private MetricState gapAfterAValue(Gap.Kind kind) {
    MetricState good = value(0, 0);
    return new MetricState(0, good.last(), good.worst(), gap(kind, migration.now()).gap());
  }

  /** Green is ready, and blue is measured. */
  private void untilBaseline() {
    orders.held();
    migration.decide();
    orders.green(3, 3);
    migration.decide();
    assertThat(migration.entry("orders/baseline").state()).isEqualTo(StepState.RUNNING);
  }

  private void untilMonitoring() {
    migration.measured(BASELINE, value(0.1, 0));
    untilBaselineIsNoted();
    orders.servesFromGreen();
    migration.decide();
    assertThat(migration.entry("monitor").state()).isEqualTo(StepState.RUNNING);
  }

  private void untilBaselineIsNoted() {
    orders.held();
    migration.decide();
    orders.green(3, 3);
    migration.decide();
    assertThat(migration.entry("orders/baseline").state()).isEqualTo(StepState.DONE);
  }

  private void allGood() {
    migration.measured(ERRORS, value(0, 0)).measured(TIME, value(0.1, 0));
  }

  private StepState monitor() {
    return migration.entry("monitor").state();
  }

  private Optional<String> failure() {
    return migration.journal().failure().map(failure -> failure.reason());
  }

  @Test
  void theOldVersionIsMeasuredRightBeforeTrafficMovesAndTheResultIsKept() {
    untilBaseline();

    assertThat(migration.peek().metrics()).extracting(MetricRequest::id).containsExactly(BASELINE);
    assertThat(migration.peek().metrics().getFirst().query()).contains("orders-[");
    migration.measured(BASELINE, value(0.1, 0)).decide();

    assertThat(migration.entry("orders/baseline").preImage().baseline().get("responseTime").value())
        .isEqualTo(0.1);
    assertThat(
            migration.entry("orders/baseline").preImage().baseline().get("responseTime").samples())
        .isEqualTo(500.0);
    assertThat(migration.journal().wasBegun("orders/switch")).isTrue();
  }

  @Test
  void aBaselineThatIsOldWhenTrafficCouldMoveIsMeasuredAnew() {
    migration.measured(BASELINE, value(0.1, 0));
    untilBaselineIsNoted();
    Duration untilOld = Duration.ofMinutes(2).plusMillis(1);
    orders.previewLists(2);
    migration.decide();
    assertThat(migration.peek().recheck())
        .as("looked at when it gets too old, though nothing is heard")
        .hasValue(migration.now().plus(untilOld));

    orders.previewLists(3);
    migration.measured(BASELINE, MetricState.NONE).after(untilOld).decide();

    assertThat(migration.entry("orders/baseline").state()).isEqualTo(StepState.RUNNING);
    assertThat(migration.peek().metrics()).extracting(MetricRequest::id).containsExactly(BASELINE);
    assertThat(migration.peek().actions()).isEmpty();
    migration.measured(BASELINE, value(0.3, 0)).decide();
    assertThat(migration.entry("orders/baseline").preImage().baseline().get("responseTime").value())
        .isEqualTo(0.3);
    assertThat(migration.peek().actions()).isNotEmpty();
  }

  @Test
  void behindAWindowThatHasClosedTheBaselineIsMeasuredAnewWhenItOpensAgain() {
    Gate.Window atTwo = new Gate.Window("0 2 * * *", "4h", "UTC");
    migration.gates(new Gates(new Gate(null, atTwo, null), null, null));
    migration.after(Duration.ofHours(2));
    untilBaseline();

    migration.after(Duration.ofHours(4)).decide();
    assertThat(migration.entry("orders/baseline").state()).isEqualTo(StepState.PENDING);
    assertThat(migration.peek().metrics()).isEmpty();

    migration.after(Duration.ofHours(20)).decide();
    assertThat(migration.entry("orders/baseline").since()).isEqualTo(migration.now());
    assertThat(migration.journal().direction()).isEqualTo(Direction.FORWARD);
  }

  @Test
  void aBaselineIsNotTakenFromTheNewVersionOnceTrafficHasMoved() {
    untilMonitoring();

    migration.measured(BASELINE, MetricState.NONE).after(Duration.ofHours(1)).decide();

    assertThat(migration.entry("orders/baseline").state()).isEqualTo(StepState.DONE);
  }

  @Test
  void aBaselineStaysFreshWhileTheMigrationIsPaused() {
    untilBaseline();
    migration.measured(BASELINE, value(0.1, 0)).paused(true).decide();
    assertThat(migration.entry("orders/baseline").state()).isEqualTo(StepState.RUNNING);

    migration.measured(BASELINE, value(0.3, 0)).paused(false).decide();

    assertThat(migration.entry("orders/baseline").preImage().baseline().get("responseTime").value())
        .isEqualTo(0.3);
  }

  @Test
  void trafficDoesNotMoveWithoutABaselineAndTheMigrationGoesBackWhenPatienceIsOver() {
    untilBaseline();
    migration.measured(BASELINE, gap(Gap.Kind.NO_DATA, migration.now()));

    migration.after(Duration.ofSeconds(299)).decide();
    assertThat(migration.journal().wasBegun("orders/switch")).isFalse();
    migration.after(Duration.ofSeconds(1)).decide();

    assertThat(failure()).contains("NoData");
    assertThat(migration.journal().direction()).isEqualTo(Direction.BACKWARD);
  }

  @Test
  void baselineOfZeroIsNoneSinceNothingHasMultiplesOfIt() {
    untilBaseline();
    migration.measured(BASELINE, value(0, 0)).decide();

    assertThat(migration.entry("orders/baseline").state()).isEqualTo(StepState.RUNNING);
    assertThat(migration.entry("orders/baseline").message()).contains("no multiples");
  }

  @Test
  void withoutDataTheBaselineIsPassedOverWhereTheUserSaysSo() {
    migration.health(health(OnNoData.PASS, OnProviderError.HOLD));
    untilBaseline();
    migration.measured(BASELINE, gap(Gap.Kind.NO_DATA, migration.now())).decide();

    assertThat(migration.entry("orders/baseline").state()).isEqualTo(StepState.DONE);
  }

  @Test
  void withoutDataForTheBaselineTheMigrationFailsAtOnceWhereTheUserSaysSo() {
    migration.health(health(OnNoData.FAIL, OnProviderError.HOLD));
    untilBaseline();
    migration.measured(BASELINE, gap(Gap.Kind.NO_DATA, migration.now())).decide();

    assertThat(failure()).contains("NoData");
    assertThat(migration.journal().direction()).isEqualTo(Direction.BACKWARD);
  }

  @Test
  void aBaselineThatPrometheusCannotBeAskedForIsWaitedForThoughTheUserWouldDoWithoutData() {
    migration.health(health(OnNoData.PASS, OnProviderError.HOLD));
    untilBaseline();
    migration.measured(BASELINE, gap(Gap.Kind.PROVIDER_ERROR, migration.now()));

    migration.after(Duration.ofSeconds(419)).decide();
    assertThat(migration.entry("orders/baseline").state()).isEqualTo(StepState.RUNNING);
    assertThat(failure()).isEmpty();
    migration.after(Duration.ofSeconds(1)).decide();

    assertThat(failure()).contains("ProviderUnavailable");
    assertThat(migration.journal().wasBegun("orders/switch")).isFalse();
  }

  @Test
  void theNewVersionIsMeasuredWhileItServesWithTheLimitsThatFollowFromTheBaseline() {
    untilMonitoring();

    assertThat(migration.peek().metrics())
        .extracting(MetricRequest::id)
        .containsExactly(ERRORS, TIME);
    assertThat(migration.peek().metrics().get(1).limits().most()).hasValue(0.2);
    assertThat(migration.peek().metrics().get(1).query()).contains("orders-green-[");
  }

  @Test
  void aValueOutOfItsLimitsTripsAndTheMessageSaysWhatWasMeasured() {
    untilMonitoring();
    migration.measured(TIME, value(0.3, 1)).decide();
    assertThat(failure()).isEmpty();

    migration.measured(TIME, value(0.3, 2)).decide();

    assertThat(failure()).contains("MetricOutOfLimits");
    assertThat(migration.journal().failure().orElseThrow().message())
        .isEqualTo(
            "responseTime of orders is out of its limits, 2 times in a row: 0.3 is above 0.2, the"
                + " old version had 0.1 (500 samples)");
    assertThat(migration.journal().direction()).isEqualTo(Direction.BACKWARD);
  }

  @Test
  void goodValuesPromoteWhenTheTimeIsOverAndNotBefore() {
    untilMonitoring();
    allGood();

    migration.after(Duration.ofSeconds(599)).decide();
    assertThat(monitor()).isEqualTo(StepState.RUNNING);
    migration.after(Duration.ofSeconds(1)).decide();
    assertThat(monitor()).isEqualTo(StepState.DONE);
  }

  @Test
  void whatWasNeverMeasuredDoesNotPromote() {
    untilMonitoring();

    migration.after(Duration.ofMinutes(10)).decide();

    assertThat(monitor()).isEqualTo(StepState.RUNNING);
    assertThat(migration.entry("monitor").message()).contains("not measured yet");
  }

  @Test
  void aDeadPrometheusHoldsAndNeitherPromotesNorGoesBackUntilPatienceIsOver() {
    untilMonitoring();
    allGood();
    migration.measured(ERRORS, gap(Gap.Kind.PROVIDER_ERROR, migration.now()));

    migration.after(Duration.ofMinutes(16)).decide();
    assertThat(monitor()).isEqualTo(StepState.RUNNING);
    assertThat(failure()).isEmpty();
    assertThat(migration.entry("monitor").message()).contains("errorRate of orders: why not");

    migration.after(Duration.ofMinutes(1)).decide();
    assertThat(failure()).contains("ProviderUnavailable");
  }

  @ParameterizedTest
  @CsvSource({"NO_DATA, NoData, 15", "PROVIDER_ERROR, ProviderUnavailable, 17"})
  void aGoodValueThatWasOnceMeasuredDoesNotMakeUpForTheWantOfOneWhenPatienceIsOver(
      Gap.Kind kind, String reason, int minutes) {
    untilMonitoring();
    allGood();
    migration.measured(ERRORS, gapAfterAValue(kind));

    migration.after(Duration.ofMinutes(minutes).minusSeconds(1)).decide();
    assertThat(monitor()).isEqualTo(StepState.RUNNING);
    assertThat(failure()).isEmpty();
    migration.after(Duration.ofSeconds(1)).decide();

    assertThat(failure()).contains(reason);
    assertThat(migration.journal().direction()).isEqualTo(Direction.BACKWARD);
  }

  /** As an operator that was away for longer than the time of watching and patience together. */
  @ParameterizedTest
  @EnumSource(Gap.Kind.class)
  void whoHasOnlyJustBegunToAskDoesNotGoBackForIt(Gap.Kind kind) {
    untilMonitoring();
    migration.after(Duration.ofHours(8)).decide();
    assertThat(failure()).isEmpty();

    allGood();
    migration.measured(ERRORS, gap(kind, migration.now())).decide();
    assertThat(failure()).isEmpty();
    migration.after(Duration.ofSeconds(9)).decide();
    assertThat(failure()).isEmpty();
    migration.after(Duration.ofSeconds(1)).decide();
    assertThat(failure()).isPresent();
  }

  @Test
  void nothingIsMeasuredWhileSomebodyMendsWhatHasFailed() {
    migration.onFailure(OnFailure.PAUSE);
    untilMonitoring();
    allGood();
    migration.measured(ERRORS, value(0.5, 2)).decide();
    assertThat(failure()).contains("MetricOutOfLimits");
    assertThat(migration.peek().metrics()).isNotEmpty();

    assertThat(migration.paused(true).decide().metrics()).isEmpty();
    migration.measured(ERRORS, MetricState.NONE).measured(TIME, MetricState.NONE);
    assertThat(migration.paused(false).decide().metrics()).isNotEmpty();
    assertThat(failure()).isEmpty();
  }

  @Test
  void aPrometheusThatIsBackPromotes() {
    untilMonitoring();
    allGood();
    migration.measured(ERRORS, gap(Gap.Kind.PROVIDER_ERROR, migration.now()));
    migration.after(Duration.ofMinutes(12)).decide();

    migration.measured(ERRORS, value(0, 0)).decide();

    assertThat(monitor()).isEqualTo(StepState.DONE);
  }

  @Test
  void aProviderThatIsAwayForTooLongTripsAtOnceWhereTheUserSaysSo() {
    migration.health(health(OnNoData.HOLD, OnProviderError.FAIL));
    untilMonitoring();
    allGood();
    migration.measured(ERRORS, gap(Gap.Kind.PROVIDER_ERROR, migration.now()));

    migration.after(Duration.ofSeconds(419)).decide();
    assertThat(failure()).isEmpty();
    migration.after(Duration.ofSeconds(1)).decide();

    assertThat(failure()).contains("ProviderUnavailable");
  }

  @Test
  void noDataFailsAtTheEndOfTheTimeWhereTheUserSaysSoAndNotBefore() {
    migration.health(health(OnNoData.FAIL, OnProviderError.HOLD));
    untilMonitoring();
    allGood();
    migration.measured(ERRORS, gap(Gap.Kind.NO_DATA, migration.now()));

    migration.after(Duration.ofMinutes(9)).decide();
    assertThat(failure()).isEmpty();
    migration.after(Duration.ofMinutes(1)).decide();
    assertThat(failure()).contains("NoData");
  }

  @Test
  void noDataPassesWhereTheUserSaysSo() {
    migration.health(health(OnNoData.PASS, OnProviderError.HOLD));
    untilMonitoring();
    allGood();
    migration.measured(ERRORS, gap(Gap.Kind.NO_DATA, migration.now()));

    migration.after(Duration.ofMinutes(10)).decide();

    assertThat(monitor()).isEqualTo(StepState.DONE);
  }

  @Test
  void aLastValueThatIsBadDoesNotPromoteThoughItDoesNotTripYet() {
    untilMonitoring();
    allGood();
    migration.measured(ERRORS, value(0.5, 1));

    migration.after(Duration.ofMinutes(10)).decide();

    assertThat(monitor()).isEqualTo(StepState.RUNNING);
    assertThat(failure()).isEmpty();
  }

  @Test
  void whatIsTheGuardsToDecideWhenPatienceIsOverDoesNotKeepTheOperatorBusy() {
    migration.health(health(OnNoData.HOLD, OnProviderError.FAIL));
    untilMonitoring();
    allGood();
    migration.after(Duration.ofMinutes(18));
    migration.measured(ERRORS, value(0.5, 1)).decide();
    assertThat(migration.peek().recheck().filter(when -> !when.isAfter(migration.now()))).isEmpty();

    MetricState away = gapAfterAValue(Gap.Kind.PROVIDER_ERROR);
    migration.measured(ERRORS, away).decide();
    assertThat(monitor()).isEqualTo(StepState.RUNNING);
    assertThat(migration.peek().recheck()).contains(migration.now().plus(Duration.ofMinutes(7)));
  }

  @Test
  void nothingIsMeasuredOnTheWayBack() {
    untilMonitoring();
    migration.measured(ERRORS, value(0.5, 2)).decide();

    assertThat(migration.peek().metrics()).isEmpty();
  }

  @Test
  void nothingIsMeasuredOnTheWayBackThoughOneServiceStillServesFromGreen() {
    ServiceFixture users = ServiceFixture.named("users");
    MigrationFixture both =
        MigrationFixture.of(users, orders)
            .rolling(1)
            .health(health(OnNoData.HOLD, OnProviderError.HOLD));
    for (ServiceFixture service : List.of(users, orders)) {
      both.measured(service.name() + "/responseTime/baseline", value(0.1, 0))
          .measured(service.name() + "/errorRate", value(0, 0))
          .measured(service.name() + "/responseTime", value(0.1, 0));
      service.held();
      both.decide();
      service.green(3, 3);
      both.decide();
      service.servesFromGreen();
      both.decide();
      both.after(Duration.ofMinutes(10)).decide();
      both.after(Duration.ofMinutes(1)).decide();
    }

    Decision turned = both.measured(ERRORS, value(0.5, 2)).decide();

    assertThat(both.entry("users/switch").state()).isEqualTo(StepState.DONE);
    assertThat(both.journal().direction()).isEqualTo(Direction.BACKWARD);
    assertThat(turned.metrics()).isEmpty();
  }

  @Test
  void aMigrationWithoutAProviderHasNoBaselineAndWaitsForNothing() {
    MigrationFixture plain = MigrationFixture.of(ServiceFixture.named("users"));

    assertThat(plain.plan().steps().map(Step::name)).noneMatch(name -> name.endsWith("/baseline"));
    assertThat(List.of(plain.peek().metrics())).containsExactly(List.of());
  }
}
