package dev.godwit.operator.guard;

import dev.godwit.api.v1alpha1.StepState;
import dev.godwit.operator.plan.Guard;
import dev.godwit.operator.plan.MetricRequest;
import dev.godwit.operator.plan.Situation;
import dev.godwit.operator.plan.Verdict;
import dev.godwit.operator.step.Compare;
import java.util.List;

/** Has Prometheus asked for what a comparison needs, while that is under way; never trips. */
public record ComparisonMeasured(Compare step) implements Guard {

  @Override
  public Verdict evaluate(Situation situation) {
    return Verdict.fine();
  }

  @Override
  public List<MetricRequest> metrics(Situation situation) {
    return situation
        .journal()
        .find(step.name())
        .filter(entry -> entry.state() == StepState.RUNNING)
        .map(
            entry ->
                step.questions(
                    new Situation(situation.seen(), situation.journal(), entry, situation.now())))
        .orElse(List.of());
  }
}
