package dev.godwit.operator.guard;

import dev.godwit.api.v1alpha1.Direction;
import dev.godwit.operator.plan.Decision.StepAction;
import dev.godwit.operator.plan.Guard;
import dev.godwit.operator.plan.Journal;
import dev.godwit.operator.plan.Need;
import dev.godwit.operator.plan.Reason;
import dev.godwit.operator.plan.Situation;
import dev.godwit.operator.plan.Verdict;
import dev.godwit.operator.plan.Wanted;
import dev.godwit.operator.resource.Changes;
import dev.godwit.operator.step.RunSchema;
import dev.godwit.operator.step.SchemaView;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What a schema has brought is not taken away from under those who use it: whoever wants it back
 * gets it when the Migration has gone back.
 *
 * @param last the steps from which there is no way back any more: then it is left to itself
 */
public record SchemaStands(RunSchema run, Set<String> last) implements Guard {

  /** Copies the set. */
  public SchemaStands {
    last = Set.copyOf(last);
  }

  @Override
  public Set<Need> needs(Journal journal) {
    return isOn(journal) ? run.needs() : Set.of();
  }

  @Override
  public Verdict evaluate(Situation situation) {
    if (!isSeen(situation)) {
      return Verdict.fine();
    }
    String title = SchemaView.title(run.stage().migration());
    Optional<SchemaView> seen = run.seen(situation.seen());
    if (seen.isEmpty()) {
      return trip(title + " was deleted");
    }
    SchemaView schema = seen.get();
    if (schema.hasEnded()) {
      return schema.hasSucceeded() ? Verdict.fine() : trip(schema.message());
    }
    if (schema.isDeleted()) {
      return trip(title + " is being deleted");
    }
    if (schema.isAborted()) {
      return trip("spec.abort of " + title + " was set to true");
    }
    return schema.isStandingBy()
        ? Verdict.fine()
        : trip(title + " does not stand by any more: " + schema.message());
  }

  private static Verdict trip(String why) {
    return new Verdict.Trip(Reason.SCHEMA_WITHDRAWN, why);
  }

  /** Marks that somebody has removed are set again: without them it would heed its own wishes. */
  @Override
  public List<StepAction> upkeep(Situation situation) {
    String migration = run.maker().migration();
    return isSeen(situation)
        ? run.seen(situation.seen()).stream()
            .filter(schema -> schema.isStandingBy() && !schema.isHeldByAnother(migration))
            .filter(schema -> !schema.isHeld(migration, Wanted.RUN))
            .map(
                schema ->
                    new StepAction(
                        run.name(), Changes.want(schema.object(), migration, Wanted.RUN), 0))
            .toList()
        : List.of();
  }

  private boolean isSeen(Situation situation) {
    return isOn(situation.journal()) && situation.seen().needs().containsAll(run.needs());
  }

  private boolean isOn(Journal journal) {
    return journal.direction() == Direction.FORWARD
        && journal.isDone(run.name())
        && last.stream().noneMatch(journal::wasBegun);
  }
}
