package dev.godwit.operator.guard;

import dev.godwit.operator.metric.Side;
import dev.godwit.operator.plan.ServicePlan;
import dev.godwit.operator.plan.Situation;
import java.util.Optional;

/**
 * The new version of a service, while it serves and its way back is open.
 *
 * @param retires whether the way back stays open when the old version was given up
 */
public record NewVersion(ServicePlan plan, boolean retires) implements Watched {

  @Override
  public Optional<Side> side(Situation situation) {
    return Serving.side(plan, retires, situation);
  }
}
