package dev.godwit.operator.reconcile;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.function.Function;

/** Looks at something for as long as it is due, and tells the framework when to come again. */
final class Turns {

  /**
   * How often what is due again at once is looked at before others have their turn: to be scheduled
   * costs more than to go on.
   */
  private static final int MOST_MORE = 3;

  private final InstantSource clock;

  Turns(InstantSource clock) {
    this.clock = clock;
  }

  <R extends HasMetadata> UpdateControl<R> take(R seen, Function<R, Outcome<R>> tick) {
    Outcome<R> outcome = tick.apply(seen);
    for (int more = 0; more < MOST_MORE && isDue(outcome); more++) {
      outcome = tick.apply(outcome.latest());
    }
    UpdateControl<R> control = UpdateControl.noUpdate();
    outcome.recheck().ifPresent(when -> control.rescheduleAfter(delay(when)));
    return control;
  }

  private boolean isDue(Outcome<?> outcome) {
    return outcome.recheck().filter(when -> !when.isAfter(clock.instant())).isPresent();
  }

  private Duration delay(Instant when) {
    Duration delay = Duration.between(clock.instant(), when);
    // A millisecond more than is left: a wait must be over when it is looked at again.
    return delay.isNegative() ? Duration.ZERO : delay.plusMillis(1);
  }
}
