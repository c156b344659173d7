package dev.godwit.operator.plan;

import dev.godwit.operator.plan.Decision.StepAction;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Watches all along and turns the migration round when it trips. A guard decides by itself, from
 * the journal, when it is on.
 */
public interface Guard {

  /** What the guard finds; {@code situation.entry()} is null, since a guard is no step. */
  Verdict evaluate(Situation situation);

  /** The probes that the guard wants asked from now on. */
  default List<ProbeRequest> probes(Situation situation) {
    return List.of();
  }

  /** The metrics that the guard wants measured from now on. */
  default List<MetricRequest> metrics(Situation situation) {
    return List.of();
  }

  /** How that stands which the guard has watched by other means, while it is on. */
  default Optional<Standing> standing(Situation situation) {
    return Optional.empty();
  }

  /** What the guard must be shown beyond what is always observed. */
  default Set<Need> needs(Journal journal) {
    return Set.of();
  }

  /**
   * Writes that keep what a step has brought about, forwards and backwards: pods come and go, and
   * what was set on one is not set on the next.
   */
  default List<StepAction> upkeep(Situation situation) {
    return List.of();
  }
}
