package dev.godwit.operator.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.function.BooleanSupplier;

/** Waits for caches that are filled by watches. */
final class CaughtUp {

  private static final int MOST_LOOKS = 1000;
  private static final int PAUSE_MILLIS = 10;

  private CaughtUp() {}

  /** Returns when they are filled, which they only tell who asks; fails where they never are. */
  static void await(BooleanSupplier haveSynced) throws InterruptedException {
    for (int looks = 0; looks < MOST_LOOKS && !haveSynced.getAsBoolean(); looks++) {
      Thread.sleep(PAUSE_MILLIS);
    }
    assertThat(haveSynced.getAsBoolean()).as("the caches are filled").isTrue();
  }
}
