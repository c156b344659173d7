package dev.godwit.operator.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.godwit.operator.plan.JobEnd;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodListBuilder;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.server.mock.EnableKubernetesMockClient;
import io.fabric8.kubernetes.client.server.mock.KubernetesMockServer;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import org.junit.jupiter.api.Test;

/** What is read of a pod whose containers run one after the other. */
@EnableKubernetesMockClient
class JobLogsTest {

  private static final String PODS = "/api/v1/namespaces/shop/pods";

  // Set by the extension.
  private KubernetesMockServer server;
  private KubernetesClient client;

  private JobLogs pod(String status) {
    Pod pod =
        new KubernetesSerialization()
            .unmarshal(
                """
                metadata: {name: a, namespace: shop, creationTimestamp: "2026-01-01T00:00:00Z"}
                spec:
                  initContainers: [{name: mesh, restartPolicy: Always}, {name: first}]
                  containers: [{name: second}]
                status: {%s}
                """
                    .formatted(status),
                Pod.class);
    server
        .expect()
        .get()
        .withPath(PODS + "?labelSelector=batch.kubernetes.io%2Fjob-name%3Djob")
        .andReturn(200, new PodListBuilder().withItems(pod).build())
        .always();
    // Without its own retries, which take half a minute.
    return new JobLogs(
        new KubernetesClientBuilder()
            .withConfig(
                new ConfigBuilder(client.getConfiguration())
                    .withRequestRetryBackoffLimit(0)
                    .build())
            .build());
  }

  @Test
  void whoRanBeforeSpeaksForWhoSaysNothing() {
    assertThat(
            pod("""
                initContainerStatuses: [{name: first, state: {terminated: {exitCode: 0, message: dumped}}}],
                containerStatuses: [{name: second, state: {terminated: {exitCode: 0, message: ""}}}]
                """)
                .end("shop", "job"))
        .contains(new JobEnd(0, "dumped"));
  }

  @Test
  void whatAContainerSaysItselfComesFirst() {
    assertThat(
            pod("""
                initContainerStatuses: [{name: first, state: {terminated: {exitCode: 0, message: dumped}}}],
                containerStatuses: [{name: second, state: {terminated: {exitCode: 3, message: "no"}}}]
                """)
                .end("shop", "job"))
        .contains(new JobEnd(3, "no"));
  }

  @Test
  void asLongAsTheLastOneRunsNothingHasEnded() {
    assertThat(
            pod("""
                initContainerStatuses: [{name: first, state: {terminated: {exitCode: 0, message: dumped}}}],
                containerStatuses: [{name: second, state: {running: {}}}]
                """)
                .end("shop", "job"))
        .isEmpty();
  }

  /** It is started before the others, stays beside them, and is ended when they have ended. */
  @Test
  void aSidecarSaysNothingOfTheJob() {
    JobLogs logs =
        pod(
            """
            initContainerStatuses: [{name: mesh, state: {terminated: {exitCode: 143, message: bye}}}],
            containerStatuses: [{name: second, state: {terminated: {exitCode: 0, message: ""}}}]
            """);
    server
        .expect()
        .get()
        .withPath(PODS + "/a/log?pretty=false&container=second&tailLines=5")
        .andReturn(200, "done\n")
        .once();

    assertThat(logs.end("shop", "job")).contains(new JobEnd(0, ""));
    assertThat(logs.tail("shop", "job")).isEqualTo("done");
  }

  @Test
  void aLogOfANodeThatIsGoneHoldsUpNobody() {
    JobLogs logs = pod("containerStatuses: [{name: second, state: {terminated: {exitCode: 1}}}]");
    server
        .expect()
        .get()
        .withPath(PODS + "/a/log?pretty=false&container=second&tailLines=5")
        .andReturn(502, "bad gateway")
        .always();

    assertThat(logs.tail("shop", "job")).isEqualTo("(its log can't be read: 502)");
  }

  @Test
  void whereTheFirstFailsItIsTheEndAndItsLogIsRead() {
    JobLogs logs =
        pod(
            """
            initContainerStatuses: [{name: first, state: {terminated: {exitCode: 2}}}],
            containerStatuses: [{name: second, state: {waiting: {reason: PodInitializing}}}]
            """);
    server
        .expect()
        .get()
        .withPath(PODS + "/a/log?pretty=false&container=first&tailLines=5")
        .andReturn(200, "pg_dump failed\n")
        .once();

    assertThat(logs.end("shop", "job")).contains(new JobEnd(2, ""));
    assertThat(logs.tail("shop", "job")).isEqualTo("pg_dump failed");
  }
}
