package dev.godwit.api.v1alpha1;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What the API server fills in, so that the operator and people read the same. */
@ExtendWith(ApiServer.Shared.class)
class DefaultsIT {

  @Test
  void whatIsLeftOutIsFilledIn(ApiServer server) {
    JsonNode written =
        Documents.one(
            """
            apiVersion: godwit.dev/v1alpha1
            kind: Migration
            metadata: {name: minimal}
            spec:
              to: "2.0"
              services:
              - name: orders
                workload: {kind: Deployment, name: orders}
                image: registry.example/orders:2.0
              strategy:
                blueGreen:
                  smokeTests:
                  - {name: version, http: {port: 8080}}
              health:
                probes:
                - {name: ready, tcp: {port: 8080}}
            """);

    ApiServer.Answer answer = server.dryRun(written);

    assertThat(answer).isInstanceOf(ApiServer.Answer.Accepted.class);
    assertThat(((ApiServer.Answer.Accepted) answer).object().get("spec"))
        .isEqualTo(
            Documents.one(
                """
                to: "2.0"
                services:
                - name: orders
                  workload: {kind: Deployment, name: orders}
                  image: registry.example/orders:2.0
                strategy:
                  blueGreen:
                    smokeTests:
                    - {name: version, http: {port: 8080, path: /, scheme: HTTP}, attempts: 3}
                    deadline: 10m
                    monitor: 10m
                    stability: 0s
                    drain: 30s
                    cleanup: Replace
                health:
                  probes:
                  - {name: ready, tcp: {port: 8080}, interval: 5s, timeout: 2s, failures: 3}
                  interval: 5s
                  minSamples: 100
                  onNoData: Hold
                  onProviderError: Hold
                  patience: 10m
                  providerPatience: 10m
                onFailure: Rollback
                onUndoFailure: Continue
                paused: false
                abort: false
                """));
  }

  @Test
  void aComparisonHasItsDefaults(ApiServer server) {
    JsonNode written =
        Documents.one(
            """
            apiVersion: godwit.dev/v1alpha1
            kind: Migration
            metadata: {name: minimal}
            spec:
              to: "2.0"
              services:
              - name: orders
                workload: {kind: Deployment, name: orders}
                image: registry.example/orders:2.0
              strategy: {blueGreen: {performance: {rate: 50, requests: [{}]}}}
            """);

    ApiServer.Answer answer = server.dryRun(written);

    assertThat(answer).isInstanceOf(ApiServer.Answer.Accepted.class);
    assertThat(
            ((ApiServer.Answer.Accepted) answer)
                .object()
                .at("/spec/strategy/blueGreen/performance"))
        .isEqualTo(
            Documents.one(
                """
                requests:
                - {method: GET, path: /, weight: 1}
                rate: 50
                duration: 8m
                warmUp: 10s
                tolerance: 10%
                quantile: p90
                onDegradation: Warn
                """));
  }

  @Test
  void aStageIsTakenBackUnlessItSaysOtherwise(ApiServer server) {
    JsonNode written =
        Documents.one(
            """
            apiVersion: godwit.dev/v1alpha1
            kind: Migration
            metadata: {name: minimal}
            spec:
              to: "2.0"
              services:
              - name: orders
                workload: {kind: Deployment, name: orders}
                image: registry.example/orders:2.0
              strategy: {blueGreen: {}}
              schemas:
              - {migration: orders-expand, when: BeforeDeploy}
              - {migration: users-expand, when: BeforeDeploy, onRollback: Keep}
            """);

    ApiServer.Answer answer = server.dryRun(written);

    assertThat(answer).isInstanceOf(ApiServer.Answer.Accepted.class);
    assertThat(((ApiServer.Answer.Accepted) answer).object().at("/spec/schemas"))
        .isEqualTo(
            Documents.one(
                    """
                    schemas:
                    - {migration: orders-expand, when: BeforeDeploy, onRollback: TakeBack}
                    - {migration: users-expand, when: BeforeDeploy, onRollback: Keep}
                    """)
                .get("schemas"));
  }

  @Test
  void metricsHaveTheirDefaults(ApiServer server) {
    JsonNode written =
        Documents.one(
            """
            apiVersion: godwit.dev/v1alpha1
            kind: HealthPolicy
            metadata: {name: minimal}
            spec:
              prometheus: {url: "http://prometheus.monitoring:9090"}
              metrics:
              - {name: responseTime}
              - {name: queue, query: sum(queue_length), max: "100"}
              triggers: {}
            """);

    ApiServer.Answer answer = server.dryRun(written);

    assertThat(answer).isInstanceOf(ApiServer.Answer.Accepted.class);
    assertThat(((ApiServer.Answer.Accepted) answer).object().get("spec"))
        .isEqualTo(
            Documents.one(
                """
                prometheus: {url: "http://prometheus.monitoring:9090", exporter: Generic}
                metrics:
                - {name: responseTime, window: 1m, quantile: p95, failures: 2}
                - name: queue
                  query: sum(queue_length)
                  max: "100"
                  window: 1m
                  quantile: p95
                  failures: 2
                triggers: {errorRate: 1%, responseTime: 2x, dataInconsistency: true}
                interval: 5s
                minSamples: 100
                onNoData: Hold
                onProviderError: Hold
                patience: 10m
                providerPatience: 10m
                """));
  }

  @Test
  void rollingHasItsDefaults(ApiServer server) {
    JsonNode written =
        Documents.one(
            """
            apiVersion: godwit.dev/v1alpha1
            kind: Migration
            metadata: {name: minimal}
            spec:
              to: "2.0"
              services:
              - name: orders
                workload: {kind: Deployment, name: orders}
                image: registry.example/orders:2.0
              strategy: {rolling: {}}
            """);

    ApiServer.Answer answer = server.dryRun(written);

    assertThat(answer).isInstanceOf(ApiServer.Answer.Accepted.class);
    assertThat(((ApiServer.Answer.Accepted) answer).object().at("/spec/strategy/rolling"))
        .isEqualTo(
            Documents.one(
                """
                maxConcurrent: 1
                deadline: 10m
                monitor: 10m
                pauseBetween: 0s
                stability: 0s
                drain: 30s
                cleanup: Replace
                retire: AtEnd
                """));
  }

  @Test
  void aSchemaMigrationHasItsDefaults(ApiServer server) {
    ApiServer.Answer answer = server.dryRun(SchemaMigrations.withVersions("1"));

    assertThat(answer).isInstanceOf(ApiServer.Answer.Accepted.class);
    assertThat(((ApiServer.Answer.Accepted) answer).object().get("spec"))
        .isEqualTo(
            Documents.one(
                """
                database: {secretRef: {name: orders-db}}
                versions:
                - {version: "1", up: create table t1 (), transactional: true}
                mode: Run
                allowDestructive: false
                lockTimeout: 500ms
                patience: 5m
                idleTimeout: 1m
                settle: 0s
                deadline: 1h
                batch: 1
                onFailure: Rollback
                paused: false
                abort: false
                """));
  }

  @Test
  void anAnswerIsToAMigrationUnlessItSaysOtherwise(ApiServer server) {
    ApiServer.Answer answer =
        server.dryRun(
            Documents.one(
                """
                apiVersion: godwit.dev/v1alpha1
                kind: MigrationApproval
                metadata: {name: answer}
                spec:
                  migration: orders-2-0-0
                  gate: go-live
                  decision: Approve
                  planHash: 0123456789abcdef
                  approvedBy: alice
                """));

    assertThat(answer).isInstanceOf(ApiServer.Answer.Accepted.class);
    assertThat(((ApiServer.Answer.Accepted) answer).object().at("/spec/kind").asText())
        .isEqualTo("Migration");
  }

  @Test
  void aBackupHasItsDefaults(ApiServer server) {
    ObjectNode migration = SchemaMigrations.withVersions("1");
    ((ObjectNode) migration.get("spec"))
        .putObject("backup")
        .put("image", "postgres:18")
        .putObject("claim")
        .put("name", "backups");

    ApiServer.Answer answer = server.dryRun(migration);

    assertThat(answer).isInstanceOf(ApiServer.Answer.Accepted.class);
    assertThat(((ApiServer.Answer.Accepted) answer).object().at("/spec/backup"))
        .isEqualTo(
            Documents.one(
                """
                policy: OnDestructive
                image: postgres:18
                claim: {name: backups}
                keep: 3
                deadline: 1h
                """));
  }
}
