package dev.godwit.contract.load;

import dev.godwit.contract.load.LoadReport.Measured;
import dev.godwit.contract.load.Verdict.Better;
import dev.godwit.contract.load.Verdict.Change;
import dev.godwit.contract.load.Verdict.Degraded;
import dev.godwit.contract.load.Verdict.NotMeasured;
import dev.godwit.contract.load.Verdict.Same;
import dev.godwit.contract.load.Verdict.TooNoisy;

/**
 * Compares green with blue: median of slices with median of slices. A change within the tolerance
 * is none; and where blue differs from itself by more than the tolerance, no change is told from
 * chance.
 *
 * @param tolerance as a ratio: 0.1 is 10%
 */
public record Comparison(double tolerance) {

  /** The least that counts as more than the tolerance: what computing with doubles can add. */
  private static final double ROUNDING = 1e-9;

  /**
   * Compares the latencies at a quantile.
   *
   * @throws IllegalArgumentException when the quantile was not measured
   */
  public Verdict responseTime(Measured measured, double quantile) {
    return ofLoad(
        measured,
        Metric.RESPONSE_TIME,
        measured.latency(Side.BLUE, quantile),
        measured.latency(Side.GREEN, quantile));
  }

  /** Compares the answers as expected per second. */
  public Verdict throughput(Measured measured) {
    return ofLoad(
        measured,
        Metric.THROUGHPUT,
        measured.throughput(Side.BLUE),
        measured.throughput(Side.GREEN));
  }

  private Verdict ofLoad(Measured measured, Metric metric, Series blue, Series green) {
    return measured.generator().saturated()
        ? new NotMeasured("the load generator could not keep up: give it more CPU, or lower rate")
        : of(metric, blue, green);
  }

  /** Compares any metric, measured once in each slice of a side, in the same unit. */
  public Verdict of(Metric metric, Series blue, Series green) {
    if (!blue.isEnough() || !green.isEnough()) {
      return new NotMeasured(
          "blue has %d measured slices and green %d: it takes %d of each"
              .formatted(blue.values().size(), green.values().size(), Series.FEWEST));
    }
    return blue.spread()
        .map(spread -> judge(metric, change(blue, green), spread))
        .orElseGet(() -> new NotMeasured("blue's median is 0: there is nothing to compare with"));
  }

  private static Change change(Series blue, Series green) {
    double before = blue.median();
    double after = green.median();
    return new Change(before, after, (after - before) / before);
  }

  private Verdict judge(Metric metric, Change change, double spread) {
    if (spread > tolerance + ROUNDING) {
      return new TooNoisy(change, spread);
    }
    if (Math.abs(change.change()) <= tolerance + ROUNDING) {
      return new Same(change);
    }
    return metric.isWorse(change.change()) ? new Degraded(change) : new Better(change);
  }
}
