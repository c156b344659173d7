package dev.godwit.runner.load;

import dev.godwit.contract.load.FailureReason;
import dev.godwit.contract.load.SideResult;
import dev.godwit.contract.load.SliceResult;
import dev.godwit.contract.load.StatusClass;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.HdrHistogram.Histogram;

/** Counts what became of the requests of a slice, or of several. */
final class Tally implements Outcomes {

  private static final int DIGITS = 3;
  private static final long NANOS_PER_MICRO = 1_000;
  private static final long NANOS_PER_MILLI = 1_000_000;
  private static final double MILLIS_PER_SECOND = 1_000;
  private static final double PERCENT = 100;
  private static final double HUNDREDTHS = 100;

  private final long timeoutMicros;
  private final Map<StatusClass, Long> statuses = new EnumMap<>(StatusClass.class);
  private final Map<FailureReason, Long> failures = new EnumMap<>(FailureReason.class);
  private final Histogram latencies = new Histogram(DIGITS);
  private final Histogram lags = new Histogram(DIGITS);
  private long sent;
  private long succeeded;
  private long tookMillis;

  /** Of nothing yet. */
  Tally(int timeoutMillis) {
    this.timeoutMicros = timeoutMillis * NANOS_PER_MILLI / NANOS_PER_MICRO;
  }

  @Override
  public synchronized void ended(Outcome outcome) {
    switch (outcome) {
      case Outcome.Answered answered -> answered(answered);
      case Outcome.TimedOut timedOut -> {
        sent += timedOut.sent() ? 1 : 0;
        failed(FailureReason.TIMED_OUT);
        // It would have taken longer still.
        latencies.recordValue(timeoutMicros);
      }
      case Outcome.Lost lost -> {
        sent++;
        failed(lost.reason());
      }
      case Outcome.Dropped _ -> failed(FailureReason.DROPPED);
    }
  }

  private void answered(Outcome.Answered answered) {
    sent++;
    statuses.merge(answered.status(), 1L, Long::sum);
    Due due = answered.due();
    if (due.request().expect().contains(answered.status())) {
      succeeded++;
      latencies.recordValue((answered.endedNanos() - due.dueNanos()) / NANOS_PER_MICRO);
    } else {
      // A quick refusal must not look like a quick answer.
      failed(FailureReason.UNEXPECTED_STATUS);
    }
  }

  private void failed(FailureReason reason) {
    failures.merge(reason, 1L, Long::sum);
  }

  @Override
  public synchronized void lagged(long nanos) {
    lags.recordValue(Math.max(0, nanos) / NANOS_PER_MICRO);
  }

  /** The slice is over. */
  synchronized void took(long nanos) {
    tookMillis = nanos / NANOS_PER_MILLI;
  }

  /** Adds a slice that is over. */
  synchronized void add(Tally other) {
    other.statuses.forEach((status, count) -> statuses.merge(status, count, Long::sum));
    other.failures.forEach((reason, count) -> failures.merge(reason, count, Long::sum));
    latencies.add(other.latencies);
    lags.add(other.lags);
    sent += other.sent;
    succeeded += other.succeeded;
    tookMillis += other.tookMillis;
  }

  /** Whether there was any answer, expected or not. */
  synchronized boolean hasAnswers() {
    return !statuses.isEmpty();
  }

  /** As the slice that began so long after the first. */
  synchronized SliceResult slice(long atMillis, List<Double> quantiles) {
    return new SliceResult(
        atMillis,
        tookMillis,
        sent,
        failedRequests(),
        statuses,
        throughput(),
        quantilesOf(latencies, quantiles));
  }

  /** As all slices of a side. */
  synchronized SideResult side(List<Double> quantiles) {
    return new SideResult(
        sent,
        failedRequests(),
        statuses,
        failures,
        throughput(),
        quantilesOf(latencies, quantiles));
  }

  /** How late requests were sent, in microseconds. */
  synchronized List<Long> lagMicros(List<Double> quantiles) {
    return quantilesOf(lags, quantiles);
  }

  private long failedRequests() {
    return failures.values().stream().mapToLong(Long::longValue).sum();
  }

  private double throughput() {
    double perSecond = tookMillis == 0 ? 0 : succeeded * MILLIS_PER_SECOND / tookMillis;
    return Math.round(perSecond * HUNDREDTHS) / HUNDREDTHS;
  }

  private static List<Long> quantilesOf(Histogram histogram, List<Double> quantiles) {
    return histogram.getTotalCount() == 0
        ? List.of()
        : Stream.of(quantiles.toArray(Double[]::new))
            .map(quantile -> histogram.getValueAtPercentile(quantile * PERCENT))
            .toList();
  }
}
