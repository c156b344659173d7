package dev.godwit.operator.guard;

import dev.godwit.api.v1alpha1.StepState;
import dev.godwit.operator.plan.Journal;
import dev.godwit.operator.plan.ServicePlan;
import dev.godwit.operator.step.Verbs;
import java.util.stream.Stream;

/** From when to when a guard of a service is on, read from the journal. */
final class Span {

  private Span() {}

  /** From the end of a step on, while blue stands by as the way back. */
  static boolean isSince(ServicePlan plan, String verb, Journal journal) {
    return isSince(plan, verb, false, journal);
  }

  /**
   * From the end of a step on, while the way back is open.
   *
   * @param retires whether it stays open when the old version is given up
   */
  static boolean isSince(ServicePlan plan, String verb, boolean retires, Journal journal) {
    return journal.isDone(plan.step(verb)) && isWayBackOpen(plan, retires, journal);
  }

  /** Whether the switch was begun: traffic may be on green. */
  static boolean isSwitchBegun(ServicePlan plan, Journal journal) {
    return journal
        .find(plan.step(Verbs.SWITCH))
        .filter(entry -> entry.state() != StepState.PENDING)
        .isPresent();
  }

  /**
   * Whether neither blue is being replaced or deleted nor green removed. Where the old version can
   * be rolled out again, green serves and is watched until traffic leaves it.
   */
  private static boolean isWayBackOpen(ServicePlan plan, boolean retires, Journal journal) {
    return Stream.of(Verbs.UPGRADE, Verbs.RETURN, Verbs.DELETE_BLUE, Verbs.REMOVE)
        .filter(verb -> !retires || !verb.equals(Verbs.UPGRADE))
        .noneMatch(verb -> journal.wasBegun(plan.step(verb)));
  }
}
