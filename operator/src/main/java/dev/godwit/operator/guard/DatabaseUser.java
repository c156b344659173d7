package dev.godwit.operator.guard;

import dev.godwit.operator.metric.Side;
import dev.godwit.operator.plan.ServicePlan;
import dev.godwit.operator.plan.Situation;
import java.util.List;
import java.util.Optional;

/**
 * A service that uses a database, from when its schema may have been changed.
 *
 * @param moves the steps that change it, by name
 */
public record DatabaseUser(ServicePlan plan, List<String> moves) implements Watched {

  /** Copies the list. */
  public DatabaseUser {
    moves = List.copyOf(moves);
  }

  @Override
  public Optional<Side> side(Situation situation) {
    return moves.stream().anyMatch(situation.journal()::wasBegun)
        ? Optional.of(Side.of(plan.spec().workload()))
        : Optional.empty();
  }
}
