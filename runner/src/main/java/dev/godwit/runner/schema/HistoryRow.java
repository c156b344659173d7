package dev.godwit.runner.schema;

/**
 * The last that happened to a version.
 *
 * @param version its name
 * @param checksum of the text that brought it
 * @param direction which way
 * @param state how far
 */
record HistoryRow(String version, String checksum, Direction direction, State state) {

  /** Which way a version went. */
  enum Direction {
    /** It was brought. */
    UP,
    /** It was taken back. */
    DOWN,
    /** It was there before there was a history. */
    BASELINE
  }

  /** How far a version went. */
  enum State {
    /** It is not transactional, and was begun: some of it may be there. */
    BEGUN,
    /** All of it happened. */
    DONE
  }

  boolean isApplied() {
    return state == State.DONE && direction != Direction.DOWN;
  }

  boolean isBegun() {
    return state == State.BEGUN;
  }
}
