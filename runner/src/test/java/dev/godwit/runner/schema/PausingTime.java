package dev.godwit.runner.schema;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Pauses pass at once, as the time that is told; each may change the world. */
final class PausingTime implements Time {

  /** What happens in a pause. */
  @FunctionalInterface
  interface During {
    void run(int pause) throws Exception;
  }

  private final During during;
  private final List<Duration> pauses = new ArrayList<>();
  private long skipped;

  PausingTime(During during) {
    this.during = during;
  }

  List<Duration> pauses() {
    return pauses;
  }

  @Override
  public long nanos() {
    return System.nanoTime() + skipped;
  }

  @Override
  public void pause(Duration duration) {
    pauses.add(duration);
    skipped += duration.toNanos();
    doing(() -> during.run(pauses.size()));
  }

  /** What can fail, where nothing may. */
  interface Failing {
    void run() throws Exception;
  }

  static void doing(Failing failing) {
    try {
      failing.run();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }
}
