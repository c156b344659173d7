package dev.godwit.runner.schema;

import java.time.Duration;

/** The time, as waiting and measuring know it. */
interface Time {

  /** The machine's own. */
  Time SYSTEM =
      new Time() {
        @Override
        public long nanos() {
          return System.nanoTime();
        }

        @Override
        public void pause(Duration duration) throws InterruptedException {
          Thread.sleep(duration);
        }
      };

  /** Nanoseconds after a moment that stays the same. */
  long nanos();

  /** Lets it pass. */
  void pause(Duration duration) throws InterruptedException;
}
