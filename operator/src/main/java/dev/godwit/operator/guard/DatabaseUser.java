package dev.godwit.operator.guard;

import dev.godwit.operator.metric.Side;
import dev.godwit.operator.plan.ServicePlan;
import dev.godwit.operator.plan.Situation;
import java.util.Optional;

/**
 * A service that uses a database, from a step on.
 *
 * @param since the name of that step
 */
public record DatabaseUser(ServicePlan plan, String since) implements Watched {

  @Override
  public Optional<Side> side(Situation situation) {
    return situation.journal().wasBegun(since)
        ? Optional.of(Side.of(plan.spec().workload()))
        : Optional.empty();
  }
}
