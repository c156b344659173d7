package dev.godwit.operator.plan;

/**
 * How something stands that a guard watches by other means than probes and metrics.
 *
 * @param id unique in the migration: SERVICE/CHECK
 * @param message why it is not good; empty where it is
 */
public record Standing(String id, State state, String message) {

  /** How it stands. */
  public enum State {
    /** Nobody has asked yet. */
    PENDING,
    /** The last answer was good. */
    GOOD,
    /** The answers were bad. */
    BAD,
    /** There is no answer. */
    UNKNOWN
  }
}
