package dev.godwit.operator.cluster;

import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Does the same again and again. A round that is due while the one before is still under way is
 * left out.
 */
final class Repeating {

  private final ScheduledExecutorService schedule;
  private final ExecutorService threads;
  private final Runnable round;
  private final AtomicBoolean underWay = new AtomicBoolean();
  private Duration interval = Duration.ZERO;
  private ScheduledFuture<?> rounds;

  /**
   * Nothing is done yet.
   *
   * @param schedule starts the rounds
   * @param threads on which they run
   */
  Repeating(ScheduledExecutorService schedule, ExecutorService threads, Runnable round) {
    this.schedule = schedule;
    this.threads = threads;
    this.round = round;
  }

  /** Begins, with a round at once, or changes to another rhythm. */
  synchronized void every(Duration wanted) {
    if (wanted.equals(interval)) {
      return;
    }
    end();
    interval = wanted;
    long millis = wanted.toMillis();
    rounds =
        schedule.scheduleAtFixedRate(
            () -> threads.execute(this::next), 0, millis, TimeUnit.MILLISECONDS);
  }

  /** Begins no more rounds. */
  synchronized void end() {
    if (rounds != null) {
      rounds.cancel(false);
    }
  }

  private void next() {
    if (underWay.compareAndSet(false, true)) {
      try {
        round.run();
      } finally {
        underWay.set(false);
      }
    }
  }
}
