package dev.godwit.operator.resource;

import dev.godwit.operator.plan.RunnerImage;
import dev.godwit.operator.plan.ServicePlan;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.PodSpecBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.JobBuilder;
import java.time.Duration;

/** What all Jobs have in common in which the operator's own programs run. */
final class RunnerJob {

  /** For a node to be found and the image to be pulled. */
  static final Duration STARTING = Duration.ofMinutes(5);

  /** How long a Job that has ended stays, so that people can read its log. */
  private static final Duration KEPT = Duration.ofHours(1);

  private RunnerJob() {}

  /** A Job of a service, whose pods are not made anew when they fail. */
  static JobBuilder of(String name, ServicePlan plan, Marks.Maker maker, PodSpec pod) {
    return of(Marks.metadata(name, plan, maker), pod);
  }

  /** A Job whose pods are not made anew when they fail; one that a node has lost has not failed. */
  static JobBuilder of(ObjectMeta metadata, PodSpec pod) {
    return new JobBuilder()
        .withMetadata(metadata)
        .withNewSpec()
        .withBackoffLimit(0)
        .withNewPodFailurePolicy()
        .addNewRule()
        .withAction("Ignore")
        .addNewOnPodCondition()
        .withType("DisruptionTarget")
        .withStatus("True")
        .endOnPodCondition()
        .endRule()
        .endPodFailurePolicy()
        .withTtlSecondsAfterFinished((int) KEPT.toSeconds())
        .withNewTemplate()
        .withNewMetadata()
        .addToLabels(metadata.getLabels())
        .endMetadata()
        .withSpec(pod)
        .endTemplate()
        .endSpec();
  }

  /**
   * The same, failed at once by exit codes of a container that say that trying again would change
   * nothing.
   */
  static JobBuilder endedBy(JobBuilder job, String container, Integer... codes) {
    return job.editSpec()
        .editPodFailurePolicy()
        .addNewRule()
        .withAction("FailJob")
        .withNewOnExitCodes()
        .withContainerName(container)
        .withOperator("In")
        .withValues(codes)
        .endOnExitCodes()
        .endRule()
        .endPodFailurePolicy()
        .endSpec();
  }

  /** Its pod, under the restricted profile and without a token. */
  static PodSpecBuilder pod() {
    return new PodSpecBuilder()
        .withRestartPolicy("Never")
        .withAutomountServiceAccountToken(false)
        .withEnableServiceLinks(false)
        .withNewSecurityContext()
        .withRunAsNonRoot(true)
        .withNewSeccompProfile()
        .withType("RuntimeDefault")
        .endSeccompProfile()
        .endSecurityContext();
  }

  /**
   * Its container, which runs one command.
   *
   * @param command which of the runner's, and the container's name
   * @param variable name of the environment variable that says what to do
   * @param json its value
   */
  static ContainerBuilder container(
      RunnerImage image, String command, String variable, String json) {
    return confined(
        new ContainerBuilder()
            .withName(command)
            .withImage(image.name())
            .withImagePullPolicy(image.pullPolicy().orElse(null))
            .withArgs(command)
            .addNewEnv()
            .withName(variable)
            // Kubernetes takes a dollar for the beginning of a reference; two mean one.
            .withValue(json.replace("$", "$$"))
            .endEnv());
  }

  /** As the restricted profile wants a container, and with nowhere to write but its volumes. */
  static ContainerBuilder confined(ContainerBuilder container) {
    return container
        .withNewSecurityContext()
        .withAllowPrivilegeEscalation(false)
        .withReadOnlyRootFilesystem(true)
        .withNewCapabilities()
        .withDrop("ALL")
        .endCapabilities()
        .endSecurityContext();
  }
}
