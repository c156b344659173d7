package dev.godwit.operator.reconcile;

import dev.godwit.api.v1alpha1.Failure;
import dev.godwit.operator.plan.Reason;
import java.time.Instant;

/** Failures that are not those of a step. */
final class Failures {

  private Failures() {}

  /** Somebody has got a change past the API server's own rule. */
  static Failure specChanged(Instant now) {
    return new Failure(
        Reason.SPEC_CHANGED.word(),
        "the specification is not the one that the plan was made from: change it back, or set"
            + " spec.abort to true",
        now,
        null);
  }
}
