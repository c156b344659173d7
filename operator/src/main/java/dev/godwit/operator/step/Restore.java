package dev.godwit.operator.step;

import dev.godwit.operator.plan.Assessment;
import dev.godwit.operator.plan.JobView;
import dev.godwit.operator.plan.Reason;
import dev.godwit.operator.plan.SchemaRun;
import dev.godwit.operator.plan.Situation;
import dev.godwit.operator.resource.BackupJob;
import dev.godwit.operator.resource.RestoreJob;
import dev.godwit.operator.resource.RestoreJob.End;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Forwards it sees whether the dump can be restored, by doing it and taking it back. Backwards it
 * replaces what is in the database by the dump: under the lock nobody else has written since that
 * was made.
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
    return RestoreJob.name(run, forwards ? End.ROLLBACK : End.COMMIT, attempt);
  }

  @Override
  public Duration deadline() {
    return RestoreJob.deadline(run);
  }

  @Override
  public Assessment assess(Situation situation) {
    return restored(End.ROLLBACK, situation.entry().since(), situation);
  }

  @Override
  public Assessment assessUndo(Situation situation) {
    Optional<Assessment> rehearsal = stillAtWork(situation);
    if (rehearsal.isPresent()) {
      return rehearsal.get();
    }
    if (after.stream().noneMatch(situation.journal()::wasBegun)) {
      return Assessment.done("no version was begun");
    }
    return switch (restored(
        End.COMMIT, situation.entry().undoStartedAt().orElseThrow(), situation)) {
      case Assessment.Done done ->
          Assessment.done(
              BackupJob.dump(run) + " is restored", PreImages.results(null, run.plan().from()));
      case Assessment.Failed failed ->
          Assessment.failed(
              failed.reason(),
              Commands.takeBackAgain(job(false, situation.entry().attempt()), run)
                  + ". What is wrong: "
                  + failed.message());
      case Assessment.Act act -> act;
      case Assessment.Wait wait -> wait;
    };
  }

  private Assessment restored(End end, Instant begun, Situation situation) {
    String name = job(end == End.ROLLBACK, situation.entry().attempt());
    JobView view = situation.seen().jobs().get(name);
    return JobRun.assess(
        situation,
        name,
        "the dump is not restored",
        Reason.BACKUP_FAILED,
        latest(view, begun).minus(GRACE),
        () -> RestoreJob.of(name, end, run));
  }
}
