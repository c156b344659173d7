package dev.godwit.runner.load;

import java.util.function.BooleanSupplier;

/**
 * Time that passes only when somebody sleeps, and then at once; and not before all is quiet, so
 * that whatever is done at a moment is done within no time, however slow the machine is.
 */
final class SteppedTime implements Time {

  private long now;
  private BooleanSupplier quiet = () -> true;

  /** Time may pass only while that holds. */
  synchronized void passesWhen(BooleanSupplier condition) {
    quiet = condition;
  }

  @Override
  public synchronized long nanos() {
    return now;
  }

  @Override
  public long epochMillis() {
    return nanos() / 1_000_000;
  }

  @Override
  public void sleepUntil(long nanos) throws InterruptedException {
    while (nanos > nanos() && !isQuiet()) {
      Thread.sleep(0, 100_000); // Between looks at the condition; nothing is taken from its length.
    }
    synchronized (this) {
      now = Math.max(now, nanos);
      notifyAll();
    }
  }

  private boolean isQuiet() {
    BooleanSupplier condition;
    synchronized (this) {
      condition = quiet;
    }
    return condition.getAsBoolean();
  }

  /** For a server: returns when others have let time pass up to that moment. */
  synchronized void await(long nanos) throws InterruptedException {
    while (now < nanos) {
      wait();
    }
  }

  /** Lets time pass, whatever is going on. */
  synchronized void advance(long nanos) {
    now += nanos;
    notifyAll();
  }
}
