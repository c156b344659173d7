package dev.godwit.operator;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.server.mock.EnableKubernetesMockClient;
import io.fabric8.kubernetes.client.server.mock.KubernetesMockServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the dashboard and the alerts take for granted of two replicas. */
@EnableKubernetesMockClient(crud = true)
class LeaderInMetricsTest {

  private static final String RULES = "/apis/authorization.k8s.io/v1/selfsubjectrulesreviews";

  private static final Pattern LEASE_READ_TWICE =
      Pattern.compile(
          "godwit_api_calls_total\\{outcome=\"ok\",resource=\"leases\",verb=\"get\"} ([2-9]|\\d\\d)");

  private static final String LEASE_WRITTEN =
      "godwit_api_calls_total{outcome=\"ok\",resource=\"leases\",verb=\"patch\"}";
  private static final String COUNTED = "godwit_migrations{";
  private static final String SCHEMA_COUNTED = "godwit_schema_migrations{";

  // Set by the extension.
  private KubernetesMockServer server;
  private KubernetesClient client;

  @BeforeEach
  void fill() throws Exception {
    for (String kind : List.of("migrations", "migrationapprovals", "schemamigrations")) {
      Path crd = Path.of("../crds/manifests/%s.godwit.dev.yaml".formatted(kind));
      client
          .resource(
              client
                  .getKubernetesSerialization()
                  .<CustomResourceDefinition>unmarshal(Files.readString(crd)))
          .create();
    }
    server
        .expect()
        .post()
        .withPath(RULES)
        .andReturn(
            201,
            """
            {"status": {"incomplete": false, "nonResourceRules": [], "resourceRules": [
              {"apiGroups": ["coordination.k8s.io"], "resources": ["leases"], "verbs": ["*"]}]}}
            """)
        .always();
  }

  private Godwit replica(String name) throws Exception {
    return new Godwit(
        Configuration.parse(
            List.of("--http-port=0", "--leader-election=true"),
            Map.of("POD_NAME", name, "POD_NAMESPACE", "godwit-system")),
        client.getConfiguration(),
        InstantSource.system());
  }

  private void migrate() {
    client
        .resource(
            """
            apiVersion: godwit.dev/v1alpha1
            kind: Migration
            metadata: {name: shop, namespace: prod, generation: 1}
            spec:
              to: "2.0"
              services:
              - {name: orders, workload: {kind: Deployment, name: orders}, image: "registry.example/orders:2.0"}
              strategy: {blueGreen: {monitor: 1m}}
            """)
        .create();
    client
        .resource(
            """
            apiVersion: godwit.dev/v1alpha1
            kind: SchemaMigration
            metadata: {name: orders-db, namespace: prod, generation: 1}
            spec:
              mode: Staged
              database: {secretRef: {name: orders-db}}
              versions:
              - {version: "1", up: create table orders ()}
            """)
        .create();
  }

  @Test
  void everyReplicaCountsMigrationsAndOnlyTheLeaderWritesTheLease() throws Exception {
    migrate();
    try (Godwit first = replica("first");
        Godwit second = replica("second")) {
      first.start();
      Scrape leader =
          Scrape.await(
              first.port(),
              scrape ->
                  scrape.has(LEASE_WRITTEN) && scrape.has(COUNTED) && scrape.has(SCHEMA_COUNTED));
      second.start();
      Scrape other =
          Scrape.await(
              second.port(),
              scrape ->
                  LEASE_READ_TWICE.matcher(scrape.text()).find()
                      && scrape.has(COUNTED)
                      && scrape.has(SCHEMA_COUNTED));

      assertThat(leader.text()).contains(LEASE_WRITTEN, COUNTED, SCHEMA_COUNTED);
      assertThat(other.text())
          .containsPattern(LEASE_READ_TWICE)
          .contains(COUNTED, SCHEMA_COUNTED)
          .doesNotContain(LEASE_WRITTEN);
    }
  }
}
