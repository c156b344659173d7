package dev.godwit.operator.plan;

import java.util.List;
import java.util.stream.Stream;

/** An ordered list of stages and the guards that watch while they run. */
public record Plan(List<Stage> stages, List<Guard> guards) {

  /** Copies the lists. */
  public Plan {
    stages = List.copyOf(stages);
    guards = List.copyOf(guards);
  }

  /** All steps, in order. */
  public Stream<Step> steps() {
    return stages.stream().flatMap(stage -> stage.steps().stream());
  }
}
