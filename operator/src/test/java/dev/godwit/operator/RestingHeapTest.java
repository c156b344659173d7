package dev.godwit.operator;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class RestingHeapTest {

  private final AtomicLong collections = new AtomicLong();
  private final AtomicLong full = new AtomicLong();
  private final RestingHeap heap = new RestingHeap(collections::get, this::collect);

  private void collect() {
    collections.incrementAndGet();
    full.incrementAndGet();
  }

  @Test
  void isCollectedOnceWhenMuchWasDoneAndNothingIsDoneAnyMore() {
    collections.set(4);
    heap.run();
    assertThat(full).as("something was done since the look before").hasValue(0);

    heap.run();
    heap.run();
    heap.run();

    assertThat(full).hasValue(1);
  }

  @Test
  void isLeftAloneWhileSomethingIsDone() {
    for (int look = 0; look < 100; look++) {
      collections.incrementAndGet();
      heap.run();
    }

    assertThat(full).hasValue(0);
  }

  @Test
  void isLeftAloneForTheLittleThatIsDoneAtRest() {
    collections.set(3);
    heap.run();
    heap.run();
    assertThat(full).hasValue(0);

    collections.incrementAndGet();
    heap.run();
    heap.run();
    assertThat(full).hasValue(1);

    collections.addAndGet(3);
    heap.run();
    heap.run();
    assertThat(full).as("its own collection does not count").hasValue(1);
  }

  @Test
  void knowsTheCollectionsOfThisProcess() {
    long before = RestingHeap.collections();

    System.gc();

    assertThat(RestingHeap.collections()).isGreaterThan(before);
  }
}
