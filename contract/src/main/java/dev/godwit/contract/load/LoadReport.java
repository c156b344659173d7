package dev.godwit.contract.load;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * What {@code runner load} says in the end: one line of JSON of less than {@value #MAX_BYTES}
 * bytes, which is what a termination message can hold. Its field {@code outcome} tells which of
 * these it is.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "outcome")
@JsonSubTypes({
  @JsonSubTypes.Type(value = LoadReport.Measured.class, name = "measured"),
  @JsonSubTypes.Type(value = LoadReport.BadConfiguration.class, name = "badConfiguration"),
  @JsonSubTypes.Type(value = LoadReport.Unreachable.class, name = "unreachable")
})
public sealed interface LoadReport {

  /** What Kubernetes keeps of a termination message. */
  int MAX_BYTES = 4096;

  /** The exit code that goes with it. */
  @JsonIgnore
  int exitCode();

  /**
   * Both sides were under load for the whole time. Whether what was measured is good is not said
   * here.
   *
   * @param startedAtMillis when the first slice began, in milliseconds since 1970; the warm-up was
   *     before
   * @param duePerSlice how many requests were due in each slice
   * @param quantiles of the latencies and lags below, in their order
   * @param blue all slices of blue together
   * @param green all slices of green together
   * @param pairs the slices, in the order in which they were run
   * @param spread how much blue differs from itself
   * @param generator how well the load itself was made
   */
  record Measured(
      long startedAtMillis,
      int duePerSlice,
      List<Double> quantiles,
      SideResult blue,
      SideResult green,
      List<PairResult> pairs,
      Spread spread,
      GeneratorResult generator)
      implements LoadReport {

    /** Copies the lists. */
    public Measured {
      quantiles = List.copyOf(quantiles);
      pairs = List.copyOf(pairs);
    }

    @Override
    public int exitCode() {
      return 0;
    }

    /** A side's throughput, slice by slice, in answers as expected per second. */
    public Series throughput(Side side) {
      return throughputs(pairs, side);
    }

    /**
     * A side's latency, slice by slice, in microseconds. Slices in which nothing was answered are
     * left out.
     *
     * @throws IllegalArgumentException when the quantile is none of {@link #quantiles()}
     */
    public Series latency(Side side, double quantile) {
      int index = quantiles.indexOf(quantile);
      if (index < 0) {
        throw new IllegalArgumentException(quantile + " is none of the quantiles " + quantiles);
      }
      return latencies(pairs, side, index);
    }
  }

  private static Series throughputs(List<PairResult> pairs, Side side) {
    return new Series(pairs.stream().map(pair -> pair.slice(side).throughput()).toList());
  }

  private static Series latencies(List<PairResult> pairs, Side side, int index) {
    return new Series(
        pairs.stream()
            .map(pair -> pair.slice(side).latencyMicros())
            .filter(latencies -> !latencies.isEmpty())
            .map(latencies -> (double) latencies.get(index))
            .toList());
  }

  /**
   * The plan is not one that can be carried out; nothing was sent.
   *
   * @param message what is wrong, and what to write
   */
  record BadConfiguration(String message) implements LoadReport {

    @Override
    public int exitCode() {
      return 2;
    }
  }

  /**
   * A side took no connection before the load, or gave no answer at all during it.
   *
   * @param side which
   * @param message how it was tried
   */
  record Unreachable(Side side, String message) implements LoadReport {

    @Override
    public int exitCode() {
      return 3;
    }
  }

  /**
   * How much blue differs from itself, as {@link Series#spread()} defines it.
   *
   * @param throughput as a ratio: 0.02 is 2%; left out when blue answered too little to tell
   * @param latency of each quantile, as ratios; empty when blue answered too little to tell
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record Spread(Double throughput, List<Double> latency) {

    private static final double TEN_THOUSANDTHS = 10_000;

    /** Copies the list. */
    public Spread {
      latency = List.copyOf(latency);
    }

    /** Of the slices of blue, whose latencies have that many quantiles. */
    public static Spread of(List<PairResult> pairs, int quantiles) {
      return new Spread(
          throughputs(pairs, Side.BLUE).spread().map(Spread::rounded).orElse(null),
          IntStream.range(0, quantiles)
              .mapToObj(index -> latencies(pairs, Side.BLUE, index).spread())
              .flatMap(Optional::stream)
              .map(Spread::rounded)
              .toList());
    }

    private static double rounded(double ratio) {
      return Math.round(ratio * TEN_THOUSANDTHS) / TEN_THOUSANDTHS;
    }
  }

  /**
   * How well the load was made.
   *
   * @param lagMicros how late requests were sent for the generator's own reasons: the quantiles, in
   *     microseconds
   * @param saturated whether the generator could not keep up, so that the latencies say more about
   *     it than about the targets
   * @param cpuMillis the time that the generator's process computed, its start included, in
   *     milliseconds
   */
  record GeneratorResult(List<Long> lagMicros, boolean saturated, long cpuMillis) {

    /** Copies the list. */
    public GeneratorResult {
      lagMicros = List.copyOf(lagMicros);
    }
  }
}
