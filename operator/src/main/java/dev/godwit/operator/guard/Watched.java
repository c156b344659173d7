package dev.godwit.operator.guard;

import dev.godwit.operator.metric.Side;
import dev.godwit.operator.plan.Situation;
import java.util.Optional;

/** Whose metrics decide, and when. */
public interface Watched {

  /** The pods whose metrics decide now; empty while none do. */
  Optional<Side> side(Situation situation);
}
