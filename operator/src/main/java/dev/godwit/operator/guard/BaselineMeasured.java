package dev.godwit.operator.guard;

import dev.godwit.api.v1alpha1.StepState;
import dev.godwit.operator.plan.Guard;
import dev.godwit.operator.plan.Journal;
import dev.godwit.operator.plan.MetricRequest;
import dev.godwit.operator.plan.Situation;
import dev.godwit.operator.plan.Verdict;
import dev.godwit.operator.step.Baseline;
import dev.godwit.operator.step.Behind;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Has the old version measured for as long as the step that notes the baseline is under way, and
 * once more when traffic has not moved since for too long: an operator that was away, or a window
 * that has closed again, must not make the new version be compared with how the old one was then.
 */
public record BaselineMeasured(Baseline step) implements Guard {

  @Override
  public Verdict evaluate(Situation situation) {
    Optional<Instant> outdated =
        situation
            .journal()
            .find(step.name())
            .filter(entry -> entry.state() == StepState.DONE)
            .flatMap(Journal.Entry::finishedAt)
            .map(measured -> measured.plus(step.lasts()));
    if (outdated.isEmpty() || Behind.hasBegun(step.name(), situation)) {
      return Verdict.fine();
    }
    return situation.now().isAfter(outdated.get())
        ? new Verdict.Outdated(step.name(), "measured long before traffic could move")
        : new Verdict.Fine(outdated.map(end -> end.plusMillis(1)));
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
