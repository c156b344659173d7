package dev.godwit.operator;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class GrowingHeapTest {

  private static final long MEGABYTE = 1024L * 1024;

  private final AtomicLong size = new AtomicLong();
  private final AtomicLong collections = new AtomicLong();
  private long alive;

  private final GrowingHeap heap = new GrowingHeap(size::get, this::collect);

  private void collect() {
    collections.incrementAndGet();
    size.set(alive);
  }

  @BeforeEach
  void start() {
    alive = 20 * MEGABYTE;
    lookWith(25 * MEGABYTE);
  }

  private void lookWith(long bytes) {
    size.set(bytes);
    heap.run();
  }

  @Test
  void whatTheStartHasLeftIsCollected() {
    assertThat(collections).hasValue(1);
  }

  @Test
  void isCollectedWhenItHasGrownByFourMegabytesSince() {
    lookWith(24 * MEGABYTE - 1);
    assertThat(collections).hasValue(1);

    lookWith(24 * MEGABYTE);
    assertThat(collections).hasValue(2);
  }

  @Test
  void whatLivesIsNotCollectedAgainAndAgain() {
    alive = 40 * MEGABYTE;
    lookWith(41 * MEGABYTE);
    assertThat(collections).hasValue(2);

    lookWith(40 * MEGABYTE);
    lookWith(44 * MEGABYTE - 1);
    assertThat(collections).hasValue(2);
  }

  @Test
  void whatTheMachineHasGivenBackItselfCountsAsGivenBack() {
    lookWith(15 * MEGABYTE);

    lookWith(19 * MEGABYTE);

    assertThat(collections).hasValue(2);
  }
}
