package dev.godwit.operator;

import java.util.function.LongSupplier;

/**
 * Has all of the heap collected whenever it has grown by some megabytes: the serial collector lets
 * it grow as far as it may before it looks at what is old, and what migrations leave behind soon is
 * as much as what lives. A collection takes some 60 ms, and is due after eight small migrations.
 */
final class GrowingHeap implements Runnable {

  private static final long WORTH = 4L * 1024 * 1024;

  private final LongSupplier size;
  private final Runnable collect;

  /** The least size since it was collected; what the start has left is collected first of all. */
  private long least;

  /**
   * A heap that was not collected yet.
   *
   * @param size what it takes of the memory, in bytes
   * @param collect collects everything
   */
  GrowingHeap(LongSupplier size, Runnable collect) {
    this.size = size;
    this.collect = collect;
  }

  /** The heap of this process. */
  static GrowingHeap ofThisProcess() {
    return new GrowingHeap(Runtime.getRuntime()::totalMemory, System::gc);
  }

  /** To be called every few seconds. */
  @Override
  public void run() {
    long now = size.getAsLong();
    if (now - least < WORTH) {
      least = Math.min(least, now);
      return;
    }
    collect.run();
    least = size.getAsLong();
  }
}
