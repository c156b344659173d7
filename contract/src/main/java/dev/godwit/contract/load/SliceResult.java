package dev.godwit.contract.load;

import java.util.List;
import java.util.Map;

/**
 * One slice of a side.
 *
 * @param atMillis when it began, in milliseconds after the first slice did
 * @param tookMillis until the last of its requests had its answer, or none was awaited any more: a
 *     side that keeps up takes the slice's length, and the last answer's latency
 * @param sent see {@link SideResult#sent()}
 * @param failed see {@link SideResult#failed()}
 * @param statuses see {@link SideResult#statuses()}
 * @param throughput see {@link SideResult#throughput()}
 * @param latencyMicros see {@link SideResult#latencyMicros()}
 */
public record SliceResult(
    long atMillis,
    long tookMillis,
    long sent,
    long failed,
    Map<StatusClass, Long> statuses,
    double throughput,
    List<Long> latencyMicros) {

  /** Copies the list and the map. */
  public SliceResult {
    statuses = Sorted.copyOf(StatusClass.class, statuses);
    latencyMicros = List.copyOf(latencyMicros);
  }
}
