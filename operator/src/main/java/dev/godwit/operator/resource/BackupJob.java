package dev.godwit.operator.resource;

import dev.godwit.api.v1alpha1.SchemaBackup;
import dev.godwit.api.v1alpha1.TimeSpan;
import dev.godwit.contract.sql.DatabaseFiles;
import dev.godwit.operator.plan.SchemaRun;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** Builds the Job that dumps a database, by a script in an image of the user's. */
public final class BackupJob {

  private static final String CONTAINER = "backup";
  private static final String DATABASE = "database";
  private static final String DUMPS = "dumps";
  private static final String DUMPS_DIRECTORY = "/run/godwit/dumps";

  /** As whom it runs: images of databases begin as root, and this must be able to write. */
  private static final long USER = 65532;

  /** The exit code of the script that says that trying again would change nothing. */
  private static final Integer[] FINAL = {2};

  /** How many pods may fail for another reason: two minutes in which the database may be away. */
  private static final int RETRIES = 3;

  private static final String SCRIPT = script();

  private BackupJob() {}

  /** What the Job of an attempt is called. */
  public static String name(SchemaRun run, int attempt) {
    return SchemaJob.name(run, CONTAINER, attempt);
  }

  /** The dump of a run, as {@code DIRECTORY/FILE} of the claim: the same for every attempt. */
  public static String dump(SchemaRun run) {
    return run.name() + "/" + file(run);
  }

  private static String file(SchemaRun run) {
    return run.name() + "-" + Names.hash(run.uid(), 8) + ".dump";
  }

  /** The Job. */
  public static Job of(String name, SchemaRun run) {
    SchemaBackup backup = run.spec().backup();
    return RunnerJob.of(SchemaJob.metadata(name, run), pod(run))
        .editSpec()
        .withBackoffLimit(RETRIES)
        .withActiveDeadlineSeconds(TimeSpan.parse(backup.deadline()).toSeconds())
        .editPodFailurePolicy()
        .addNewRule()
        .withAction("FailJob")
        .withNewOnExitCodes()
        .withContainerName(CONTAINER)
        .withOperator("In")
        .withValues(FINAL)
        .endOnExitCodes()
        .endRule()
        .endPodFailurePolicy()
        .endSpec()
        .build();
  }

  private static PodSpec pod(SchemaRun run) {
    return RunnerJob.pod()
        .editSecurityContext()
        .withRunAsUser(USER)
        .withRunAsGroup(USER)
        .withFsGroup(USER)
        .withFsGroupChangePolicy("OnRootMismatch")
        .endSecurityContext()
        .withContainers(container(run).build())
        .addNewVolume()
        .withName(DATABASE)
        .withNewSecret()
        .withSecretName(run.spec().database().secretRef().name())
        // Without it the pod would wait without an end, and nobody would say for what.
        .withOptional(true)
        .endSecret()
        .endVolume()
        .addNewVolume()
        .withName(DUMPS)
        .withNewPersistentVolumeClaim()
        .withClaimName(run.spec().backup().claim().name())
        .endPersistentVolumeClaim()
        .endVolume()
        .build();
  }

  private static ContainerBuilder container(SchemaRun run) {
    SchemaBackup backup = run.spec().backup();
    return RunnerJob.confined(new ContainerBuilder().withName(CONTAINER).withImage(backup.image()))
        // Kubernetes takes a dollar for the beginning of a reference; two mean one.
        .withCommand("sh", "-c", SCRIPT.replace("$", "$$"))
        .addNewEnv()
        .withName("GODWIT_DATABASE")
        .withValue(DatabaseFiles.DIRECTORY)
        .endEnv()
        .addNewEnv()
        .withName("GODWIT_DUMPS")
        .withValue(DUMPS_DIRECTORY + "/" + run.name())
        .endEnv()
        .addNewEnv()
        .withName("GODWIT_PREFIX")
        .withValue(run.name())
        .endEnv()
        .addNewEnv()
        .withName("GODWIT_FILE")
        .withValue(file(run))
        .endEnv()
        .addNewEnv()
        .withName("GODWIT_KEEP")
        .withValue(Integer.toString(backup.keep()))
        .endEnv()
        .addNewEnv()
        .withName("GODWIT_POD")
        .withNewValueFrom()
        .withNewFieldRef()
        .withFieldPath("metadata.name")
        .endFieldRef()
        .endValueFrom()
        .endEnv()
        .withNewResources()
        .addToRequests("cpu", new Quantity("100m"))
        .addToRequests("memory", new Quantity("64Mi"))
        .addToLimits("memory", new Quantity("512Mi"))
        .endResources()
        .addNewVolumeMount()
        .withName(DATABASE)
        .withMountPath(DatabaseFiles.DIRECTORY)
        .withReadOnly(true)
        .endVolumeMount()
        .addNewVolumeMount()
        .withName(DUMPS)
        .withMountPath(DUMPS_DIRECTORY)
        .endVolumeMount();
  }

  private static String script() {
    try (InputStream script = BackupJob.class.getResourceAsStream("backup.sh")) {
      return new String(script.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
