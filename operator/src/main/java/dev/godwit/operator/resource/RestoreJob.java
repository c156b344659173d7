package dev.godwit.operator.resource;

import dev.godwit.api.v1alpha1.TimeSpan;
import dev.godwit.contract.schema.RestoreSql;
import dev.godwit.operator.plan.SchemaRun;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import java.util.Optional;

/** Builds the Job that replaces what is in a database by the dump that {@link BackupJob} made. */
public final class RestoreJob {

  private static final String CONTAINER = "restore";
  private static final String WORK = "work";
  private static final String WORK_DIRECTORY = "/tmp";
  private static final String SCRIPT = BackupJob.script("restore.sh");

  private RestoreJob() {}

  /** What the Job of an attempt is called. */
  public static String name(SchemaRun run, int attempt) {
    return SchemaJob.name(run, CONTAINER, attempt);
  }

  /** The Job. */
  public static Job of(String name, SchemaRun run) {
    return RunnerJob.endedBy(
            RunnerJob.of(SchemaJob.metadata(name, run), pod(run)), CONTAINER, BackupJob.FINAL)
        .editSpec()
        .withBackoffLimit(BackupJob.RETRIES)
        .withActiveDeadlineSeconds(TimeSpan.parse(run.spec().deadline()).toSeconds())
        .endSpec()
        .build();
  }

  private static PodSpec pod(SchemaRun run) {
    return BackupJob.podOf(run)
        .withContainers(
            BackupJob.container(CONTAINER, SCRIPT, true, run)
                .addToEnv(
                    BackupJob.variable("GODWIT_RUN", run.uid()),
                    BackupJob.variable(
                        "GODWIT_SCHEMA", Optional.ofNullable(run.spec().schema()).orElse("")),
                    BackupJob.variable("GODWIT_BEFORE", BackupJob.escaped(RestoreSql.BEFORE)),
                    BackupJob.variable("GODWIT_AFTER", BackupJob.escaped(RestoreSql.AFTER)),
                    BackupJob.variable("GODWIT_WORK", WORK_DIRECTORY))
                .addToVolumeMounts(BackupJob.mount(WORK, WORK_DIRECTORY, false))
                .build())
        .addToVolumes(BackupJob.claim(run), BackupJob.empty(WORK))
        .build();
  }
}
