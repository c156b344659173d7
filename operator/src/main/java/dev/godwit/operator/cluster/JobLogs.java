package dev.godwit.operator.cluster;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.util.Comparator;
import java.util.List;

/** Reads what a Job wrote last. */
final class JobLogs {

  private static final int LINES = 5;
  private static final int CHARACTERS = 300;

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
    return client
        .pods()
        .inNamespace(namespace)
        .withLabel("batch.kubernetes.io/job-name", job)
        .list()
        .getItems()
        .stream()
        .max(Comparator.comparing(pod -> pod.getMetadata().getCreationTimestamp()))
        .map(this::tail)
        .orElse("");
  }

  private String tail(Pod pod) {
    String container =
        pod.getSpec().getContainers().stream().findFirst().map(Container::getName).orElse("");
    try {
      String log =
          client.pods().resource(pod).inContainer(container).tailingLines(LINES).getLog().strip();
      return log.length() <= CHARACTERS ? log : "…" + log.substring(log.length() - CHARACTERS + 1);
    } catch (KubernetesClientException e) {
      if (NO_LOG.contains(e.getCode())) {
        return "";
      }
      throw e;
    }
  }
}
