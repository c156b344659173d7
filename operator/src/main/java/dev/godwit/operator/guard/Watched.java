package dev.godwit.operator.guard;

import dev.godwit.operator.metric.Side;
import dev.godwit.operator.plan.Journal;
import dev.godwit.operator.plan.Need;
import dev.godwit.operator.plan.Situation;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Whose health decides, and when. */
public interface Watched {

  /** The pods whose metrics decide now; empty while none do. */
  Optional<Side> side(Situation situation);

  /** IP addresses of the pods whose answers to probes decide now, in order; empty while none do. */
  Optional<List<String>> addresses(Situation situation);

  /**
   * IP addresses of the pods whose answers are what later ones are compared with, in order; empty
   * where there is nobody to ask for that yet.
   */
  Optional<List<String>> before(Situation situation);

  /** What is wrong while there is no such pod; empty where other guards say that. */
  default Optional<String> nobody() {
    return Optional.empty();
  }

  /** What must be shown, for the addresses, beyond what is always observed. */
  default Set<Need> needs(Journal journal) {
    return Set.of();
  }
}
