package dev.godwit.runner.schema;

import java.time.Duration;

/** Growing pauses that end after a while. */
final class Patience {

  private static final Duration FIRST = Duration.ofMillis(250);
  private static final Duration LONGEST = Duration.ofSeconds(10);

  private final Time time;
  private final long all;
  private final long began;
  private Duration next = FIRST;

  /** Begins now. */
  Patience(Time time, Duration all) {
    this.time = time;
    this.all = all.toNanos();
    this.began = time.nanos();
  }

  /**
   * Lets a pause pass, twice as long as the one before and no longer than there is time.
   *
   * @return false, at once, when there is none left
   */
  boolean pause() throws InterruptedException {
    long left = all - (time.nanos() - began);
    if (left <= 0) {
      return false;
    }
    Duration rest = Duration.ofNanos(left);
    time.pause(next.compareTo(rest) < 0 ? next : rest);
    next = next.multipliedBy(2).compareTo(LONGEST) < 0 ? next.multipliedBy(2) : LONGEST;
    return true;
  }
}
