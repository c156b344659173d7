package dev.godwit.operator.reconcile;

import java.time.Instant;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * How a reconciliation ended.
 *
 * @param <R> the kind of what was reconciled
 * @param latest the Migration as it is after the last own write
 * @param recheck when to reconcile again though nothing was heard
 */
public record Outcome<R>(R latest, Optional<Instant> recheck) {

  static <R> Outcome<R> waiting(R latest) {
    return new Outcome<>(latest, Optional.empty());
  }

  static <R> Outcome<R> recheck(R latest, Instant when) {
    return new Outcome<>(latest, Optional.of(when));
  }

  /** The same, with a recheck at that time at the latest. */
  Outcome<R> noLaterThan(Optional<Instant> when) {
    return new Outcome<>(
        latest, Stream.of(recheck, when).flatMap(Optional::stream).min(Instant::compareTo));
  }
}
