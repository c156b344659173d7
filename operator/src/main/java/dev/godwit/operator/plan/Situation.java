package dev.godwit.operator.plan;

import java.time.Instant;

/** All that a step or a guard may look at: the cluster, the journal and the time. */
public record Situation(Observation seen, Journal journal, Journal.Entry entry, Instant now) {

  /** Waits for something until a time, when it has failed, and says that it was in vain. */
  public Assessment await(String what, Instant end, Reason reason) {
    return await(what, end, reason, "waited in vain for " + what);
  }

  /**
   * Waits for something until a time, when it has failed.
   *
   * @param what as in {@link Assessment.Wait}
   * @param end from then on it has failed
   * @param failure what is said then
   */
  public Assessment await(String what, Instant end, Reason reason, String failure) {
    return now.isBefore(end) ? Assessment.await(what, end) : Assessment.failed(reason, failure);
  }
}
