package dev.godwit.operator.plan;

import java.util.List;

/**
 * Steps that may run side by side; the next stage begins when all are done.
 *
 * @param name unique in the plan, as {@code deploy}
 * @param phase what people read while it runs: a participle, as {@code Deploying}
 */
public record Stage(String name, String phase, List<Step> steps) {

  /** Copies the list. */
  public Stage {
    steps = List.copyOf(steps);
  }
}
