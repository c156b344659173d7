package dev.godwit.contract.load;

import java.util.List;
import java.util.Map;

/**
 * All slices of a side together.
 *
 * @param sent requests that were sent, or at least tried to be: all that were due but for those
 *     that were dropped or ran into their timeout before it was their turn
 * @param failed requests that were due and not answered as expected
 * @param statuses answers by status class; classes without any are left out
 * @param failures failed requests by reason; reasons without any are left out
 * @param throughput answers as expected per second
 * @param latencyMicros the quantiles of the latencies, in microseconds, each from the moment that
 *     the request was due: of answers as expected, and of timeouts; empty when there were none
 */
public record SideResult(
    long sent,
    long failed,
    Map<StatusClass, Long> statuses,
    Map<FailureReason, Long> failures,
    double throughput,
    List<Long> latencyMicros) {

  /** Copies the list and the maps. */
  public SideResult {
    statuses = Sorted.copyOf(StatusClass.class, statuses);
    failures = Sorted.copyOf(FailureReason.class, failures);
    latencyMicros = List.copyOf(latencyMicros);
  }
}
