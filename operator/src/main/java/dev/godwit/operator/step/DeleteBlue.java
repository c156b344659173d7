package dev.godwit.operator.step;

import dev.godwit.operator.plan.Action;
import dev.godwit.operator.plan.Assessment;
import dev.godwit.operator.plan.ServicePlan;
import dev.godwit.operator.plan.Situation;
import dev.godwit.operator.plan.Step;

/** Deletes the workload that ran when the migration started. There is no way back from here. */
public record DeleteBlue(ServicePlan plan) implements Step {

  @Override
  public String name() {
    return plan.step(Verbs.DELETE_BLUE);
  }

  @Override
  public boolean pointOfNoReturn() {
    return true;
  }

  @Override
  public Assessment assess(Situation situation) {
    return situation
        .seen()
        .service(plan.name())
        .blue()
        .map(blue -> Assessment.act("deleting blue", new Action.Delete(blue)))
        .orElse(Assessment.done());
  }
}
