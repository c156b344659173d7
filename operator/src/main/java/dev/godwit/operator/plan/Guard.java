package dev.godwit.operator.plan;

import java.util.List;

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
}
