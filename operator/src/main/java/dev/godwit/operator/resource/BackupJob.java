package dev.godwit.operator.resource;

import dev.godwit.api.v1alpha1.SchemaBackup;
import dev.godwit.api.v1alpha1.TimeSpan;
import dev.godwit.contract.sql.DatabaseFiles;
import dev.godwit.operator.plan.SchemaRun;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.EnvVarBuilder;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.PodSpecBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import io.fabric8.kubernetes.api.model.ResourceRequirementsBuilder;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeBuilder;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.VolumeMountBuilder;
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
  private static final String BUCKET = "bucket";
  private static final String BUCKET_DIRECTORY = "/run/godwit/bucket";
  private static final String TEMPORARY = "temporary";
  private static final String TEMPORARY_DIRECTORY = "/tmp";

  /** As whom it runs: images of databases begin as root, and this must be able to write. */
  private static final long USER = 65532;

  /** The exit code of the script that says that trying again would change nothing. */
  static final Integer[] FINAL = {2};

  /** How many pods may fail for another reason: two minutes in which the database may be away. */
  static final int RETRIES = 3;

  private static final String SCRIPT = script("backup.sh");

  private BackupJob() {}

  /** What the Job of an attempt is called. */
  public static String name(SchemaRun run, int attempt) {
    return SchemaJob.name(run, CONTAINER, attempt);
  }

  /** Where the dump of a run is kept, in words. */
  public static String place(SchemaRun run) {
    SchemaBackup backup = run.spec().backup();
    return backup.bucket() == null
        ? "PersistentVolumeClaim " + backup.claim().name()
        : "the bucket of Secret " + backup.bucket().secretRef().name();
  }

  /** The dump of a run, as {@code DIRECTORY/FILE}: the same for every attempt. */
  public static String dump(SchemaRun run) {
    return run.name() + "/" + file(run);
  }

  private static String file(SchemaRun run) {
    return run.name() + "-" + Names.hash(run.uid(), 8) + ".dump";
  }

  /** The Job. */
  public static Job of(String name, SchemaRun run) {
    SchemaBackup backup = run.spec().backup();
    return RunnerJob.endedBy(
            RunnerJob.of(SchemaJob.metadata(name, run), pod(run)), CONTAINER, FINAL)
        .editSpec()
        .withBackoffLimit(RETRIES)
        .withActiveDeadlineSeconds(TimeSpan.parse(backup.deadline()).toSeconds())
        .endSpec()
        .build();
  }

  private static PodSpec pod(SchemaRun run) {
    PodSpecBuilder pod = podOf(run);
    Container dumping = dumping(run).build();
    SchemaBackup.Bucket bucket = run.spec().backup().bucket();
    return bucket == null
        ? pod.withContainers(dumping).addToVolumes(claim(run)).build()
        : pod.withInitContainers(dumping)
            .withContainers(copying(bucket, run).build())
            .addToVolumes(empty(DUMPS), empty(TEMPORARY))
            .addToVolumes(secret(BUCKET, bucket.secretRef().name()))
            .build();
  }

  /** A pod of the user's image, which has the Secret of the database. */
  static PodSpecBuilder podOf(SchemaRun run) {
    return RunnerJob.pod()
        .editSecurityContext()
        .withRunAsUser(USER)
        .withRunAsGroup(USER)
        .withFsGroup(USER)
        .withFsGroupChangePolicy("OnRootMismatch")
        .endSecurityContext()
        // Without it the pod would wait without an end, and nobody would say for what.
        .addToVolumes(secret(DATABASE, run.spec().database().secretRef().name()));
  }

  /** The volume in which dumps are kept. */
  static Volume claim(SchemaRun run) {
    return new VolumeBuilder()
        .withName(DUMPS)
        .withNewPersistentVolumeClaim()
        .withClaimName(run.spec().backup().claim().name())
        .endPersistentVolumeClaim()
        .build();
  }

  private static Volume secret(String name, String secret) {
    return new VolumeBuilder()
        .withName(name)
        .withNewSecret()
        .withSecretName(secret)
        .withOptional(true)
        .endSecret()
        .build();
  }

  /** A directory of the pod's own. */
  static Volume empty(String name) {
    return new VolumeBuilder().withName(name).withNewEmptyDir().endEmptyDir().build();
  }

  /** The user's program, which finds the dump where the other container has made it. */
  private static ContainerBuilder copying(SchemaBackup.Bucket bucket, SchemaRun run) {
    return RunnerJob.confined(new ContainerBuilder().withName("copy").withImage(bucket.image()))
        .withCommand(bucket.command())
        .withArgs(bucket.args())
        .withEnv(
            variable("HOME", TEMPORARY_DIRECTORY),
            variable("GODWIT_DUMP", DUMPS_DIRECTORY + "/" + dump(run)),
            variable("GODWIT_OBJECT", dump(run)))
        .withResources(resources())
        .withVolumeMounts(
            mount(DUMPS, DUMPS_DIRECTORY, true),
            mount(TEMPORARY, TEMPORARY_DIRECTORY, false),
            mount(BUCKET, BUCKET_DIRECTORY, true));
  }

  private static ContainerBuilder dumping(SchemaRun run) {
    SchemaBackup backup = run.spec().backup();
    return container(CONTAINER, SCRIPT, false, run)
        .addToEnv(
            variable("GODWIT_PREFIX", run.name()),
            variable("GODWIT_KEEP", Integer.toString(backup.keep())),
            variable("GODWIT_ONCE", run.restores() ? "true" : ""))
        .addNewEnv()
        .withName("GODWIT_POD")
        .withNewValueFrom()
        .withNewFieldRef()
        .withFieldPath("metadata.name")
        .endFieldRef()
        .endValueFrom()
        .endEnv();
  }

  /** A container that runs a script with PostgreSQL's programs, on the dump of the run. */
  static ContainerBuilder container(String name, String script, boolean readOnly, SchemaRun run) {
    return RunnerJob.confined(
            new ContainerBuilder().withName(name).withImage(run.spec().backup().image()))
        .withCommand("sh", "-c", script)
        .withEnv(
            variable("GODWIT_DATABASE", DatabaseFiles.DIRECTORY),
            variable("GODWIT_DUMPS", DUMPS_DIRECTORY + "/" + run.name()),
            variable("GODWIT_FILE", file(run)))
        .withResources(resources())
        .withVolumeMounts(
            mount(DATABASE, DatabaseFiles.DIRECTORY, true),
            mount(DUMPS, DUMPS_DIRECTORY, readOnly));
  }

  static EnvVar variable(String name, String value) {
    return new EnvVarBuilder().withName(name).withValue(value).build();
  }

  static VolumeMount mount(String volume, String directory, boolean readOnly) {
    return new VolumeMountBuilder()
        .withName(volume)
        .withMountPath(directory)
        .withReadOnly(readOnly ? true : null)
        .build();
  }

  private static ResourceRequirements resources() {
    return new ResourceRequirementsBuilder()
        .addToRequests("cpu", new Quantity("100m"))
        .addToRequests("memory", new Quantity("64Mi"))
        .addToLimits("memory", new Quantity("512Mi"))
        .build();
  }

  /** The text of a script, after what all of them begin with. */
  static String script(String name) {
    return escaped(read("postgresql.sh") + read(name));
  }

  /** A text as Kubernetes lets it through: it takes a dollar for the beginning of a reference. */
  static String escaped(String text) {
    return text.replace("$", "$$");
  }

  private static String read(String name) {
    try (InputStream script = BackupJob.class.getResourceAsStream(name)) {
      return new String(script.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
