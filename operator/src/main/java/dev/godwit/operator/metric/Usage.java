package dev.godwit.operator.metric;

import dev.godwit.contract.load.LoadReport;
import dev.godwit.contract.load.Metric;
import dev.godwit.contract.load.PairResult;
import dev.godwit.contract.load.Series;
import dev.godwit.contract.load.Side;
import dev.godwit.contract.load.SliceResult;
import dev.godwit.contract.load.Verdict;
import dev.godwit.operator.plan.Limits;
import dev.godwit.operator.plan.MetricRequest;
import dev.godwit.operator.plan.MetricState;
import dev.godwit.operator.plan.MetricState.Gap;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.Stream;

/**
 * The cpu and the memory of both sides while the load went to them, asked for when it is over. The
 * old version has its users' requests all the while. So what the load costs a side is the
 * difference between its own turn and the other's in the same pair: what was there in both goes out
 * of it. Memory is taken as it is at the end of each turn.
 *
 * @param settings with a provider
 * @param report times of the turns
 */
public record Usage(PerformanceSettings settings, String namespace, LoadReport.Measured report) {

  /**
   * The kubelet looks at its containers every 10 to 20 seconds, and a turn needs two looks: in
   * shorter ones there are almost never two, from twice as much on there always are.
   */
  public static final Duration SHORTEST_TURN = Duration.ofSeconds(20);

  /** Until the last of its values can be expected to be stored. */
  private static final Duration SETTLING = Duration.ofSeconds(15);

  /** What was not stored by then will not be. */
  private static final Duration LATE = Duration.ofSeconds(75);

  private static final Limits NONE = new Limits(OptionalDouble.empty(), OptionalDouble.empty());
  private static final double MICROS = 1e6;
  private static final int LONGEST_WHY = 120;

  /** What is known so far. */
  public sealed interface Answer {

    /**
     * Not enough yet.
     *
     * @param until when to look again though nothing was heard
     */
    record Pending(String why, Optional<Instant> until) implements Answer {}

    /** All that will ever be known. */
    record Known(Verdict cpu, Verdict memory) implements Answer {}
  }

  private enum Turn {
    LOADED,
    IDLE
  }

  private Instant end() {
    return report.pairs().stream()
        .flatMap(pair -> Stream.of(pair.blue(), pair.green()))
        .map(this::endOf)
        .max(Instant::compareTo)
        .orElseThrow();
  }

  private Instant endOf(SliceResult slice) {
    return Instant.ofEpochMilli(report.startedAtMillis() + slice.atMillis() + slice.tookMillis());
  }

  /** Whether a turn is long enough for the processor time; where it isn't, that is not asked. */
  public boolean hasCpu() {
    return settings.load("", "").sliceMillis() >= SHORTEST_TURN.toMillis();
  }

  /** What is to be asked by now. */
  public List<MetricRequest> requests(Instant now) {
    return now.isBefore(end().plus(SETTLING)) ? List.of() : requests();
  }

  private List<MetricRequest> requests() {
    List<MetricRequest> requests = new ArrayList<>();
    for (Side side : Side.values()) {
      for (int pair = 0; pair < report.pairs().size(); pair++) {
        PairResult both = report.pairs().get(pair);
        SliceResult own = both.slice(side);
        requests.add(request(memoryId(side, pair), Queries.memory().value(), side, own));
        if (hasCpu()) {
          SliceResult others = both.slice(other(side));
          requests.add(request(cpuId(side, pair, Turn.LOADED), Queries.cpuOfSlice(), side, own));
          requests.add(request(cpuId(side, pair, Turn.IDLE), Queries.cpuOfSlice(), side, others));
        }
      }
    }
    return requests;
  }

  private static Side other(Side side) {
    return switch (side) {
      case BLUE -> Side.GREEN;
      case GREEN -> Side.BLUE;
    };
  }

  private String cpuId(Side side, int pair, Turn turn) {
    return id("cpu", side, pair) + "/" + turn.name().toLowerCase(Locale.ROOT);
  }

  private String memoryId(Side side, int pair) {
    return id("memory", side, pair);
  }

  /** Of this load alone: another one has begun at another time. */
  private String id(String metric, Side side, int pair) {
    String load = "load@" + report.startedAtMillis();
    return String.join("/", settings.plan().name(), metric, load, word(side), "" + pair);
  }

  private static String word(Side side) {
    return side.name().toLowerCase(Locale.ROOT);
  }

  private MetricRequest request(String name, String query, Side side, SliceResult slice) {
    String workload =
        switch (side) {
          case BLUE -> settings.plan().workload();
          case GREEN -> settings.plan().green();
        };
    MetricSettings provider = settings.provider().orElseThrow();
    String rendered =
        query
            .replace("{{namespace}}", namespace)
            .replace("{{pods}}", dev.godwit.operator.metric.Side.ofDeployment(workload).pods())
            .replace("{{window}}", slice.tookMillis() + "ms");
    return new MetricRequest(
        name,
        provider.url(),
        rendered,
        Optional.empty(),
        0,
        NONE,
        provider.interval(),
        1,
        Optional.of(endOf(slice)));
  }

  /** What follows from what was answered so far. */
  public Answer answer(Map<String, MetricState> states, Instant now) {
    Instant settled = end().plus(SETTLING);
    if (now.isBefore(settled)) {
      return new Answer.Pending(
          "waiting until Prometheus has what cpu and memory were", Optional.of(settled));
    }
    List<MetricState> all = own(states);
    Optional<Instant> until =
        all.stream().flatMap(state -> waitsUntil(state, now).stream()).max(Instant::compareTo);
    if (all.stream().anyMatch(MetricState.NONE::equals)) {
      return new Answer.Pending("asking Prometheus what cpu and memory were", until);
    }
    return until
        .<Answer>map(
            when -> new Answer.Pending("asking Prometheus again: " + gap(all), Optional.of(when)))
        .orElseGet(() -> new Answer.Known(cpu(states), memory(states)));
  }

  private Optional<Instant> waitsUntil(MetricState state, Instant now) {
    return state
        .gap()
        .map(Gap::kind)
        .map(
            kind ->
                switch (kind) {
                  case NO_DATA -> end().plus(LATE);
                  case PROVIDER_ERROR ->
                      end().plus(settings.provider().orElseThrow().providerPatience());
                })
        .filter(now::isBefore);
  }

  private static String gap(List<MetricState> all) {
    String message =
        all.stream()
            .flatMap(state -> state.gap().stream())
            .map(Gap::message)
            .findFirst()
            .orElse("it has no values");
    return message.length() <= LONGEST_WHY ? message : message.substring(0, LONGEST_WHY) + "…";
  }

  private Verdict cpu(Map<String, MetricState> states) {
    return judged(Metric.CPU, cpu(states, Side.BLUE), cpu(states, Side.GREEN), states);
  }

  private Verdict memory(Map<String, MetricState> states) {
    return judged(Metric.MEMORY, memory(states, Side.BLUE), memory(states, Side.GREEN), states);
  }

  private Verdict judged(
      Metric metric, Series blue, Series green, Map<String, MetricState> states) {
    Verdict verdict = settings.comparison().of(metric, blue, green);
    boolean lacks = !blue.isEnough() || !green.isEnough();
    return lacks && verdict instanceof Verdict.NotMeasured(String why)
        ? new Verdict.NotMeasured(why + "; Prometheus: " + gap(own(states)))
        : verdict;
  }

  private List<MetricState> own(Map<String, MetricState> states) {
    return requests().stream()
        .map(request -> states.getOrDefault(request.id(), MetricState.NONE))
        .toList();
  }

  /** Rounded to a millionth of a core; what is less than nothing is nothing. */
  private Series cpu(Map<String, MetricState> states, Side side) {
    List<Double> values = new ArrayList<>();
    for (int pair = 0; pair < report.pairs().size(); pair++) {
      OptionalDouble loaded = value(states, cpuId(side, pair, Turn.LOADED));
      OptionalDouble idle = value(states, cpuId(side, pair, Turn.IDLE));
      if (loaded.isPresent() && idle.isPresent()) {
        double cost = loaded.getAsDouble() - idle.getAsDouble();
        values.add(Math.max(0, Math.round(cost * MICROS) / MICROS));
      }
    }
    return new Series(values);
  }

  private Series memory(Map<String, MetricState> states, Side side) {
    List<Double> values = new ArrayList<>();
    for (int pair = 0; pair < report.pairs().size(); pair++) {
      value(states, memoryId(side, pair)).ifPresent(values::add);
    }
    return new Series(values);
  }

  private static OptionalDouble value(Map<String, MetricState> states, String id) {
    MetricState state = states.getOrDefault(id, MetricState.NONE);
    return state.gap().isEmpty() && state.last().isPresent()
        ? OptionalDouble.of(state.last().get().value())
        : OptionalDouble.empty();
  }
}
