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
import dev.godwit.operator.step.ReleaseSchemas;
import dev.godwit.operator.step.RunSchema;
import dev.godwit.operator.step.SchemaView;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What a schema has brought is not taken away from under those who use it: whoever wants it back
 * gets it when the Migration has gone back.
 *
 * @param last the steps from which there is no way back any more: then nothing trips
 */
public record SchemaStands(RunSchema run, Set<String> last) implements Guard {

  /** Copies the set. */
  public SchemaStands {
    last = Set.copyOf(last);
  }

  @Override
  public Set<Need> needs(Journal journal) {
    return isHeld(journal) ? run.needs() : Set.of();
  }

  @Override
  public Verdict evaluate(Situation situation) {
    if (!isOn(situation.journal()) || !isShown(situation)) {
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
    return isLost(schema)
        ? trip(title + " does not stand by any more: " + schema.message())
        : Verdict.fine();
  }

  /** Whether it has turned round, or another one has its name. */
  private static boolean isLost(SchemaView schema) {
    return schema.isGoingBack() || !schema.hasStarted();
  }

  private static Verdict trip(String why) {
    return new Verdict.Trip(Reason.SCHEMA_WITHDRAWN, why);
  }

  /** Marks that somebody has removed are set again, on the way back too. */
  @Override
  public List<StepAction> upkeep(Situation situation) {
    String migration = run.maker().migration();
    return isHeld(situation.journal()) && isShown(situation)
        ? run.seen(situation.seen()).stream()
            .filter(schema -> !schema.hasEnded() && !isLost(schema))
            .filter(schema -> !schema.isHeldByAnother(migration))
            .filter(schema -> !schema.isHeld(migration, Wanted.RUN))
            .map(
                schema ->
                    new StepAction(
                        run.name(), Changes.want(schema.object(), migration, Wanted.RUN), 0))
            .toList()
        : List.of();
  }

  private boolean isShown(Situation situation) {
    return situation.seen().needs().containsAll(run.needs());
  }

  /** Until it is taken back, or ends. */
  private boolean isHeld(Journal journal) {
    return journal.isDone(run.name())
        && !journal.wasBegun(ReleaseSchemas.EXPANDED)
        && journal.completed().isEmpty();
  }

  private boolean isOn(Journal journal) {
    return journal.direction() == Direction.FORWARD
        && isHeld(journal)
        && last.stream().noneMatch(journal::wasBegun);
  }
}
