package dev.godwit.operator.guard;

import dev.godwit.operator.metric.Side;
import dev.godwit.operator.plan.ServicePlan;
import dev.godwit.operator.plan.Situation;
import dev.godwit.operator.step.StandBy;
import java.util.List;
import java.util.Optional;

/**
 * A service that uses a database, from a step on until all versions are there.
 *
 * @param since the name of that step
 */
public record DatabaseUser(ServicePlan plan, String since) implements Watched {

  @Override
  public Optional<Side> side(Situation situation) {
    // The Migration that stands on the schema has guards of its own, and is the one to go back.
    return situation.journal().wasBegun(since) && !situation.journal().wasBegun(StandBy.NAME)
        ? Optional.of(Side.of(plan.spec().workload()))
        : Optional.empty();
  }

  /** A SchemaMigration asks for metrics only. */
  @Override
  public Optional<List<String>> addresses(Situation situation) {
    return Optional.empty();
  }

  @Override
  public Optional<List<String>> before(Situation situation) {
    return Optional.empty();
  }
}
