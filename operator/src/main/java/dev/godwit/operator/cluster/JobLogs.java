package dev.godwit.operator.cluster;

import dev.godwit.operator.plan.JobEnd;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerStateTerminated;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodStatus;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Reads what a Job wrote last, and how it ended. */
final class JobLogs {

  private static final int LINES = 5;
  private static final int CHARACTERS = 300;

  /** One more than a termination message can have. */
  private static final int MESSAGE = 4097;

  private static final Comparator<Pod> CREATED =
      Comparator.comparing(pod -> pod.getMetadata().getCreationTimestamp());

  /** No log any more, none yet, or no right to read it: the failure is told without it. */
  private static final List<Integer> NO_LOG =
      List.of(
          HttpURLConnection.HTTP_NOT_FOUND,
          HttpURLConnection.HTTP_BAD_REQUEST,
          HttpURLConnection.HTTP_FORBIDDEN);

  private final KubernetesClient client;

  JobLogs(KubernetesClient client) {
    this.client = client;
  }

  /** At most {@value #CHARACTERS} characters from the end; empty where there is no log. */
  String tail(String namespace, String job) {
    return pods(namespace, job).max(CREATED).map(this::tail).orElse("");
  }

  private Stream<Pod> pods(String namespace, String job) {
    return client
        .pods()
        .inNamespace(namespace)
        .withLabel("batch.kubernetes.io/job-name", job)
        .list()
        .getItems()
        .stream();
  }

  /** Of the newest pod that has ended; one that has ended well comes before all that haven't. */
  Optional<JobEnd> end(String namespace, String job) {
    return pods(namespace, job)
        .sorted(CREATED.reversed())
        .flatMap(pod -> end(pod).stream())
        .min(Comparator.comparing(end -> end.exitCode() != 0));
  }

  private static Optional<JobEnd> end(Pod pod) {
    List<ContainerStateTerminated> before = ended(before(pod));
    return Stream.concat(
            before.stream().filter(one -> one.getExitCode() != 0),
            ended(statuses(pod, PodStatus::getContainerStatuses)).stream())
        .map(ended -> new JobEnd(ended.getExitCode(), shortened(said(ended, before))))
        .findFirst();
  }

  /** What a container has written; where it has nothing to say, one that ran before it may have. */
  private static String said(
      ContainerStateTerminated ended, List<ContainerStateTerminated> before) {
    return Stream.concat(Stream.of(ended), before.reversed().stream())
        .map(one -> Objects.requireNonNullElse(one.getMessage(), ""))
        .filter(message -> !message.isBlank())
        .findFirst()
        .orElse("");
  }

  /** Those that run before the others; a sidecar, which is started first, too, is none of them. */
  private static Stream<ContainerStatus> before(Pod pod) {
    Set<String> sidecars =
        pod.getSpec().getInitContainers().stream()
            .filter(container -> "Always".equals(container.getRestartPolicy()))
            .map(Container::getName)
            .collect(Collectors.toSet());
    return statuses(pod, PodStatus::getInitContainerStatuses)
        .filter(container -> !sidecars.contains(container.getName()));
  }

  private static List<ContainerStateTerminated> ended(Stream<ContainerStatus> containers) {
    return containers
        .filter(container -> container.getState() != null)
        .flatMap(container -> Stream.ofNullable(container.getState().getTerminated()))
        .toList();
  }

  private static Stream<ContainerStatus> statuses(
      Pod pod, Function<PodStatus, List<ContainerStatus>> statuses) {
    return Stream.ofNullable(pod.getStatus()).map(statuses).flatMap(List::stream);
  }

  private static String shortened(String written) {
    return written.length() <= MESSAGE ? written : written.substring(0, MESSAGE);
  }

  /** The one that ran before the others and failed, or else the first. */
  private static String container(Pod pod) {
    Stream<String> failed =
        before(pod)
            .filter(one -> one.getState() != null && one.getState().getTerminated() != null)
            .filter(one -> one.getState().getTerminated().getExitCode() != 0)
            .map(ContainerStatus::getName);
    return Stream.concat(failed, pod.getSpec().getContainers().stream().map(Container::getName))
        .findFirst()
        .orElse("");
  }

  private String tail(Pod pod) {
    String container = container(pod);
    try {
      String log =
          client.pods().resource(pod).inContainer(container).tailingLines(LINES).getLog().strip();
      return log.length() <= CHARACTERS ? log : "…" + log.substring(log.length() - CHARACTERS + 1);
    } catch (KubernetesClientException e) {
      // What it wrote is said beside what happened: nothing waits for it.
      return NO_LOG.contains(e.getCode()) ? "" : "(its log can't be read: " + e.getCode() + ")";
    }
  }
}
