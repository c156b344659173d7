package dev.godwit.runner.load;

import java.util.concurrent.locks.LockSupport;

/** The time, as the load generator knows it. */
interface Time {

  /** The machine's own. */
  Time SYSTEM =
      new Time() {
        @Override
        public long nanos() {
          return System.nanoTime();
        }

        @Override
        public long epochMillis() {
          return System.currentTimeMillis();
        }

        @Override
        public void sleepUntil(long nanos) throws InterruptedException {
          for (long left = nanos - nanos(); left > 0; left = nanos - nanos()) {
            LockSupport.parkNanos(left);
            if (Thread.interrupted()) {
              throw new InterruptedException();
            }
          }
        }
      };

  /** Nanoseconds after a moment that stays the same. */
  long nanos();

  /** Milliseconds since 1970. */
  long epochMillis();

  /** Returns at once when the moment has passed. */
  void sleepUntil(long nanos) throws InterruptedException;
}
