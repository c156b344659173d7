package dev.godwit.operator.step;

import dev.godwit.operator.plan.Assessment;
import dev.godwit.operator.plan.Situation;
import dev.godwit.operator.plan.Step;

/**
 * Passed when something was done from which there is no way back. That it was begun is no reason
 * yet: as long as it has failed, nothing has come of it.
 *
 * @param name name of the step
 */
public record NoWayBack(String name) implements Step {

  @Override
  public Assessment assess(Situation situation) {
    return Assessment.done();
  }

  @Override
  public boolean pointOfNoReturn() {
    return true;
  }
}
