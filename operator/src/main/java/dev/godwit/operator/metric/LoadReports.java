package dev.godwit.operator.metric;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.godwit.contract.load.LoadPlan;
import dev.godwit.contract.load.LoadReport;
import dev.godwit.contract.load.PairResult;
import dev.godwit.contract.load.Side;
import dev.godwit.contract.load.SliceResult;
import dev.godwit.operator.plan.JobEnd;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;

/**
 * Reads what a load's Job has left. Whoever may write to pods could have written it: nothing that
 * is too long or out of place gets any further.
 */
public final class LoadReports {

  /** Clocks of nodes may differ, and a Job may wait for its node. */
  private static final Duration LEEWAY = Duration.ofMinutes(5);

  private static final int LONGEST_WHY = 200;
  private static final double HIGHEST_THROUGHPUT = 1e6;
  private static final long LATEST_MILLIS = Duration.ofDays(1).toMillis();

  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private LoadReports() {}

  /** What is known of a load that has ended. */
  public sealed interface Read {

    /** It was measured as it was to be. */
    record Usable(LoadReport.Measured report) implements Read {}

    /**
     * There is nothing to compare.
     *
     * @param why in words
     */
    record Unusable(String why) implements Read {}
  }

  /**
   * Reads a report.
   *
   * @param end how the program has ended; empty where nobody knows any more
   * @param plan what it was told to do
   * @param begun when the step began; no report is older
   */
  public static Read read(Optional<JobEnd> end, LoadPlan plan, Instant begun, Instant now) {
    if (end.isEmpty()) {
      return unusable("the pod of the load is gone, and its report with it");
    }
    String message = end.get().message();
    if (message.isBlank()) {
      return unusable("the load ended with exit code " + end.get().exitCode() + " and no report");
    }
    if (message.length() > LoadReport.MAX_BYTES) {
      return unusable("the report of the load is longer than a report can be");
    }
    try {
      return read(JSON.readValue(message, LoadReport.class), end.get(), plan, begun, now);
    } catch (JsonProcessingException e) {
      return unusable(
          "the load ended with exit code "
              + end.get().exitCode()
              + " and a report that can't be read: "
              + e.getOriginalMessage());
    }
  }

  private static Read read(
      LoadReport report, JobEnd end, LoadPlan plan, Instant begun, Instant now) {
    return switch (report) {
      case null -> unusable("the report of the load is null");
      case LoadReport.BadConfiguration(String message) ->
          unusable("the load can't be made: " + message);
      case LoadReport.Unreachable(Side side, String message) ->
          unusable(
              (side == null ? "a side" : side.name().toLowerCase(Locale.ROOT))
                  + " could not be reached: "
                  + message);
      case LoadReport.Measured measured when end.exitCode() != measured.exitCode() ->
          unusable("the load ended with exit code " + end.exitCode());
      case LoadReport.Measured measured ->
          flaw(measured, plan, begun, now)
              .map(what -> unusable("the report of the load is not one of this load: " + what))
              .orElseGet(() -> new Read.Usable(measured));
    };
  }

  private static Read unusable(String why) {
    return new Read.Unusable(
        why.length() <= LONGEST_WHY ? why : why.substring(0, LONGEST_WHY - 1) + "…");
  }

  private static Optional<String> flaw(
      LoadReport.Measured report, LoadPlan plan, Instant begun, Instant now) {
    if (!report.quantiles().equals(plan.quantiles())) {
      return Optional.of("it has other quantiles");
    }
    if (report.generator() == null) {
      return Optional.of("it does not say how the load was made");
    }
    long started = report.startedAtMillis();
    if (started < begun.minus(LEEWAY).toEpochMilli() || started > now.plus(LEEWAY).toEpochMilli()) {
      return Optional.of("its time is not that of the step, or a node's clock is wrong");
    }
    if (report.pairs().size() != plan.pairs()) {
      return Optional.of("it has " + report.pairs().size() + " pairs of turns");
    }
    return report.pairs().stream().allMatch(pair -> isSound(pair, plan))
        ? Optional.empty()
        : Optional.of("it has a turn with impossible numbers");
  }

  private static boolean isSound(PairResult pair, LoadPlan plan) {
    return isSound(pair.blue(), plan) && isSound(pair.green(), plan);
  }

  private static boolean isSound(SliceResult slice, LoadPlan plan) {
    return slice != null
        && slice.atMillis() >= 0
        && slice.atMillis() <= LATEST_MILLIS
        && slice.tookMillis() >= plan.sliceMillis() - 1
        && slice.tookMillis() <= LATEST_MILLIS
        && slice.throughput() >= 0
        && slice.throughput() <= HIGHEST_THROUGHPUT
        && (slice.latencyMicros().isEmpty()
            || slice.latencyMicros().size() == plan.quantiles().size())
        && slice.latencyMicros().stream().allMatch(latency -> latency >= 0);
  }
}
