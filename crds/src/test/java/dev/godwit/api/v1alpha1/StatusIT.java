package dev.godwit.api.v1alpha1;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.godwit.api.v1alpha1.CheckStatus.Measurement;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.ConditionBuilder;
import java.lang.reflect.RecordComponent;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * The journal comes back as it was written: a field that the schema does not know would be pruned
 * without a word, and a restarted operator would go on from half of its memory.
 */
@ExtendWith(ApiServer.Shared.class)
class StatusIT {

  private static final Instant TIME = Instant.parse("2026-01-01T10:00:00.123456Z");

  @Test
  void noFieldOfTheStatusIsPruned(ApiServer server) {
    ObjectNode migration =
        Documents.one(
            """
            apiVersion: godwit.dev/v1alpha1
            kind: Migration
            metadata: {}
            spec:
              to: "2.0"
              services:
              - name: orders
                workload: {kind: Deployment, name: orders}
                image: registry.example/orders:2.0
              strategy: {blueGreen: {}}
            """);
    ((ObjectNode) migration.get("metadata")).put("name", "status-" + UUID.randomUUID());
    JsonNode status = Documents.of(full());
    ObjectNode created = accepted(server.create(migration));
    created.set("status", status);

    ObjectNode stored = accepted(server.replaceStatus(created));

    assertThat(stored.get("status")).isEqualTo(status);
  }

  private static ObjectNode accepted(ApiServer.Answer answer) {
    assertThat(answer).isInstanceOf(ApiServer.Answer.Accepted.class);
    return (ObjectNode) ((ApiServer.Answer.Accepted) answer).object();
  }

  @Test
  void noFieldOfTheStatusOfASchemaMigrationIsPruned(ApiServer server) {
    ObjectNode migration = SchemaMigrations.withVersions("1", "2");
    ((ObjectNode) migration.get("metadata")).put("name", "status-" + UUID.randomUUID());
    JsonNode status = Documents.of(fullOfSchema());
    ObjectNode created = accepted(server.create(migration));
    created.set("status", status);

    ObjectNode stored = accepted(server.replaceStatus(created));

    assertThat(stored.get("status")).isEqualTo(status);
  }

  private static SchemaMigrationStatus fullOfSchema() {
    SchemaFinding finding =
        complete(
            new SchemaFinding("2", 7, "Drop", "public.users", "ACCESS EXCLUSIVE", 5_000_000_000L));
    return complete(
        new SchemaMigrationStatus(
            3L,
            "RollingBack",
            "1/2",
            "rolling back",
            TIME,
            TIME,
            Direction.BACKWARD,
            "hash",
            "0123456789abcdef",
            health(),
            List.of(check()),
            complete(new Failure("VerifyFailed", "verify of 2 is not true", TIME, true)),
            "1",
            "0",
            complete(
                new SchemaPlan(
                    "18.1",
                    "2",
                    SchemaDirection.DOWN,
                    List.of("2", "1"),
                    List.of("2"),
                    1,
                    List.of(finding),
                    3)),
            List.of(complete(new FrozenFile("orders-db-3f", "3f"))),
            "3f",
            List.of(step()),
            List.of(condition())));
  }

  /** A status with a value in every field of every record. */
  private static MigrationStatus full() {
    ServiceStatus service =
        complete(
            new ServiceStatus(
                "orders",
                "Green",
                TIME,
                "1.9",
                "2.0",
                "orders-green",
                Map.of("app", "orders-green"),
                List.of("orders"),
                "orders",
                List.of("PodDisruptionBudget/orders"),
                complete(
                    new ServiceStatus.InPlace(
                        3, 1, 2, Map.of("part", "cell"), List.of("StatefulSet/cell-b")))));
    return complete(
        new MigrationStatus(
            3L,
            "BlueGreen",
            "RollingBack",
            "7/14",
            "rolling back",
            TIME,
            TIME,
            Direction.BACKWARD,
            "hash",
            health(),
            "0123456789abcdef",
            complete(new Failure("ProbeFailed", "probe ready failed", TIME, true)),
            List.of(service),
            List.of(check()),
            List.of(step()),
            List.of(condition())));
  }

  private static StepStatus step() {
    PreImage preImage =
        complete(
            new PreImage(
                "0b6e",
                "hash",
                3,
                "7",
                Map.of("app", "orders:1.9"),
                Map.of("orders", Map.of("app", "orders")),
                List.of("Deployment/orders-green"),
                "Max",
                Map.of("responseTime", complete(new PreImage.Baseline(0.25, 500.5))),
                complete(
                    new PreImage.Comparison(
                        "shop-orders-load-0b6e",
                        Map.of(
                            "cpu",
                            complete(
                                new PreImage.Compared(
                                    PreImage.Outcome.TOO_NOISY, 0.5, 0.75, 0.125, "why"))))),
                List.of(complete(new VersionResult(1500L, 20L, 2))),
                "2"));
    return complete(
        new StepStatus(
            "orders/switch",
            "switch",
            StepState.UNDONE,
            TIME,
            TIME,
            TIME,
            TIME,
            2,
            "switching",
            preImage));
  }

  private static Condition condition() {
    return new ConditionBuilder()
        .withType("Ready")
        .withStatus("False")
        .withReason("ProbeFailed")
        .withMessage("probe ready of orders failed")
        .withObservedGeneration(3L)
        .withLastTransitionTime("2026-01-01T10:00:00Z")
        .build();
  }

  private static CheckStatus check() {
    Measurement measurement = complete(new Measurement(0.02, 512.5, TIME));
    return complete(
        new CheckStatus(
            "orders/errorRate",
            CheckState.BAD,
            TIME,
            measurement,
            measurement,
            0.01,
            0.001,
            2,
            "only 3 samples, of 100 that are needed"));
  }

  private static HealthSpec health() {
    TcpCheck tcp = new TcpCheck(8080);
    Metric metric =
        complete(
            new Metric(
                "queue",
                "sum(queue_length)",
                "sum(queue_total)",
                "1m",
                Metric.Quantile.P95,
                "10",
                "1",
                "2x",
                "0.5x",
                2,
                List.of("orders")));
    // What is kept of a policy names none.
    return new HealthSpec(
        null,
        "5s",
        complete(new PrometheusSpec("http://prometheus:9090", PrometheusSpec.Exporter.GENERIC)),
        List.of(new Probe("ready", null, tcp, null, null, "5s", "2s", 3)),
        List.of(metric),
        complete(new Triggers("1%", "2x", true, List.of("checkout"))),
        100,
        OnNoData.HOLD,
        OnProviderError.HOLD,
        "10m",
        "10m");
  }

  /** Makes this test fail for a field that is added and not tested here. */
  private static <T extends Record> T complete(T written) {
    for (RecordComponent component : written.getClass().getRecordComponents()) {
      try {
        assertThat(component.getAccessor().invoke(written))
            .as("%s.%s", written.getClass().getSimpleName(), component.getName())
            .isNotNull();
      } catch (ReflectiveOperationException e) {
        throw new LinkageError("the accessor of a record can't be called", e);
      }
    }
    return written;
  }
}
