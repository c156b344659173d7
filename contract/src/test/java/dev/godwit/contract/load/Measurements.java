package dev.godwit.contract.load;

import dev.godwit.contract.load.LoadReport.GeneratorResult;
import dev.godwit.contract.load.LoadReport.Measured;
import dev.godwit.contract.load.LoadReport.Spread;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** Measurements as a load generator would report them. */
final class Measurements {

  private Measurements() {}

  /** With a p99 in each slice of a side (0: nothing was answered), and all else the same. */
  static Measured of(List<Double> blue, List<Double> green, boolean saturated) {
    List<PairResult> pairs =
        IntStream.range(0, blue.size())
            .mapToObj(index -> new PairResult(slice(blue.get(index)), slice(green.get(index))))
            .toList();
    var side = new SideResult(400, 0, Map.of(), Map.of(), 100, List.of());
    return new Measured(
        0,
        100,
        List.of(0.5, 0.99),
        side,
        side,
        pairs,
        Spread.of(pairs, 2),
        new GeneratorResult(List.of(90L, 200L), saturated, 1));
  }

  private static SliceResult slice(double p99) {
    List<Long> latencies = p99 == 0 ? List.of() : List.of(50L, Math.round(p99));
    return new SliceResult(0, 1_000, 100, 0, Map.of(StatusClass.SUCCESS, 100L), 100, latencies);
  }
}
