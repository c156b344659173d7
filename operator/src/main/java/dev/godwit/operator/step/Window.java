package dev.godwit.operator.step;

import dev.godwit.api.v1alpha1.Gate;
import dev.godwit.operator.plan.Assessment;
import dev.godwit.operator.plan.Reason;
import dev.godwit.operator.plan.Situation;
import dev.godwit.operator.plan.Step;
import dev.godwit.operator.step.Openings.Opening;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * A gate that is open at certain times. The stage behind it begins only while the window is open,
 * and only if what remains of it is enough; what has begun is finished, whatever the time is.
 *
 * <p>Between this step and the first write of the stage behind it the operator may crash, or be
 * paused: {@code WindowHeld} closes the gate again as long as nothing was written.
 *
 * @param name name of the step
 * @param window when it is open
 * @param needed how much of it must be left
 */
public record Window(String name, Gate.Window window, Duration needed) implements Step {

  @Override
  public boolean isHeldByPause() {
    return true;
  }

  @Override
  public Assessment assess(Situation situation) {
    if (hasBegun(situation)) {
      return Assessment.done("what is behind it has begun");
    }
    try {
      return assess(Openings.of(window), situation.now());
    } catch (IllegalArgumentException e) {
      // Preflight has refused this; another release of the JDK may know other time zones.
      return Assessment.failed(
          Reason.WINDOW_NEVER_OPENS,
          window.schedule() + ", " + window.timeZone() + ": " + e.getMessage());
    }
  }

  private Assessment assess(Openings openings, Instant now) {
    Optional<Opening> current = openings.current(now);
    if (current.filter(opening -> isEnough(opening, now)).isPresent()) {
      return Assessment.done(
          "inside the window that closes at " + openings.shown(current.get().closes()));
    }
    Optional<Opening> next = openings.next(now);
    if (next.isEmpty()) {
      return Assessment.failed(Reason.WINDOW_NEVER_OPENS, window.schedule() + " never comes again");
    }
    String opens = openings.shown(next.get().opens());
    if (current.isPresent()) {
      return Assessment.await(
          "what remains of the window until "
              + openings.shown(current.get().closes())
              + " is less than monitor: waiting for the next one, which opens at "
              + opens,
          current.get().closes().isBefore(next.get().opens())
              ? current.get().closes()
              : next.get().opens());
    }
    return Assessment.await(
        "the window " + window.schedule() + " (" + window.timeZone() + ") to open at " + opens,
        next.get().opens());
  }

  private boolean isEnough(Opening opening, Instant now) {
    return !now.plus(needed).isAfter(opening.closes());
  }

  /** Until when the stage behind it may begin; empty where it may not now. */
  public Optional<Instant> admitsUntil(Instant now) {
    try {
      return Openings.of(window)
          .current(now)
          .filter(opening -> isEnough(opening, now))
          .map(opening -> opening.closes().minus(needed));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /** Whether anything was written for the stage behind it. */
  public boolean hasBegun(Situation situation) {
    return Behind.hasBegun(name, situation);
  }
}
