package dev.godwit.operator.reconcile;

import dev.godwit.api.v1alpha1.Migration;
import java.time.Instant;
import java.util.Optional;

/**
 * How a reconciliation ended.
 *
 * @param latest the Migration as it is after the last own write
 * @param recheck when to reconcile again though nothing was heard
 */
public record Outcome(Migration latest, Optional<Instant> recheck) {

  static Outcome waiting(Migration latest) {
    return new Outcome(latest, Optional.empty());
  }

  static Outcome recheck(Migration latest, Instant when) {
    return new Outcome(latest, Optional.of(when));
  }
}
