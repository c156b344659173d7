package dev.godwit.operator.step;

import dev.godwit.api.v1alpha1.PreImage;
import dev.godwit.api.v1alpha1.TimeSpan;
import dev.godwit.operator.plan.Action;
import dev.godwit.operator.plan.Assessment;
import dev.godwit.operator.plan.JobView;
import dev.godwit.operator.plan.Journal;
import dev.godwit.operator.plan.Reason;
import dev.godwit.operator.plan.SchemaRun;
import dev.godwit.operator.plan.Situation;
import dev.godwit.operator.resource.BackupJob;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;

/**
 * Dumps the whole database before the first version. On the way back the dump stays as it is, and
 * nothing is restored from it: that would lose what others have written since.
 */
public record BackUp(SchemaRun run) implements SchemaJobStep {

  /** Its name. */
  public static final String NAME = "backup";

  /** What it begins with where it has failed. */
  public static final String NONE = "no backup was made";

  /** What it begins with where its Job is gone, and nobody knows what has come of it. */
  public static final String UNKNOWN = "it is not known whether a backup was made";

  private static final String MADE = "Dump/";

  @Override
  public String name() {
    return NAME;
  }

  /** There is none for the way back: what matters there is how this one has ended. */
  @Override
  public String job(boolean forwards, int attempt) {
    return BackupJob.name(run, attempt);
  }

  @Override
  public Duration deadline() {
    return TimeSpan.parse(run.spec().backup().deadline());
  }

  @Override
  public Assessment assess(Situation situation) {
    String name = job(true, situation.entry().attempt());
    JobView view = situation.seen().jobs().get(name);
    Instant begun = situation.entry().since();
    Assessment answer =
        JobRun.assess(
            situation,
            name,
            NONE,
            Reason.BACKUP_FAILED,
            latest(view, begun).minus(GRACE),
            () -> BackupJob.of(name, run));
    return answer instanceof Assessment.Done ? dumped(view) : answer;
  }

  private Assessment dumped(JobView view) {
    String size =
        DumpReport.read(view.end())
            .map(report -> ", %d bytes, %d entries".formatted(report.bytes(), report.entries()))
            .orElse(", of which the report is lost");
    return Assessment.done(
        BackupJob.dump(run) + " in " + BackupJob.place(run) + size,
        PreImages.made(List.of(MADE + BackupJob.dump(run))));
  }

  /** Whether a step with this pre-image has made a dump. */
  public static boolean isMade(PreImage preImage) {
    return Stream.ofNullable(preImage.made())
        .flatMap(List::stream)
        .anyMatch(made -> made.startsWith(MADE));
  }

  /** A dump under way keeps locks on every table, and nobody needs it any more. */
  @Override
  public Assessment assessUndo(Situation situation) {
    JobView view = situation.seen().jobs().get(job(true, situation.entry().attempt()));
    Journal.Entry entry = situation.entry();
    if (entry.finishedAt().isPresent() || entry.message().startsWith(NONE)) {
      return Assessment.done(entry.message());
    }
    if (view == null) {
      return Assessment.done(
          UNKNOWN + ": look for " + BackupJob.dump(run) + " in " + BackupJob.place(run));
    }
    if (JobView.hasFailed(view.job())) {
      return Assessment.done(entry.message());
    }
    return JobView.isComplete(view.job())
        ? dumped(view)
        : Assessment.act(
            NONE + ": its Job was ended before it was done", new Action.Delete(view.job()));
  }
}
