package dev.godwit.runner.load;

import dev.godwit.contract.load.FailureReason;
import dev.godwit.contract.load.StatusClass;

/** What became of a request that was due. */
sealed interface Outcome {

  /** Which request. */
  Due due();

  /**
   * An answer, whole and in time; whether it was expected is another question.
   *
   * @param sentNanos when it was really sent
   * @param endedNanos when the whole answer had come
   */
  record Answered(Due due, StatusClass status, long sentNanos, long endedNanos)
      implements Outcome {}

  /**
   * No whole answer in time.
   *
   * @param sent whether it was sent at all
   */
  record TimedOut(Due due, boolean sent) implements Outcome {}

  /**
   * Sent, or tried to be, and lost before its time was over.
   *
   * @param reason whether there was no connection, or it broke
   */
  record Lost(Due due, FailureReason reason) implements Outcome {}

  /** Never sent, since too many were under way. */
  record Dropped(Due due) implements Outcome {}
}
