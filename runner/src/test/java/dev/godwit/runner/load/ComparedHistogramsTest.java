package dev.godwit.runner.load;

import static org.assertj.core.api.Assertions.assertThat;

import dev.godwit.contract.load.Comparison;
import dev.godwit.contract.load.LoadReport.GeneratorResult;
import dev.godwit.contract.load.LoadReport.Measured;
import dev.godwit.contract.load.LoadReport.Spread;
import dev.godwit.contract.load.LoadRequest;
import dev.godwit.contract.load.PairResult;
import dev.godwit.contract.load.SliceResult;
import dev.godwit.contract.load.StatusClass;
import dev.godwit.contract.load.Verdict;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** From latencies that are made up to a verdict, by way of the histograms of six slices. */
class ComparedHistogramsTest {

  private static final List<Double> QUANTILES = List.of(0.5, 0.9, 0.99);
  private static final long MILLI = 1_000_000;
  private static final Comparison TEN_PERCENT = new Comparison(0.1);

  /** A second of 1,000 answers of 1 to 100 ms, all of them longer by that factor. */
  private static SliceResult slice(double factor, Tally total) {
    var tally = new Tally(60_000);
    for (int index = 0; index < 1_000; index++) {
      long latency = Math.round((index % 100 + 1) * factor * MILLI);
      var due = new Due(LoadRequest.get("/"), index * MILLI, Long.MAX_VALUE);
      tally.ended(
          new Outcome.Answered(due, StatusClass.SUCCESS, due.dueNanos(), due.dueNanos() + latency));
    }
    tally.took(1_000 * MILLI);
    total.add(tally);
    return tally.slice(0, QUANTILES);
  }

  /** With blue's slices longer or shorter by the given factors. */
  private static Measured measured(double green, double... blue) {
    var blues = new Tally(60_000);
    var greens = new Tally(60_000);
    List<PairResult> pairs = new ArrayList<>();
    for (double factor : blue) {
      pairs.add(new PairResult(slice(factor, blues), slice(green, greens)));
    }
    return new Measured(
        0,
        1_000,
        QUANTILES,
        blues.side(QUANTILES),
        greens.side(QUANTILES),
        pairs,
        Spread.of(pairs, QUANTILES.size()),
        new GeneratorResult(List.of(0L, 0L, 0L), false, 0));
  }

  private static Measured steady(double green) {
    return measured(green, 1, 1.02, 0.98, 1, 1.01, 0.99);
  }

  @Test
  void aGreenThatIsThirtyPercentSlowerIsDegradedInEveryQuantile() {
    for (double quantile : QUANTILES) {
      assertThat(TEN_PERCENT.responseTime(steady(1.3), quantile))
          .isInstanceOfSatisfying(
              Verdict.Degraded.class,
              degraded -> assertThat(degraded.change().change()).isBetween(0.27, 0.33));
    }
  }

  @Test
  void aGreenThatIsThreePercentSlowerIsTheSame() {
    for (double quantile : QUANTILES) {
      assertThat(TEN_PERCENT.responseTime(steady(1.03), quantile)).isInstanceOf(Verdict.Same.class);
    }
  }

  @Test
  void aBlueThatDiffersFromItselfByMoreThanTheToleranceIsSaidToBeTooNoisy() {
    Measured noisy = measured(1.3, 0.8, 1.2, 0.9, 1.1, 0.7, 1.3);
    assertThat(TEN_PERCENT.responseTime(noisy, 0.99)).isInstanceOf(Verdict.TooNoisy.class);
    assertThat(noisy.spread().latency()).allMatch(spread -> spread > 0.35);
    // Which is said of each metric by itself.
    assertThat(TEN_PERCENT.throughput(noisy)).isInstanceOf(Verdict.Same.class);
  }

  @Test
  void theSpreadOfASteadyBlueIsReportedAsSmall() {
    assertThat(steady(1).spread().latency()).hasSize(3).allMatch(spread -> spread < 0.03);
  }
}
