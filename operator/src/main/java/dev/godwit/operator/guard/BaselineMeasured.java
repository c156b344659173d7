package dev.godwit.operator.guard;

import dev.godwit.api.v1alpha1.StepState;
import dev.godwit.operator.plan.Guard;
import dev.godwit.operator.plan.MetricRequest;
import dev.godwit.operator.plan.Situation;
import dev.godwit.operator.plan.Verdict;
import dev.godwit.operator.step.Baseline;
import java.util.List;

/** Has the old version measured for as long as the step that notes the baseline is under way. */
public record BaselineMeasured(Baseline step) implements Guard {

  @Override
  public Verdict evaluate(Situation situation) {
    return Verdict.fine();
  }

  @Override
  public List<MetricRequest> metrics(Situation situation) {
    boolean underWay =
        situation
            .journal()
            .find(step.name())
            .filter(entry -> entry.state() == StepState.RUNNING)
            .isPresent();
    return underWay ? step.requests() : List.of();
  }
}
