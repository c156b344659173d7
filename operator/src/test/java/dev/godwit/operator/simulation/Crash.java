package dev.godwit.operator.simulation;

/** The operator's process ends here; an error, so that no handler of exceptions goes on. */
final class Crash extends Error {

  private static final long serialVersionUID = 1L;

  Crash(String where) {
    super(where, null, false, false);
  }
}
