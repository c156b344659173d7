package dev.godwit.runner.load;

import dev.godwit.contract.load.LoadPlan;
import dev.godwit.contract.load.LoadReport;
import dev.godwit.contract.load.LoadReport.GeneratorResult;
import dev.godwit.contract.load.LoadReport.Measured;
import dev.godwit.contract.load.LoadReport.Spread;
import dev.godwit.contract.load.LoadReport.Unreachable;
import dev.godwit.contract.load.PairResult;
import dev.godwit.contract.load.Side;
import dev.godwit.contract.load.SliceResult;
import dev.godwit.runner.load.Connection.NotConnectedException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/** Carries out a plan that has no problems: reach both sides, warm them up, then slice by slice. */
final class LoadGenerator {

  private static final long NANOS_PER_SECOND = 1_000_000_000;
  private static final long NANOS_PER_MILLI = 1_000_000;
  private static final long BETWEEN_TRIES_NANOS = 100 * NANOS_PER_MILLI;

  /** The quantile of the lags that may not be above the limit. */
  private static final double JUDGED = 0.99;

  private final LoadPlan plan;
  private final Function<Side, Connection> connections;
  private final Time time;
  private final Map<Side, Tally> totals = new EnumMap<>(Side.class);

  /** Over those connections, of which there may be many to a side. */
  LoadGenerator(LoadPlan plan, Function<Side, Connection> connections, Time time) {
    this.plan = plan;
    this.connections = connections;
    this.time = time;
    for (Side side : Side.values()) {
      totals.put(side, tally());
    }
  }

  private Tally tally() {
    return new Tally(plan.timeoutMillis());
  }

  /** Takes as long as the plan says, and for each slice until its last answer. */
  LoadReport run() throws InterruptedException {
    for (Side side : Side.values()) {
      Optional<LoadReport> unreachable = reach(side);
      if (unreachable.isPresent()) {
        return unreachable.get();
      }
    }
    for (Side side : Side.values()) {
      slice(side, plan.warmUpMillis(), tally());
    }
    return measure();
  }

  private Optional<LoadReport> reach(Side side) throws InterruptedException {
    long deadline = time.nanos() + plan.timeoutMillis() * NANOS_PER_MILLI;
    while (true) {
      try (Connection connection = connections.apply(side)) {
        connection.open(deadline);
        return Optional.empty();
      } catch (NotConnectedException e) {
        long next = time.nanos() + BETWEEN_TRIES_NANOS;
        if (next >= deadline) {
          return Optional.of(
              new Unreachable(
                  side, "no connection within " + plan.timeoutMillis() + " ms: " + e.getMessage()));
        }
        time.sleepUntil(next);
      }
    }
  }

  private LoadReport measure() throws InterruptedException {
    long startedAt = time.epochMillis();
    long start = time.nanos();
    List<PairResult> pairs = new ArrayList<>();
    for (int index = 0; index < plan.pairs(); index++) {
      Side first = index % 2 == 0 ? Side.BLUE : Side.GREEN;
      Map<Side, SliceResult> slices = new EnumMap<>(Side.class);
      for (Side side : List.of(first, other(first))) {
        slices.put(side, counted(side, start));
      }
      pairs.add(new PairResult(slices.get(Side.BLUE), slices.get(Side.GREEN)));
    }
    for (Side side : Side.values()) {
      if (!totals.get(side).hasAnswers()) {
        return new Unreachable(side, plan.target(side) + " took connections and answered nothing");
      }
    }
    return measured(startedAt, pairs);
  }

  private static Side other(Side side) {
    return switch (side) {
      case BLUE -> Side.GREEN;
      case GREEN -> Side.BLUE;
    };
  }

  private SliceResult counted(Side side, long start) throws InterruptedException {
    Tally tally = tally();
    long began = slice(side, plan.sliceMillis(), tally);
    totals.get(side).add(tally);
    return tally.slice((began - start) / NANOS_PER_MILLI, plan.quantiles());
  }

  /** Runs one slice, with connections of its own, and says when it began. */
  private long slice(Side side, int millis, Tally tally) throws InterruptedException {
    Supplier<Connection> opened = () -> connections.apply(side);
    try (var senders = new Senders(plan, opened, tally, time)) {
      long start = time.nanos();
      send(senders, start, plan.requestsIn(millis));
      time.sleepUntil(start + millis * NANOS_PER_MILLI);
      senders.drain();
      tally.took(time.nanos() - start);
      return start;
    }
  }

  /** Offers each request when it is due; when late, at once, so that none is left out. */
  private void send(Senders senders, long start, int requests) throws InterruptedException {
    var rotation = new Rotation(plan.requests());
    for (long index = 0; index < requests; index++) {
      long due = start + index * NANOS_PER_SECOND / plan.rate();
      time.sleepUntil(due);
      senders.offer(rotation.next(), due);
    }
  }

  private Measured measured(long startedAt, List<PairResult> pairs) {
    Tally both = tally();
    totals.values().forEach(both::add);
    return new Measured(
        startedAt,
        plan.requestsPerSlice(),
        plan.quantiles(),
        totals.get(Side.BLUE).side(plan.quantiles()),
        totals.get(Side.GREEN).side(plan.quantiles()),
        pairs,
        Spread.of(pairs, plan.quantiles().size()),
        generator(both));
  }

  private GeneratorResult generator(Tally both) {
    boolean saturated =
        both.lagMicros(List.of(JUDGED)).stream().anyMatch(lag -> lag > plan.lagLimitMicros());
    long cpu = ProcessHandle.current().info().totalCpuDuration().orElse(Duration.ZERO).toMillis();
    return new GeneratorResult(both.lagMicros(plan.quantiles()), saturated, cpu);
  }
}
