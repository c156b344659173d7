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

  private void minuteWith(int more) {
    collections.addAndGet(more);
    heap.run();
  }

  @Test
  void isCollectedOnceWhenMuchWasDoneAndNothingIsDoneAnyMore() {
    minuteWith(20);
    assertThat(full).as("something was done since the look before").hasValue(0);

    minuteWith(0);
    assertThat(full).hasValue(1);

    minuteWith(0);
    minuteWith(0);
    assertThat(full).hasValue(1);
  }

  @Test
  void theLittleThatIsDoneAtRestDoesNotKeepItFromBeingCollected() {
    minuteWith(20);

    minuteWith(6);

    assertThat(full).hasValue(1);
  }

  @Test
  void isLeftAloneWhileSomethingIsDone() {
    for (int look = 0; look < 100; look++) {
      minuteWith(7);
    }

    assertThat(full).hasValue(0);
  }

  @Test
  void isLeftAloneWhenLittleWasDoneSince() {
    minuteWith(19);
    minuteWith(0);
    assertThat(full).hasValue(0);
    minuteWith(1);
    assertThat(full).hasValue(1);

    minuteWith(19);
    minuteWith(0);
    assertThat(full).as("its own collection does not count").hasValue(1);
  }

  @Test
  void knowsTheCollectionsOfThisProcess() {
    long before = RestingHeap.collections();

    System.gc();

    assertThat(RestingHeap.collections()).isGreaterThan(before);
  }
}
