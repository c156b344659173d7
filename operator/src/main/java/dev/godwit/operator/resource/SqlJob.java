package dev.godwit.operator.resource;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.godwit.api.v1alpha1.Database;
import dev.godwit.contract.sql.DatabaseFiles;
import dev.godwit.contract.sql.SqlQuestion;
import dev.godwit.operator.plan.RunnerImage;
import dev.godwit.operator.plan.ServicePlan;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import java.time.Duration;

/** Builds the Jobs that ask a database. */
public final class SqlJob {

  /** Where the one that asks again and again says how it stands. */
  public static final int PORT = 8080;

  private static final String COMMAND = "sql";
  private static final String VARIABLE = "GODWIT_SQL";
  private static final String VOLUME = "database";

  /** Those of {@code runner sql} that say that asking again would change nothing. */
  private static final Integer[] FINAL = {2, 4};

  /** Beside the answers: each pause of a second, and what the runner itself takes. */
  private static final Duration BETWEEN = Duration.ofSeconds(10);

  /** More pods than ever come, with the pauses of the Job controller between them. */
  private static final int UNLIMITED = Integer.MAX_VALUE;

  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .defaultPropertyInclusion(
              JsonInclude.Value.construct(JsonInclude.Include.NON_NULL, JsonInclude.Include.ALWAYS))
          .build();

  /** The Job that asks until the answer is good, as often as it may, and fails if none was. */
  public static Job once(
      String name,
      SqlQuestion question,
      Database database,
      RunnerImage image,
      ServicePlan plan,
      Marks.Maker maker) {
    return RunnerJob.of(name, plan, maker, pod(container(question, image), database))
        .editSpec()
        .withActiveDeadlineSeconds(longest(question).toSeconds())
        .endSpec()
        .build();
  }

  /** How long asking until the answer is good may take, the start of the pod included. */
  public static Duration longest(SqlQuestion question) {
    Duration each = Duration.ofMillis(2L * question.timeoutMillis()).plus(BETWEEN);
    return RunnerJob.STARTING.plus(each.multipliedBy(question.attempts()));
  }

  /**
   * The Job that asks again and again until the answer is bad, and fails then; its pod is ready
   * while the last answer was good. A pod that ends for another reason is followed by a new one.
   */
  public static Job watching(
      String name,
      SqlQuestion question,
      Database database,
      RunnerImage image,
      ServicePlan plan,
      Marks.Maker maker) {
    ContainerBuilder container =
        container(question, image)
            .addNewPort()
            .withContainerPort(PORT)
            .endPort()
            .withNewReadinessProbe()
            .withNewHttpGet()
            .withPath("/ready")
            .withNewPort(PORT)
            .endHttpGet()
            .withPeriodSeconds(2)
            .withFailureThreshold(1)
            .endReadinessProbe();
    return RunnerJob.endedBy(
            RunnerJob.of(name, plan, maker, pod(container, database)), COMMAND, FINAL)
        .editSpec()
        .withBackoffLimit(UNLIMITED)
        .endSpec()
        .build();
  }

  private SqlJob() {}

  private static ContainerBuilder container(SqlQuestion question, RunnerImage image) {
    return RunnerJob.container(image, COMMAND, VARIABLE, json(question))
        .withNewResources()
        .addToRequests("cpu", new Quantity("20m"))
        .addToRequests("memory", new Quantity("96Mi"))
        .addToLimits("memory", new Quantity("192Mi"))
        .endResources()
        .addNewVolumeMount()
        .withName(VOLUME)
        .withMountPath(DatabaseFiles.DIRECTORY)
        .withReadOnly(true)
        .endVolumeMount();
  }

  private static PodSpec pod(ContainerBuilder container, Database database) {
    return RunnerJob.pod()
        .withContainers(container.build())
        .addNewVolume()
        .withName(VOLUME)
        .withNewSecret()
        .withSecretName(database.secretRef().name())
        // Without it the pod would wait without an end, and nobody would say for what.
        .withOptional(true)
        .endSecret()
        .endVolume()
        .build();
  }

  private static String json(SqlQuestion question) {
    try {
      return JSON.writeValueAsString(question);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a question is always JSON", e);
    }
  }
}
