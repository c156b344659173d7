package dev.godwit.operator;

import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.util.function.LongSupplier;

/**
 * Has all of the heap collected once the operator has come to rest: the serial collector lets it
 * grow as far as it may before it looks at what is old, and gives nothing back by itself.
 */
final class RestingHeap implements Runnable {

  /** At rest the Lease and the health checks alone make for three collections a minute. */
  private static final long AT_REST = 6;

  /** So many collections of what is young are worth one of everything. */
  private static final long WORTH = 20;

  private final LongSupplier collections;
  private final Runnable collect;
  private long seen;
  private long afterLast;

  /**
   * A heap that was not collected yet.
   *
   * @param collections how many collections there were, of any kind
   * @param collect collects everything
   */
  RestingHeap(LongSupplier collections, Runnable collect) {
    this.collections = collections;
    this.collect = collect;
  }

  /** The heap of this process. */
  static RestingHeap ofThisProcess() {
    return new RestingHeap(RestingHeap::collections, System::gc);
  }

  /** How many collections there were in this process. */
  static long collections() {
    return ManagementFactory.getGarbageCollectorMXBeans().stream()
        .mapToLong(GarbageCollectorMXBean::getCollectionCount)
        .sum();
  }

  /** To be called every minute: at rest is what hardly needed a collection since then. */
  @Override
  public void run() {
    long now = collections.getAsLong();
    boolean isAtRest = now - seen <= AT_REST;
    seen = now;
    if (isAtRest && now - afterLast >= WORTH) {
      collect.run();
      seen = collections.getAsLong();
      afterLast = seen;
    }
  }
}
