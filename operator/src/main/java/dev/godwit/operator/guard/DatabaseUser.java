package dev.godwit.operator.guard;

import dev.godwit.api.v1alpha1.Direction;
import dev.godwit.operator.metric.Side;
import dev.godwit.operator.plan.Journal;
import dev.godwit.operator.plan.Need;
import dev.godwit.operator.plan.ServicePlan;
import dev.godwit.operator.plan.Situation;
import dev.godwit.operator.resource.Rollouts;
import dev.godwit.operator.step.StandBy;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A service that uses a database, from a step on until all versions are there, and not while
 * somebody mends what has failed.
 *
 * @param since the name of that step
 */
public record DatabaseUser(ServicePlan plan, String since) implements Watched {

  @Override
  public Optional<Side> side(Situation situation) {
    return isOn(situation.journal())
        ? Optional.of(Side.of(plan.spec().workload()))
        : Optional.empty();
  }

  @Override
  public Optional<List<String>> addresses(Situation situation) {
    return isOn(situation.journal()) ? ready(situation) : Optional.empty();
  }

  /** The same pods, from the start on: before the first version nothing has changed for them. */
  @Override
  public Optional<List<String>> before(Situation situation) {
    return isAsked(situation.journal()) ? ready(situation) : Optional.empty();
  }

  /** No other guard looks at the pods of those who use a database. */
  @Override
  public Optional<String> nobody() {
    return Optional.of("no pod of " + plan.title() + " is ready");
  }

  /** Whoever has acknowledged a failure may let it go on: then the pods decide at once. */
  @Override
  public Set<Need> needs(Journal journal) {
    boolean isStopped =
        journal
            .failure()
            .filter(failure -> !Boolean.TRUE.equals(failure.acknowledged()))
            .isPresent();
    return journal.direction() == Direction.FORWARD && !isStopped && !isStoodOn(journal)
        ? Set.of(Need.ORIGINAL_PODS)
        : Set.of();
  }

  private boolean isOn(Journal journal) {
    return journal.wasBegun(since) && isAsked(journal);
  }

  private static boolean isAsked(Journal journal) {
    return journal.failure().isEmpty() && !isStoodOn(journal);
  }

  /** The Migration that stands on the schema has guards of its own, and is the one to go back. */
  private static boolean isStoodOn(Journal journal) {
    return journal.wasBegun(StandBy.NAME);
  }

  /** Pods that were not looked at are not the same as none. */
  private Optional<List<String>> ready(Situation situation) {
    return situation.seen().needs().contains(Need.ORIGINAL_PODS)
        ? Optional.of(Rollouts.addresses(situation.seen().service(plan.name()).members()))
        : Optional.empty();
  }
}
