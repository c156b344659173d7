package dev.godwit.operator.resource;

import dev.godwit.api.v1alpha1.TimeSpan;
import dev.godwit.contract.schema.RestoreSql;
import dev.godwit.operator.plan.SchemaRun;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import java.time.Duration;
import java.util.Locale;

/** Builds the Job that replaces what is in a database by the dump that {@link BackupJob} made. */
public final class RestoreJob {

  private static final String CONTAINER = "restore";
  private static final String WORK = "work";
  private static final String WORK_DIRECTORY = "/tmp";
  private static final String SCRIPT = BackupJob.script("restore.sh");

  private RestoreJob() {}

  /** What comes of it. */
  public enum End {
    /** The database is as it was before: it was only seen that it can be done. */
    ROLLBACK,
    /** The database is what it was when the dump was made. */
    COMMIT
  }

  /** What the Job of an attempt is called. */
  public static String name(SchemaRun run, End end, int attempt) {
    return SchemaJob.name(run, end == End.COMMIT ? CONTAINER : "rehearse", attempt);
  }

  /** How long it may take: longer than the dump, as a rule. */
  public static Duration deadline(SchemaRun run) {
    Duration dumping = TimeSpan.parse(run.spec().backup().deadline());
    Duration one = TimeSpan.parse(run.spec().deadline());
    return dumping.compareTo(one) > 0 ? dumping : one;
  }

  /** The Job. */
  public static Job of(String name, End end, SchemaRun run) {
    return RunnerJob.endedBy(
            RunnerJob.of(SchemaJob.metadata(name, run), pod(end, run)), CONTAINER, BackupJob.FINAL)
        .editSpec()
        .withBackoffLimit(BackupJob.RETRIES)
        .withActiveDeadlineSeconds(deadline(run).toSeconds())
        .endSpec()
        .build();
  }

  private static PodSpec pod(End end, SchemaRun run) {
    return BackupJob.podOf(run)
        .withContainers(
            BackupJob.container(CONTAINER, SCRIPT, true, run)
                .addToEnv(
                    BackupJob.variable("GODWIT_RUN", run.uid()),
                    BackupJob.variable("GODWIT_END", end.name().toLowerCase(Locale.ROOT)),
                    BackupJob.variable("GODWIT_BEFORE", BackupJob.escaped(RestoreSql.BEFORE)),
                    BackupJob.variable("GODWIT_AFTER", BackupJob.escaped(RestoreSql.AFTER)),
                    BackupJob.variable("GODWIT_WORK", WORK_DIRECTORY))
                .addToVolumeMounts(BackupJob.mount(WORK, WORK_DIRECTORY, false))
                .build())
        .addToVolumes(BackupJob.claim(run), BackupJob.empty(WORK))
        .build();
  }
}
