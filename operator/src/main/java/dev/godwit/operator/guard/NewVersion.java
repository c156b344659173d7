package dev.godwit.operator.guard;

import dev.godwit.operator.metric.Side;
import dev.godwit.operator.plan.ServicePlan;
import dev.godwit.operator.plan.Situation;
import dev.godwit.operator.step.Verbs;
import java.util.List;
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

  @Override
  public Optional<List<String>> addresses(Situation situation) {
    return Serving.addresses(plan, retires, situation);
  }

  /** The old version, from when it is held. */
  @Override
  public Optional<List<String>> before(Situation situation) {
    return situation.journal().isDone(plan.step(Verbs.SNAPSHOT))
        ? Optional.of(Serving.old(plan, situation))
        : Optional.empty();
  }
}
