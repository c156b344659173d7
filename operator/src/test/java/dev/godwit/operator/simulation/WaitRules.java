package dev.godwit.operator.simulation;

import dev.godwit.api.v1alpha1.MigrationStatus;
import dev.godwit.api.v1alpha1.StepState;
import dev.godwit.api.v1alpha1.StepStatus;
import dev.godwit.api.v1alpha1.TimeSpan;
import dev.godwit.operator.step.Verbs;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;

/**
 * No wait is lost, shortened or begun again, whatever happens to the operator meanwhile: what was
 * recorded of a step that runs stays, and what is to last some time has lasted it when it is done.
 */
final class WaitRules {

  private final Map<String, Duration> lengths;

  WaitRules(Scenario scenario) {
    var settings = scenario.spec().strategy().settings();
    this.lengths =
        Map.of(
            Verbs.MONITOR, TimeSpan.parse(settings.monitor()),
            Verbs.STABILITY, TimeSpan.parse(settings.stability()));
  }

  void check(MigrationStatus before, MigrationStatus after) {
    if (before == null || before.steps() == null || after.steps() == null) {
      return;
    }
    Map<String, StepStatus> known =
        before.steps().stream().collect(Collectors.toMap(StepStatus::name, step -> step));
    for (StepStatus step : after.steps()) {
      StepStatus was = known.get(step.name());
      boolean goesOn =
          was != null
              && was.state() == StepState.RUNNING
              && Objects.equals(was.attempt(), step.attempt())
              && !isOutdated(step);
      require(
          !goesOn || was.startedAt().equals(step.startedAt()),
          "begins " + step.name() + " again that is under way");
      boolean ends = goesOn && step.state() == StepState.DONE;
      require(
          !ends || !step.startedAt().plus(length(step)).isAfter(step.finishedAt()),
          "ends " + step.name() + " before its time");
    }
  }

  /** Of services alone, of all together, or of those of one turn: NAME/monitor, or monitor-2. */
  private Duration length(StepStatus step) {
    return lengths.getOrDefault(verb(step), Duration.ZERO);
  }

  /** What was prepared behind a window is prepared anew when that has closed meanwhile. */
  private static boolean isOutdated(StepStatus step) {
    return step.state() == StepState.PENDING
        && List.of(Verbs.BASELINE, Verbs.GROW).contains(verb(step));
  }

  private static String verb(StepStatus step) {
    return step.name().substring(step.name().indexOf('/') + 1).replaceAll("-[0-9]+$", "");
  }

  private static void require(boolean condition, String otherwise) {
    if (!condition) {
      throw new AssertionError("the operator " + otherwise);
    }
  }
}
