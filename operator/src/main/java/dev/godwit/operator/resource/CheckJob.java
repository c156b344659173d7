package dev.godwit.operator.resource;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.godwit.api.v1alpha1.JobCheck;
import dev.godwit.operator.plan.ServicePlan;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.PodSpecBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.JobSpec;
import io.fabric8.kubernetes.api.model.batch.v1.JobSpecBuilder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Builds the Job of a check. */
public final class CheckJob {

  /** How long a Job that has ended stays, so that people can read its log. */
  private static final Duration KEPT = Duration.ofHours(1);

  private CheckJob() {}

  /**
   * The Job of a check of one service.
   *
   * @param timeout how long it may run, rounded up to seconds; a template may ask for less
   * @param attempts how many of its pods may fail before it does; a template may say otherwise
   * @param environment what its containers find in their environment
   * @throws IllegalArgumentException if the check's template is no Job specification
   */
  public static Job of(
      String name,
      JobCheck check,
      Duration timeout,
      int attempts,
      ServicePlan plan,
      JobEnvironment environment,
      Marks.Maker maker) {
    JobSpec spec =
        check.template() == null
            ? ofImage(check)
            : ofTemplate(environment.expanded(check.template()));
    PodSpec pod = pod(spec, environment.variables());
    return new JobBuilder()
        .withMetadata(Marks.metadata(name, plan, maker))
        .withSpec(spec)
        .editSpec()
        .withBackoffLimit(spec.getBackoffLimit() == null ? attempts - 1 : spec.getBackoffLimit())
        .withActiveDeadlineSeconds(deadline(spec, timeout))
        .withTtlSecondsAfterFinished((int) KEPT.toSeconds())
        .editTemplate()
        .editOrNewMetadata()
        .addToLabels(Marks.MIGRATION, maker.migration())
        .endMetadata()
        .withSpec(pod)
        .endTemplate()
        .endSpec()
        .build();
  }

  /**
   * The name of one attempt's Job: readable, at most 63 characters, another one for every other
   * attempt, and the same every time.
   */
  public static String name(String migration, String service, String check, int attempt) {
    String unique = Names.hash(String.join("/", migration, service, check, "" + attempt), 8);
    String readable = String.join("-", migration.replace('.', '-'), service, check);
    return Names.cut(readable, Names.LABEL_LENGTH - unique.length() - 1) + "-" + unique;
  }

  /** Why no Job can be made of a check, where its template is no Job specification. */
  public static Optional<String> problem(JobCheck check) {
    if (check.template() == null) {
      return Optional.empty();
    }
    try {
      ofTemplate(check.template());
      return Optional.empty();
    } catch (IllegalArgumentException e) {
      return Optional.of(e.getMessage());
    }
  }

  private static JobSpec ofTemplate(JsonNode template) {
    try {
      JobSpec spec = Json.MAPPER.treeToValue(template, JobSpec.class);
      if (spec.getTemplate() == null || spec.getTemplate().getSpec() == null) {
        throw new IllegalArgumentException("job.template has no template.spec");
      }
      return spec;
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(
          "job.template is no Job specification (batch/v1 JobSpec): " + e.getOriginalMessage(), e);
    }
  }

  private static JobSpec ofImage(JobCheck check) {
    return new JobSpecBuilder()
        .withNewTemplate()
        .withNewSpec()
        .withAutomountServiceAccountToken(false)
        .withNewSecurityContext()
        .withRunAsNonRoot(true)
        .withNewSeccompProfile()
        .withType("RuntimeDefault")
        .endSeccompProfile()
        .endSecurityContext()
        .addNewContainer()
        .withName("check")
        .withImage(check.image())
        .withCommand(check.command())
        .withArgs(check.args())
        .withNewSecurityContext()
        .withAllowPrivilegeEscalation(false)
        .withNewCapabilities()
        .withDrop("ALL")
        .endCapabilities()
        .endSecurityContext()
        .endContainer()
        .endSpec()
        .endTemplate()
        .build();
  }

  private static PodSpec pod(JobSpec spec, List<EnvVar> environment) {
    PodSpec pod = spec.getTemplate().getSpec();
    String restartPolicy = pod.getRestartPolicy();
    return new PodSpecBuilder(pod)
        .withRestartPolicy(restartPolicy == null ? "Never" : restartPolicy)
        .withInitContainers(with(environment, pod.getInitContainers()))
        .withContainers(with(environment, pod.getContainers()))
        .build();
  }

  private static long deadline(JobSpec spec, Duration timeout) {
    long seconds = Math.max(1, timeout.plusMillis(999).toSeconds());
    Long own = spec.getActiveDeadlineSeconds();
    return own == null ? seconds : Math.min(own, seconds);
  }

  /** Ours come first, so that a container's own may refer to them; its own of that name wins. */
  private static List<Container> with(List<EnvVar> environment, List<Container> containers) {
    return containers.stream()
        .map(
            container -> {
              List<String> own = container.getEnv().stream().map(EnvVar::getName).toList();
              List<EnvVar> all = new ArrayList<>(environment);
              all.removeIf(variable -> own.contains(variable.getName()));
              all.addAll(container.getEnv());
              return new ContainerBuilder(container).withEnv(all).build();
            })
        .toList();
  }
}
