package dev.godwit.operator.step;

import dev.godwit.operator.plan.Assessment;
import dev.godwit.operator.plan.JobView;
import dev.godwit.operator.plan.Reason;
import dev.godwit.operator.plan.SchemaRun;
import dev.godwit.operator.plan.Situation;
import dev.godwit.operator.resource.BackupJob;
import dev.godwit.operator.resource.RestoreJob;
import java.util.List;

/**
 * Forwards there is nothing to do. Backwards it replaces what is in the database by its dump: under
 * the lock nobody else has written since that was made.
 *
 * @param after the steps that may have changed the database, by name
 */
public record Restore(SchemaRun run, List<String> after) implements SchemaJobStep {

  /** Its name. */
  public static final String NAME = "restore";

  /** Copies the list. */
  public Restore {
    after = List.copyOf(after);
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public String job(boolean forwards, int attempt) {
    return RestoreJob.name(run, attempt);
  }

  @Override
  public Assessment assess(Situation situation) {
    return Assessment.done();
  }

  @Override
  public Assessment assessUndo(Situation situation) {
    if (after.stream().noneMatch(situation.journal()::wasBegun)) {
      return Assessment.done("no version was begun");
    }
    String name = job(false, situation.entry().attempt());
    JobView view = situation.seen().jobs().get(name);
    Assessment answer =
        JobRun.assess(
            situation,
            name,
            "the dump is not restored",
            Reason.BACKUP_FAILED,
            latest(view, situation.entry().undoStartedAt().orElseThrow()).minus(GRACE),
            () -> RestoreJob.of(name, run));
    return switch (answer) {
      case Assessment.Done done ->
          Assessment.done(
              BackupJob.dump(run) + " is restored", PreImages.results(null, run.plan().from()));
      case Assessment.Failed failed ->
          Assessment.failed(
              failed.reason(),
              Commands.takeBackAgain(name, run) + ". What is wrong: " + failed.message());
      default -> answer;
    };
  }
}
