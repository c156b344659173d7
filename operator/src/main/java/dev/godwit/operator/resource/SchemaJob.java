package dev.godwit.operator.resource;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.godwit.api.v1alpha1.Migration;
import dev.godwit.api.v1alpha1.SchemaBaseline;
import dev.godwit.api.v1alpha1.SchemaMigrationSpec;
import dev.godwit.api.v1alpha1.TimeSpan;
import dev.godwit.api.v1alpha1.VersionName;
import dev.godwit.contract.schema.SchemaFiles;
import dev.godwit.contract.schema.SchemaOrder;
import dev.godwit.contract.sql.DatabaseFiles;
import dev.godwit.operator.plan.RunnerImage;
import dev.godwit.operator.plan.SchemaRun;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.VolumeProjection;
import io.fabric8.kubernetes.api.model.VolumeProjectionBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Builds the Jobs that bring versions of a schema, take them back, or say what would be done. */
public final class SchemaJob {

  private static final String COMMAND = "schema";
  private static final String VARIABLE = "GODWIT_SCHEMA";
  private static final String DATABASE = "database";
  private static final String FILES = "files";
  private static final Duration CONNECTING = Duration.ofSeconds(10);

  /** Those of {@code runner schema} that say that trying again would change nothing. */
  private static final Integer[] FINAL = {2, 4};

  /**
   * How many pods may fail for another reason, with the Job controller's growing pauses of 10 s and
   * more between them: some ten minutes in which the database may be away.
   */
  private static final int RETRIES = 6;

  /** Before the start a person looks on, who is to hear soon what is wrong. */
  private static final int PLAN_RETRIES = 1;

  private SchemaJob() {}

  /**
   * What versions of a run are to become.
   *
   * @param back whether this is on the way back
   */
  public static SchemaOrder moving(
      SchemaOrder.Action action, List<String> versions, boolean back, SchemaRun run) {
    return order(action, versions, back, null, null, run);
  }

  /** What would be run. */
  public static SchemaOrder planning(String to, SchemaRun run) {
    return order(SchemaOrder.Action.PLAN, List.of(), false, none(run.spec().from()), none(to), run);
  }

  /** In what the schema differs from what it was before the run. */
  public static SchemaOrder comparing(SchemaRun run) {
    return order(SchemaOrder.Action.COMPARE, List.of(), true, null, null, run);
  }

  /** That nobody else can connect to the database any more. */
  public static SchemaOrder locking(SchemaRun run) {
    return order(SchemaOrder.Action.LOCK, List.of(), false, null, null, run);
  }

  /** That those can connect again who could before. */
  public static SchemaOrder unlocking(SchemaRun run) {
    return order(SchemaOrder.Action.UNLOCK, List.of(), false, null, null, run);
  }

  /** What users write as {@link VersionName#NONE} is an empty name in an order. */
  private static String none(String version) {
    return VersionName.NONE.equals(version) ? "" : version;
  }

  private static SchemaOrder order(
      SchemaOrder.Action action,
      List<String> versions,
      boolean back,
      String from,
      String to,
      SchemaRun run) {
    SchemaMigrationSpec spec = run.spec();
    return new SchemaOrder(
        action,
        run.uid(),
        run.namespace() + "/" + run.name(),
        run.sqlHash(),
        back,
        spec.schema(),
        from,
        to,
        versions,
        Optional.ofNullable(spec.baseline()).map(SchemaJob::baseline).orElse(null),
        run.restores(),
        (int) CONNECTING.toMillis(),
        millis(spec.lockTimeout()),
        millis(spec.patience()),
        Optional.ofNullable(spec.statementTimeout()).map(SchemaJob::millis).orElse(0),
        millis(spec.idleTimeout()));
  }

  private static SchemaOrder.Baseline baseline(SchemaBaseline asked) {
    return new SchemaOrder.Baseline(asked.version(), Boolean.TRUE.equals(asked.flyway()));
  }

  private static int millis(String span) {
    return (int) TimeSpan.parse(span).toMillis();
  }

  /**
   * The name of a Job: readable, at most 63 characters, another one for every other attempt.
   *
   * @param what the Job is for, as in {@code 001-up}
   */
  public static String name(SchemaRun run, String what, int attempt) {
    String unique = Names.hash(String.join("/", run.name(), run.uid(), what, "" + attempt), 8);
    String readable =
        String.join("-", run.name(), what).toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-");
    return Names.cut(readable, Names.LABEL_LENGTH - unique.length() - 1) + "-" + unique;
  }

  /** The name of the Job that plans this SQL for a generation of the specification. */
  public static String planName(SchemaRun run, long generation) {
    return name(run, "plan-" + generation + "-" + run.sqlHash().substring(0, 8), 1);
  }

  /** The Job that carries out an order. */
  public static Job of(String name, SchemaOrder order, SchemaRun run, RunnerImage image) {
    return RunnerJob.endedBy(
            RunnerJob.of(metadata(name, run), pod(order, run, image)), COMMAND, FINAL)
        .editSpec()
        .withBackoffLimit(order.action() == SchemaOrder.Action.PLAN ? PLAN_RETRIES : RETRIES)
        .withActiveDeadlineSeconds(TimeSpan.parse(run.spec().deadline()).toSeconds())
        .endSpec()
        .build();
  }

  /** Of all that a run makes: it goes when the SchemaMigration goes. */
  static ObjectMeta metadata(String name, SchemaRun run) {
    return new ObjectMetaBuilder()
        .withName(name)
        .withNamespace(run.namespace())
        .addToLabels(Marks.SCHEMA_MIGRATION, run.name())
        .addToAnnotations(Marks.MIGRATION_UID, run.uid())
        .addNewOwnerReference()
        .withApiVersion(Migration.GROUP + "/" + Migration.VERSION)
        .withKind("SchemaMigration")
        .withName(run.name())
        .withUid(run.uid())
        .withController(true)
        .endOwnerReference()
        .build();
  }

  private static PodSpec pod(SchemaOrder order, SchemaRun run, RunnerImage image) {
    ContainerBuilder container =
        RunnerJob.container(image, COMMAND, VARIABLE, json(order))
            .withNewResources()
            .addToRequests("cpu", new Quantity("50m"))
            .addToRequests("memory", new Quantity("128Mi"))
            .addToLimits("memory", new Quantity("256Mi"))
            .endResources()
            .addNewVolumeMount()
            .withName(DATABASE)
            .withMountPath(DatabaseFiles.DIRECTORY)
            .withReadOnly(true)
            .endVolumeMount()
            .addNewVolumeMount()
            .withName(FILES)
            .withMountPath(SchemaFiles.DIRECTORY)
            .withReadOnly(true)
            .endVolumeMount();
    return RunnerJob.pod()
        .withContainers(container.build())
        .addNewVolume()
        .withName(DATABASE)
        .withNewSecret()
        .withSecretName(run.spec().database().secretRef().name())
        // Without it the pod would wait without an end, and nobody would say for what.
        .withOptional(true)
        .endSecret()
        .endVolume()
        .addNewVolume()
        .withName(FILES)
        .withNewProjected()
        .withSources(run.files().stream().map(SchemaJob::source).toList())
        .endProjected()
        .endVolume()
        .build();
  }

  private static VolumeProjection source(String configMap) {
    return new VolumeProjectionBuilder()
        .withNewConfigMap()
        .withName(configMap)
        .withOptional(true)
        .endConfigMap()
        .build();
  }

  private static String json(SchemaOrder order) {
    try {
      return Json.MAPPER.writeValueAsString(order);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("an order is always JSON", e);
    }
  }
}
