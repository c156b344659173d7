package dev.godwit.contract.load;

import static org.assertj.core.api.Assertions.assertThat;

import dev.godwit.contract.load.Verdict.Better;
import dev.godwit.contract.load.Verdict.Degraded;
import dev.godwit.contract.load.Verdict.NotMeasured;
import dev.godwit.contract.load.Verdict.Same;
import dev.godwit.contract.load.Verdict.TooNoisy;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

class ComparisonTest {

  private static final Comparison TEN_PERCENT = new Comparison(0.1);
  private static final Series HUNDRED = series(100, 101, 99, 100);

  private static Series series(double... values) {
    return new Series(Arrays.stream(values).boxed().toList());
  }

  private static Series times(double factor) {
    return new Series(HUNDRED.values().stream().map(value -> value * factor).toList());
  }

  @ParameterizedTest
  @EnumSource(mode = Mode.EXCLUDE, names = "THROUGHPUT")
  void thirtyPercentMoreIsDegradedAndThirtyPercentLessIsBetter(Metric metric) {
    assertThat(TEN_PERCENT.of(metric, HUNDRED, times(1.3)))
        .isInstanceOfSatisfying(
            Degraded.class,
            degraded -> {
              assertThat(degraded.change().before()).isEqualTo(100);
              assertThat(degraded.change().after()).isEqualTo(130);
              assertThat(degraded.change().change()).isEqualTo(0.3);
            });
    assertThat(TEN_PERCENT.of(metric, HUNDRED, times(0.7))).isInstanceOf(Better.class);
  }

  @Test
  void throughputIsComparedInTheOtherDirection() {
    assertThat(TEN_PERCENT.of(Metric.THROUGHPUT, HUNDRED, times(0.7)))
        .isInstanceOfSatisfying(
            Degraded.class, degraded -> assertThat(degraded.change().change()).isNegative());
    assertThat(TEN_PERCENT.of(Metric.THROUGHPUT, HUNDRED, times(1.3))).isInstanceOf(Better.class);
  }

  @ParameterizedTest
  @EnumSource
  void threePercentAreTheSame(Metric metric) {
    assertThat(TEN_PERCENT.of(metric, HUNDRED, times(1.03))).isInstanceOf(Same.class);
    assertThat(TEN_PERCENT.of(metric, HUNDRED, times(0.97))).isInstanceOf(Same.class);
  }

  @ParameterizedTest
  @EnumSource
  void exactlyTheToleranceIsStillTheSame(Metric metric) {
    assertThat(TEN_PERCENT.of(metric, HUNDRED, times(1.1))).isInstanceOf(Same.class);
    assertThat(TEN_PERCENT.of(metric, HUNDRED, times(0.9))).isInstanceOf(Same.class);
  }

  @Test
  void blueThatDiffersFromItselfByMoreThanTheToleranceIsTooNoisyWhateverGreenIs() {
    Series noisy = series(80, 90, 110, 120);
    for (double factor : new double[] {0.5, 1, 1.3, 2}) {
      assertThat(TEN_PERCENT.of(Metric.RESPONSE_TIME, noisy, times(factor)))
          .isInstanceOfSatisfying(
              TooNoisy.class, verdict -> assertThat(verdict.spread()).isEqualTo(0.3));
    }
  }

  @Test
  void theSameNoiseIsNoObstacleToAWiderTolerance() {
    Series noisy = series(80, 90, 110, 120);
    assertThat(new Comparison(0.3).of(Metric.CPU, noisy, times(1.2))).isInstanceOf(Same.class);
    assertThat(new Comparison(0.3).of(Metric.CPU, noisy, times(1.5))).isInstanceOf(Degraded.class);
  }

  @Test
  void oneDisturbedSliceOfGreenDecidesNothing() {
    assertThat(TEN_PERCENT.of(Metric.RESPONSE_TIME, HUNDRED, series(100, 100, 101, 9_000)))
        .isInstanceOf(Same.class);
  }

  @Test
  void tooFewSlicesOfEitherSideAreNotCompared() {
    assertThat(TEN_PERCENT.of(Metric.MEMORY, series(1, 1, 1), HUNDRED))
        .isEqualTo(new NotMeasured("blue has 3 measured slices and green 4: it takes 4 of each"));
    assertThat(TEN_PERCENT.of(Metric.MEMORY, HUNDRED, series()))
        .isEqualTo(new NotMeasured("blue has 4 measured slices and green 0: it takes 4 of each"));
  }

  @Test
  void nothingIsComparedWithZero() {
    assertThat(TEN_PERCENT.of(Metric.CPU, series(0, 0, 0, 0), HUNDRED))
        .isInstanceOf(NotMeasured.class);
  }

  @Test
  void aSaturatedGeneratorIsNotTheTargetsFault() {
    var measured = Measurements.of(HUNDRED.values(), times(1.3).values(), true);
    assertThat(TEN_PERCENT.responseTime(measured, 0.99)).isInstanceOf(NotMeasured.class);
    assertThat(TEN_PERCENT.throughput(measured)).isInstanceOf(NotMeasured.class);
  }

  @Test
  void aMeasuredLoadIsComparedByTheQuantileThatIsAskedFor() {
    var measured = Measurements.of(HUNDRED.values(), times(1.3).values(), false);
    assertThat(TEN_PERCENT.responseTime(measured, 0.99)).isInstanceOf(Degraded.class);
    // The same latency at the median, for both: see Measurements.
    assertThat(TEN_PERCENT.responseTime(measured, 0.5)).isInstanceOf(Same.class);
    assertThat(TEN_PERCENT.throughput(measured)).isInstanceOf(Same.class);
  }

  @Test
  void slicesInWhichNothingWasAnsweredHaveNoLatency() {
    var measured =
        Measurements.of(
            List.of(100.0, 100.0, 100.0, 100.0), List.of(0.0, 100.0, 100.0, 100.0), false);
    assertThat(TEN_PERCENT.responseTime(measured, 0.99))
        .isEqualTo(new NotMeasured("blue has 4 measured slices and green 3: it takes 4 of each"));
  }
}
