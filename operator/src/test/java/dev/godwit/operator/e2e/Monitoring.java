package dev.godwit.operator.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.client.dsl.RollableScalableResource;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Optional;

/** A Prometheus in the cluster, in one of the namespaces that the operator may ask. */
final class Monitoring implements AutoCloseable {

  private static final String NAME = "prometheus";

  private final String namespace;

  private Monitoring(String namespace) {
    this.namespace = namespace;
  }

  /** Deploys a Prometheus to a namespace, which is made for it, and waits until it measures. */
  static Monitoring in(String namespace) {
    LocalCluster.mustBeOurs("the operator asks a Prometheus of the tests");
    Monitoring monitoring = new Monitoring(namespace);
    Eventually.until(
        LocalCluster.CLIENT.namespaces().withName(namespace),
        "the namespace " + namespace + " of a run before to be gone",
        seen -> seen == null || seen.getMetadata().getDeletionTimestamp() == null);
    LocalCluster.CLIENT
        .resource(
            new NamespaceBuilder().withNewMetadata().withName(namespace).endMetadata().build())
        .serverSideApply();
    LocalCluster.kubectl(
        "apply",
        "--namespace=" + namespace,
        "--filename=" + LocalCluster.PROJECT.resolve("dev/cluster/prometheus.yaml"));
    monitoring.isReady(1);
    monitoring.asks("job=\"cadvisor\"", 1);
    return monitoring;
  }

  /** Where migrations find it. */
  String url() {
    return "http://" + NAME + "." + namespace + ":9090";
  }

  /** Takes it away. */
  void stop() {
    handle().scale(0);
    isReady(0);
  }

  /** Brings it back, without what it had measured. */
  void start() {
    handle().scale(1);
    isReady(1);
    asks("job=\"cadvisor\"", 1);
  }

  /** Waits until it has asked all pods of an application for their metrics. */
  void asks(Application application, int pods) {
    asks(
        "namespace=\"" + application.namespace() + "\",pod=~\"" + application.name() + "-.*\"",
        pods);
  }

  private void asks(String labels, int targets) {
    String query = "query?query=" + encoded("count(up{" + labels + "} == 1)");
    Eventually.holds(
        "Prometheus to ask " + targets + " targets with " + labels,
        () -> ask(query).at("/data/result/0/value/1").asInt() >= targets,
        () -> ask("targets"));
  }

  /**
   * When a query first had a value that is more than this.
   *
   * @param since what was before does not count
   */
  Optional<Instant> firstAbove(String query, double limit, Instant since) {
    String question =
        "query_range?query=%s&start=%d&end=%d&step=1"
            .formatted(encoded(query), since.getEpochSecond(), Instant.now().getEpochSecond());
    JsonNode values = ask(question).at("/data/result/0/values");
    return values
        .valueStream()
        .filter(value -> Double.parseDouble(value.get(1).asText()) > limit)
        .map(value -> Instant.ofEpochSecond(value.get(0).asLong()))
        .findFirst();
  }

  @Override
  public void close() {
    LocalCluster.CLIENT.namespaces().withName(namespace).delete();
  }

  private RollableScalableResource<Deployment> handle() {
    return LocalCluster.CLIENT.apps().deployments().inNamespace(namespace).withName(NAME);
  }

  private static String encoded(String query) {
    return URLEncoder.encode(query, StandardCharsets.UTF_8);
  }

  private JsonNode ask(String question) {
    return LocalCluster.get(
        "/api/v1/namespaces/" + namespace + "/services/" + NAME + ":web/proxy/api/v1/" + question);
  }

  private void isReady(int replicas) {
    Eventually.until(
        handle(),
        "Prometheus to have " + replicas + " pods",
        deployment ->
            deployment != null
                && deployment.getStatus() != null
                && deployment
                    .getMetadata()
                    .getGeneration()
                    .equals(deployment.getStatus().getObservedGeneration())
                && Optional.ofNullable(deployment.getStatus().getReadyReplicas()).orElse(0)
                    == replicas
                && Optional.ofNullable(deployment.getStatus().getReplicas()).orElse(0) == replicas);
  }
}
