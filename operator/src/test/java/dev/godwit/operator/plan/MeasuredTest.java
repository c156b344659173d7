package dev.godwit.operator.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.godwit.operator.plan.MetricState.Gap;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

/** How one measurement after the other makes up a state. */
class MeasuredTest {

  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
  private static final MetricRequest REQUEST =
      new MetricRequest(
          "orders/errorRate",
          "http://prometheus:9090",
          "up",
          Optional.of("count"),
          100,
          new Limits(OptionalDouble.empty(), OptionalDouble.of(0.01)),
          Duration.ofSeconds(5),
          2);

  private static Measured value(double value) {
    return new Measured.Value(value, OptionalDouble.of(500));
  }

  private static MetricState after(Measured... all) {
    MetricState state = MetricState.NONE;
    Instant now = NOW;
    for (Measured one : List.of(all)) {
      state = one.after(state, REQUEST, now);
      now = now.plusSeconds(5);
    }
    return state;
  }

  @Test
  void valuesOutsideOfTheLimitsInARowAreCountedAndAGoodOneEndsThat() {
    assertThat(after(value(0.02), value(0.03)).breaches()).isEqualTo(2);
    assertThat(after(value(0.02), value(0.01), value(0.02)).breaches()).isEqualTo(1);
    assertThat(after(value(0.01)).isGood()).isTrue();
  }

  @Test
  void aSingleBadScrapeNeitherCountsAsABreachNorMakesOneForgotten() {
    assertThat(after(value(0.02), new Measured.Unknown("timeout"), value(0.02)).breaches())
        .isEqualTo(2);
    assertThat(after(value(0.001), new Measured.Unknown("timeout")).breaches()).isZero();
  }

  @Test
  void fewSamplesAreNoData() {
    MetricState state = after(new Measured.Value(0.5, OptionalDouble.of(99)));

    assertThat(state.breaches()).isZero();
    assertThat(state.isGood()).isFalse();
    assertThat(state.gap().orElseThrow().kind()).isEqualTo(Gap.Kind.NO_DATA);
    assertThat(state.gap().orElseThrow().message())
        .isEqualTo("only 99 samples, of 100 that are needed");
  }

  @Test
  void aGapLastsSinceItsFirstMeasurementAndEndsWithAValue() {
    Measured error = new Measured.Unknown("refused");

    assertThat(after(value(0), error, error).gap().orElseThrow().since())
        .isEqualTo(NOW.plusSeconds(5));
    assertThat(after(error, new Measured.Nothing("no series")).gap().orElseThrow().since())
        .isEqualTo(NOW.plusSeconds(5));
    assertThat(after(error, value(0)).gap()).isEmpty();
  }

  @Test
  void theWorstValueIsRemembered() {
    MetricState state = after(value(0.005), value(0.009), value(0.001));

    assertThat(state.worst().orElseThrow().value()).isEqualTo(0.009);
    assertThat(state.last().orElseThrow().value()).isEqualTo(0.001);
  }

  @Test
  void valueBelowTheLowerLimitIsABreachAndTheLowestIsTheWorst() {
    MetricRequest request =
        new MetricRequest(
            "orders/throughput",
            "http://prometheus:9090",
            "up",
            Optional.empty(),
            100,
            new Limits(OptionalDouble.of(10), OptionalDouble.empty()),
            Duration.ofSeconds(5),
            2);

    MetricState good = value(10).after(MetricState.NONE, request, NOW);
    MetricState bad = value(2).after(good, request, NOW);
    MetricState better = value(9).after(bad, request, NOW);

    assertThat(good.isGood()).isTrue();
    assertThat(better.breaches()).isEqualTo(2);
    assertThat(better.worst().orElseThrow().value()).isEqualTo(2);
    assertThat(request.limits().breach(9.5)).contains("9.5 is below 10");
  }

  @Test
  void numbersAreToldWithFourDigits() {
    assertThat(Limits.words(0.0123456)).isEqualTo("0.01235");
    assertThat(Limits.words(2)).isEqualTo("2");
    assertThat(REQUEST.limits().breach(0.02)).contains("0.02 is above 0.01");
  }
}
