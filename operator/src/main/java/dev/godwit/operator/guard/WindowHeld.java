package dev.godwit.operator.guard;

import dev.godwit.operator.plan.Guard;
import dev.godwit.operator.plan.Situation;
import dev.godwit.operator.plan.Verdict;
import dev.godwit.operator.step.Behind;
import dev.godwit.operator.step.Window;
import java.time.Instant;
import java.util.Optional;

/**
 * A window that has let a stage pass closes again as long as nothing was written for that stage: an
 * operator that was away between the two, or a person who has paused the migration there, must not
 * make it begin outside the window.
 */
public record WindowHeld(Window window) implements Guard {

  @Override
  public Verdict evaluate(Situation situation) {
    if (!situation.journal().isDone(window.name()) || window.hasBegun(situation)) {
      return Verdict.fine();
    }
    Optional<Instant> until = window.admitsUntil(situation.now());
    return until.isPresent()
        ? new Verdict.Fine(until.map(last -> last.plusMillis(1)))
        : new Verdict.Reopen(
            window.name(),
            "the window has closed before what is behind it had begun",
            Behind.preparations(window.name(), situation));
  }
}
