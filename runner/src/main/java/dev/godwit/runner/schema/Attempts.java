package dev.godwit.runner.schema;

import dev.godwit.contract.schema.SchemaReport.Cause;
import java.io.PrintStream;
import java.time.Duration;

/** Tries again what a lock was in the way of, with growing pauses: a queue behind it can go on. */
final class Attempts {

  private final Session session;
  private final Blockers blockers;
  private final Duration patience;
  private final Time time;
  private final PrintStream err;

  Attempts(Session session, Blockers blockers, Duration patience, Time time, PrintStream err) {
    this.session = session;
    this.blockers = blockers;
    this.patience = patience;
    this.time = time;
    this.err = err;
  }

  /** Something that is taken back as a whole when it fails. */
  @FunctionalInterface
  interface Attempt<T> {
    /**
     * Does it.
     *
     * @param waits how often it was tried before
     */
    T run(int waits) throws SchemaFailure;
  }

  /**
   * Does something as often as it takes.
   *
   * @throws SchemaFailure when it fails otherwise, or the locks are not had in time
   */
  <T> T untilLocksAreHad(Attempt<T> attempt) throws SchemaFailure, InterruptedException {
    Patience left = null;
    for (int waits = 0; ; waits++) {
      try {
        blockers.watch();
        return attempt.run(waits);
      } catch (SchemaFailure e) {
        session.rollback();
        if (e.why() != Cause.LOCKED) {
          throw e;
        }
        left = left == null ? new Patience(time, patience) : left;
        SchemaFailure named = e.with(blockers.words().map(who -> ": blocked by " + who).orElse(""));
        err.println("waiting: " + named.getMessage());
        if (!left.pause()) {
          throw named.with("; tried " + (waits + 1) + " times");
        }
      } finally {
        blockers.rest();
      }
    }
  }
}
