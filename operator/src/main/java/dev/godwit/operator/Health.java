package dev.godwit.operator;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.function.BooleanSupplier;

/**
 * Whether the operator is alive and ready. A watch that is renewed is gone for a moment each time,
 * and with the API server away for longer: only one that stays away is worth a restart.
 */
final class Health {

  private static final Duration GRACE = Duration.ofMinutes(3);

  private final BooleanSupplier ready;
  private final BooleanSupplier watching;
  private final InstantSource clock;
  private Instant lastWatching;

  Health(BooleanSupplier ready, BooleanSupplier watching, InstantSource clock) {
    this.ready = ready;
    this.watching = watching;
    this.clock = clock;
    this.lastWatching = clock.instant();
  }

  boolean isReady() {
    return ready.getAsBoolean();
  }

  synchronized boolean isAlive() {
    Instant now = clock.instant();
    if (!ready.getAsBoolean() || watching.getAsBoolean()) {
      lastWatching = now;
    }
    return now.isBefore(lastWatching.plus(GRACE));
  }
}
