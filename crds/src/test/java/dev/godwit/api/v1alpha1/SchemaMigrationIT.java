package dev.godwit.api.v1alpha1;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the API server takes of a SchemaMigration, before and after its start. */
@ExtendWith(ApiServer.Shared.class)
class SchemaMigrationIT {

  private static final String SENTENCE =
      "the migration has started: only spec.paused and spec.abort may change."
          + " Set spec.abort to true to go back, or create a new SchemaMigration";

  private final ApiServer server;

  SchemaMigrationIT(ApiServer server) {
    this.server = server;
  }

  static List<Path> accepted() {
    return Documents.below(Path.of("src/test/resources/accepted"));
  }

  @ParameterizedTest
  @MethodSource
  void accepted(Path file) {
    assertThat(server.dryRun(Documents.of(file).getFirst()))
        .isInstanceOf(ApiServer.Answer.Accepted.class);
  }

  private static Named<Consumer<ObjectNode>> change(String name, Consumer<ObjectNode> change) {
    return Named.of(name, change);
  }

  static Stream<Named<Consumer<ObjectNode>>> changes() {
    return Stream.of(
        change(
            "another Secret",
            spec -> ((ObjectNode) spec.at("/database/secretRef")).put("name", "b")),
        change("schema added", spec -> spec.put("schema", "shop")),
        change("up changed", spec -> ((ObjectNode) spec.at("/versions/0")).put("up", "select 1")),
        change("down added", spec -> ((ObjectNode) spec.at("/versions/0")).put("down", "select 1")),
        change("a version less", spec -> spec.withArray("/versions").remove(2)),
        change(
            "ConfigMaps instead",
            spec -> {
              spec.remove("versions");
              spec.putArray("versionsFrom").addObject().put("configMap", "orders-sql");
            }),
        change("from added", spec -> spec.put("from", "0")),
        change("to changed", spec -> spec.put("to", "1")),
        change("to removed", spec -> spec.remove("to")),
        change("baseline added", spec -> spec.putObject("baseline").put("flyway", true)),
        change("mode changed", spec -> spec.put("mode", "PlanOnly")),
        change("allowDestructive changed", spec -> spec.put("allowDestructive", true)),
        change("gate added", spec -> spec.putObject("gate").put("delay", "1m")),
        change(
            "backup added",
            spec ->
                spec.putObject("backup")
                    .put("image", "postgres:18")
                    .putObject("claim")
                    .put("name", "backups")),
        change("lockTimeout changed", spec -> spec.put("lockTimeout", "1s")),
        change("patience changed", spec -> spec.put("patience", "1m")),
        change("statementTimeout added", spec -> spec.put("statementTimeout", "1m")),
        change("idleTimeout changed", spec -> spec.put("idleTimeout", "2m")),
        change("settle changed", spec -> spec.put("settle", "1m")),
        change(
            "health added",
            spec -> {
              spec.putObject("health").put("policy", "web");
              spec.putArray("services").add(orders());
            }),
        change("deadline changed", spec -> spec.put("deadline", "2h")),
        change("batch changed", spec -> spec.put("batch", 2)),
        change("onFailure changed", spec -> spec.put("onFailure", "Pause")));
  }

  private static ObjectNode orders() {
    ObjectNode service = new ObjectNode(JsonNodeFactory.instance).put("name", "orders");
    service.putObject("workload").put("kind", "Deployment").put("name", "orders");
    return service;
  }

  private ObjectNode created() {
    ObjectNode migration = SchemaMigrations.withVersions("1", "2", "3");
    ((ObjectNode) migration.get("metadata")).put("name", "frozen-" + UUID.randomUUID());
    ((ObjectNode) migration.get("spec")).put("to", "2");
    return taken(server.create(migration));
  }

  private ObjectNode started(ObjectNode migration) {
    migration.putObject("status").put("startTime", "2026-01-01T00:00:00Z");
    return taken(server.replaceStatus(migration));
  }

  private static ObjectNode taken(ApiServer.Answer answer) {
    assertThat(answer).isInstanceOf(ApiServer.Answer.Accepted.class);
    return (ObjectNode) ((ApiServer.Answer.Accepted) answer).object();
  }

  @ParameterizedTest
  @MethodSource("changes")
  void beforeTheStartEverythingMayChange(Consumer<ObjectNode> change) {
    ObjectNode migration = created();
    change.accept((ObjectNode) migration.get("spec"));
    assertThat(server.replace(migration)).isInstanceOf(ApiServer.Answer.Accepted.class);
  }

  @ParameterizedTest
  @MethodSource("changes")
  void afterTheStartTheSpecificationIsFrozen(Consumer<ObjectNode> change) {
    ObjectNode migration = started(created());
    change.accept((ObjectNode) migration.get("spec"));
    assertThat(server.replace(migration))
        .isInstanceOfSatisfying(
            ApiServer.Answer.Refused.class,
            refused ->
                assertThat(refused.causes())
                    .singleElement()
                    .satisfies(
                        cause -> {
                          assertThat(cause.field()).isEqualTo("spec");
                          assertThat(cause.message()).endsWith(SENTENCE);
                        }));
  }

  @Test
  void afterTheStartTheControlsMayChange() {
    ObjectNode migration = started(created());
    ((ObjectNode) migration.get("spec")).put("paused", true);
    migration = taken(server.replace(migration));
    ((ObjectNode) migration.get("spec")).put("paused", false).put("abort", true);
    assertThat(taken(server.replace(migration)).at("/spec/abort").asBoolean()).isTrue();
  }

  @Test
  void aPlanThatWasReadIsRun() {
    ObjectNode migration = created();
    ((ObjectNode) migration.get("spec")).put("mode", "PlanOnly");
    migration = taken(server.replace(migration));
    migration.putObject("status").put("phase", "Planned");
    migration = taken(server.replaceStatus(migration));
    ((ObjectNode) migration.get("spec")).put("mode", "Run");
    assertThat(server.replace(migration)).isInstanceOf(ApiServer.Answer.Accepted.class);
  }

  @Test
  void theLargestIsNotTooCostlyToValidateAndToControl() {
    ObjectNode migration = taken(server.create(SchemaMigrations.large(500)));
    migration = started(migration);
    ((ObjectNode) migration.get("spec")).put("paused", true);
    assertThat(server.replace(migration)).isInstanceOf(ApiServer.Answer.Accepted.class);
  }

  @Test
  void fiveHundredAndOneVersionsAreTooMany() {
    assertThat(server.dryRun(SchemaMigrations.large(501)))
        .isInstanceOfSatisfying(
            ApiServer.Answer.Refused.class,
            refused ->
                assertThat(refused.causes())
                    .containsExactly(
                        new ApiServer.Cause(
                            "spec.versions", "Too many: 501: must have at most 500 items")));
  }
}
