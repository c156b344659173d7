package dev.godwit.operator.step;

import dev.godwit.api.v1alpha1.StepState;
import dev.godwit.operator.plan.Assessment;
import dev.godwit.operator.plan.Journal;
import dev.godwit.operator.plan.SchemaRun;
import dev.godwit.operator.plan.Situation;
import dev.godwit.operator.resource.SchemaJob;

/**
 * Lets others into the database again, which has all its versions. What they write from then on is
 * in no dump: there is no way back once this has begun.
 */
public record UnlockDatabase(SchemaRun run) implements SchemaJobStep {

  /** Its name. */
  public static final String NAME = "unlock";

  /** What is said when it is done. */
  static final String OPEN = "others can connect again";

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public String job(boolean forwards, int attempt) {
    return SchemaJob.name(run, NAME, attempt);
  }

  @Override
  public Assessment assess(Situation situation) {
    return assess(
        situation,
        job(true, situation.entry().attempt()),
        SchemaJob.unlocking(run),
        situation.entry().since(),
        end -> Assessment.done(OPEN));
  }

  /** Before that it is not known whether others are in again. */
  @Override
  public boolean holdsTurn(Journal journal) {
    return journal.entry(NAME).state() == StepState.RUNNING;
  }

  @Override
  public boolean pointOfNoReturn() {
    return true;
  }
}
