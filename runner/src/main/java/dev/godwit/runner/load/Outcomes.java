package dev.godwit.runner.load;

/** Whoever is told what becomes of the requests, by many threads at once. */
interface Outcomes {

  /** A request has come to its end. Before that it counts as under way. */
  void ended(Outcome outcome);

  /** How late a request was sent for the generator's own reasons, in nanoseconds. */
  void lagged(long nanos);
}
