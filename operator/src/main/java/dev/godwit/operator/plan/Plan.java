package dev.godwit.operator.plan;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * An ordered list of stages, the order in which they are taken back, and the guards that watch
 * while they run.
 *
 * @param wayBack the same steps, in the order in which they are taken back
 */
public record Plan(List<Stage> stages, List<Stage> wayBack, List<Guard> guards) {

  /**
   * Copies the lists.
   *
   * @throws IllegalArgumentException if the way back has other steps than the way there
   */
  public Plan {
    stages = List.copyOf(stages);
    wayBack = List.copyOf(wayBack);
    guards = List.copyOf(guards);
    if (!names(stages).equals(names(wayBack))) {
      throw new IllegalArgumentException("the way back has other steps than the way there");
    }
  }

  /** A plan that is taken back stage by stage in reverse order. */
  public Plan(List<Stage> stages, List<Guard> guards) {
    this(stages, stages.reversed(), guards);
  }

  /** All steps, in order. */
  public Stream<Step> steps() {
    return stages.stream().flatMap(stage -> stage.steps().stream());
  }

  private static Set<String> names(List<Stage> stages) {
    return stages.stream()
        .flatMap(stage -> stage.steps().stream())
        .map(Step::name)
        .collect(Collectors.toSet());
  }
}
