package dev.godwit.operator.guard;

import dev.godwit.api.v1alpha1.StepState;
import dev.godwit.operator.plan.Journal;
import dev.godwit.operator.plan.ServicePlan;
import dev.godwit.operator.step.Verbs;
import java.util.stream.Stream;

/** From when to when a guard of a service is on, read from the journal. */
final class Span {

  private Span() {}

  /** From the end of a step on, while the way back is open. */
  static boolean isSince(ServicePlan plan, String verb, Journal journal) {
    return journal.isDone(plan.step(verb)) && isWayBackOpen(plan, journal);
  }

  /** Whether the switch was begun: traffic may be on green. */
  static boolean isSwitchBegun(ServicePlan plan, Journal journal) {
    return journal
        .find(plan.step(Verbs.SWITCH))
        .filter(entry -> entry.state() != StepState.PENDING)
        .isPresent();
  }

  /** Whether neither blue is being replaced or deleted nor green removed. */
  static boolean isWayBackOpen(ServicePlan plan, Journal journal) {
    return Stream.of(Verbs.UPGRADE, Verbs.RETURN, Verbs.DELETE_BLUE, Verbs.REMOVE)
        .noneMatch(verb -> journal.wasBegun(plan.step(verb)));
  }
}
