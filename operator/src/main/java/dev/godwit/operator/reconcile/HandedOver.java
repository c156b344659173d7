package dev.godwit.operator.reconcile;

import dev.godwit.api.v1alpha1.Direction;
import dev.godwit.operator.plan.Journal;
import dev.godwit.operator.plan.Plan;
import dev.godwit.operator.plan.Stage;
import dev.godwit.operator.step.Verbs;

/**
 * With {@code cleanup: Handover} a migration has succeeded as soon as only the owner's part and
 * what follows it is left: a GitOps tool applies that part when it sees the success.
 */
final class HandedOver {

  private HandedOver() {}

  static boolean is(Plan plan, Journal journal) {
    if (journal.direction() == Direction.BACKWARD) {
      return false;
    }
    for (Stage stage : plan.stages()) {
      if (stage.name().equals(Verbs.HANDOVER)) {
        return true;
      }
      if (stage.steps().stream().anyMatch(step -> !journal.isDone(step.name()))) {
        return false;
      }
    }
    return false;
  }
}
