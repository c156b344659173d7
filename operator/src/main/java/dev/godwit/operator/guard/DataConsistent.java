package dev.godwit.operator.guard;

import dev.godwit.api.v1alpha1.Direction;
import dev.godwit.operator.plan.Action;
import dev.godwit.operator.plan.Decision.StepAction;
import dev.godwit.operator.plan.Guard;
import dev.godwit.operator.plan.JobView;
import dev.godwit.operator.plan.Journal;
import dev.godwit.operator.plan.Reason;
import dev.godwit.operator.plan.Situation;
import dev.godwit.operator.plan.Standing;
import dev.godwit.operator.plan.Verdict;
import dev.godwit.operator.step.DataWatch;
import dev.godwit.operator.step.Verbs;
import java.util.List;
import java.util.Optional;

/**
 * While the new version serves, a Job asks a database again and again whether something holds, and
 * ends when it does not.
 *
 * @param step name of the step that made the check before, and removes the Job with its own
 * @param retires whether the way back stays open when the old version was given up
 */
public record DataConsistent(DataWatch watch, String step, boolean retires) implements Guard {

  @Override
  public Verdict evaluate(Situation situation) {
    if (!isOn(situation)) {
      return Verdict.fine();
    }
    return watch
        .seen(situation.seen())
        .filter(DataWatch::isBad)
        .<Verdict>map(
            view ->
                new Verdict.Trip(
                    Reason.DATA_INCONSISTENT,
                    "check "
                        + watch.check().name()
                        + " of "
                        + watch.plan().name()
                        + ": Job "
                        + view.job().getMetadata().getName()
                        + " failed"
                        + DataWatch.why(view)))
        .orElseGet(Verdict::fine);
  }

  @Override
  public Optional<Standing> standing(Situation situation) {
    if (!isOn(situation)) {
      return Optional.empty();
    }
    Optional<JobView> seen = watch.seen(situation.seen());
    if (seen.isEmpty()) {
      return Optional.of(new Standing(watch.id(), Standing.State.PENDING, ""));
    }
    if (DataWatch.isBad(seen.get())) {
      String why = "the Job failed" + DataWatch.why(seen.get());
      return Optional.of(new Standing(watch.id(), Standing.State.BAD, why));
    }
    return Optional.of(
        watch.isGood(situation.seen())
            ? new Standing(watch.id(), Standing.State.GOOD, "")
            : new Standing(
                watch.id(), Standing.State.UNKNOWN, "the last answer was not a good one"));
  }

  /**
   * The Job is made, and made again when somebody deletes it. One that has failed goes when that is
   * recorded: who removes the cause and resumes starts with a new one.
   */
  @Override
  public List<StepAction> upkeep(Situation situation) {
    if (!isOn(situation)) {
      return List.of();
    }
    Optional<JobView> seen = watch.seen(situation.seen());
    boolean hasFailed = situation.journal().failure().isPresent();
    if (seen.isEmpty() && !hasFailed && situation.seen().runner().isPresent()) {
      return act(new Action.Create(watch.watching(situation.seen().runner().get())));
    }
    return seen.filter(view -> hasFailed && DataWatch.isBad(view))
        .map(view -> act(new Action.Delete(view.job())))
        .orElse(List.of());
  }

  private List<StepAction> act(Action action) {
    return List.of(new StepAction(step, action, 0));
  }

  private boolean isOn(Situation situation) {
    Journal journal = situation.journal();
    String remove = watch.plan().step(Verbs.REMOVE);
    boolean isBeingRemoved = journal.wasBegun(remove) && !journal.isDone(remove);
    return journal.direction() == Direction.FORWARD
        && !isBeingRemoved
        && Serving.addresses(watch.plan(), retires, situation).isPresent();
  }
}
