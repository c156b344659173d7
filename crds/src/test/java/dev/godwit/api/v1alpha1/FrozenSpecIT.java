package dev.godwit.api.v1alpha1;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** From the start on, the API server refuses every change of the specification but the controls. */
@ExtendWith(ApiServer.Shared.class)
class FrozenSpecIT {

  private static final String SENTENCE =
      "the migration has started: only spec.paused and spec.abort may change."
          + " Set spec.abort to true to go back, or create a new Migration";

  private static final String CREATOR =
      "who created a Migration can't be changed: create a new one";

  private final ApiServer server;
  private ObjectNode migration;

  FrozenSpecIT(ApiServer server) {
    this.server = server;
  }

  @BeforeEach
  void createMigration() {
    ObjectNode written =
        Documents.one(
            """
            apiVersion: godwit.dev/v1alpha1
            kind: Migration
            metadata: {}
            spec:
              from: "1.0"
              to: "2.0"
              createdBy: alice
              services:
              - name: orders
                workload: {kind: Deployment, name: orders}
                image: registry.example/orders:2.0
              - name: users
                workload: {kind: Deployment, name: users}
                patch: {spec: {priorityClassName: high}}
              strategy:
                blueGreen:
                  smokeTests:
                  - name: order
                    job: {template: {template: {spec: {containers: [{name: check, image: "check:1"}]}}}}
              health:
                probes:
                - {name: ready, tcp: {port: 8080}}
              schemas:
              - {migration: orders-expand, when: BeforeDeploy}
            """);
    ((ObjectNode) written.get("metadata")).put("name", "frozen-" + UUID.randomUUID());
    migration = accepted(server.create(written));
  }

  private void start() {
    migration.putObject("status").put("startTime", "2026-01-01T00:00:00Z");
    migration = accepted(server.replaceStatus(migration));
  }

  private static ObjectNode accepted(ApiServer.Answer answer) {
    assertThat(answer).isInstanceOf(ApiServer.Answer.Accepted.class);
    return (ObjectNode) ((ApiServer.Answer.Accepted) answer).object();
  }

  private static Named<Consumer<ObjectNode>> change(String name, Consumer<ObjectNode> change) {
    return Named.of(name, change);
  }

  private static ObjectNode object(JsonNode node, String path) {
    return (ObjectNode) node.at(path);
  }

  private void isRefused(String field, String message) {
    assertThat(server.replace(migration))
        .isInstanceOfSatisfying(
            ApiServer.Answer.Refused.class,
            refused ->
                assertThat(refused.causes())
                    .singleElement()
                    .satisfies(
                        cause -> {
                          assertThat(cause.field()).isEqualTo(field);
                          assertThat(cause.message()).endsWith(message);
                        }));
  }

  static Stream<Named<Consumer<ObjectNode>>> changes() {
    return Stream.of(
        change("from changed", spec -> spec.put("from", "1.1")),
        change("from removed", spec -> spec.remove("from")),
        change("to changed", spec -> spec.put("to", "3.0")),
        change("image changed", spec -> object(spec, "/services/0").put("image", "orders:3.0")),
        change(
            "value in a patch changed",
            spec -> object(spec, "/services/1/patch/spec").put("priorityClassName", "low")),
        change(
            "another field in a patch",
            spec -> object(spec, "/services/1/patch/spec").put("hostNetwork", true)),
        change(
            "a field in a patch instead of another",
            spec ->
                object(spec, "/services/1/patch")
                    .putObject("spec")
                    .put("terminationGracePeriodSeconds", 5)),
        change(
            "a member of a patch instead of another",
            spec ->
                object(spec, "/services/1")
                    .putObject("patch")
                    .putObject("metadata")
                    .putObject("labels")
                    .put("tier", "web")),
        change(
            "image of a Job changed",
            spec ->
                object(
                        spec,
                        "/strategy/blueGreen/smokeTests/0/job/template/template/spec/containers/0")
                    .put("image", "check:2")),
        change(
            "a service more",
            spec ->
                spec.withArray("/services")
                    .addObject()
                    .put("name", "billing")
                    .put("image", "billing:2.0")
                    .putObject("workload")
                    .put("kind", "Deployment")
                    .put("name", "billing")),
        change("a service less", spec -> spec.withArray("/services").remove(1)),
        change(
            "dependsOn added",
            spec -> object(spec, "/services/0").putArray("dependsOn").add("users")),
        change("monitor changed", spec -> object(spec, "/strategy/blueGreen").put("monitor", "1h")),
        change(
            "cleanup changed", spec -> object(spec, "/strategy/blueGreen").put("cleanup", "Keep")),
        change("probe changed", spec -> object(spec, "/health/probes/0").put("failures", 9)),
        change("health removed", spec -> spec.remove("health")),
        change(
            "a schema more",
            spec ->
                spec.withArray("/schemas")
                    .addObject()
                    .put("migration", "orders-contract")
                    .put("when", "AfterCleanup")),
        change(
            "another schema", spec -> object(spec, "/schemas/0").put("migration", "users-expand")),
        change(
            "when a schema runs changed",
            spec -> object(spec, "/schemas/0").put("when", "AfterCleanup")),
        change("onRollback changed", spec -> object(spec, "/schemas/0").put("onRollback", "Keep")),
        change("schemas removed", spec -> spec.remove("schemas")),
        change("onFailure changed", spec -> spec.put("onFailure", "Pause")),
        change("onUndoFailure changed", spec -> spec.put("onUndoFailure", "Stop")));
  }

  @ParameterizedTest
  @MethodSource("changes")
  void beforeTheStartEverythingMayChange(Consumer<ObjectNode> change) {
    change.accept(object(migration, "/spec"));
    assertThat(server.replace(migration)).isInstanceOf(ApiServer.Answer.Accepted.class);
  }

  @ParameterizedTest
  @MethodSource("changes")
  void afterTheStartTheSpecificationIsFrozen(Consumer<ObjectNode> change) {
    start();
    change.accept(object(migration, "/spec"));
    isRefused("spec", SENTENCE);
  }

  @Test
  void afterTheStartNoSchemasComeWhereThereWereNone() {
    object(migration, "/spec").remove("schemas");
    migration = accepted(server.replace(migration));
    start();
    object(migration, "/spec")
        .putArray("schemas")
        .addObject()
        .put("migration", "orders-expand")
        .put("when", "BeforeDeploy");

    isRefused("spec", SENTENCE);
  }

  static Stream<Named<Consumer<ObjectNode>>> otherCreators() {
    return Stream.of(
        change("createdBy changed", spec -> spec.put("createdBy", "bob")),
        change("createdBy removed", spec -> spec.remove("createdBy")));
  }

  @ParameterizedTest
  @MethodSource("otherCreators")
  void whoCreatedItCannotBeChangedBeforeTheStartEither(Consumer<ObjectNode> change) {
    change.accept(object(migration, "/spec"));
    isRefused("spec.createdBy", CREATOR);
  }

  @Test
  void afterTheStartTheControlsMayChange() {
    start();
    object(migration, "/spec").put("paused", true);
    migration = accepted(server.replace(migration));
    object(migration, "/spec").put("paused", false).put("abort", true);
    migration = accepted(server.replace(migration));
    assertThat(migration.at("/spec/abort").asBoolean()).isTrue();
  }

  @Test
  void theLargestMigrationCanBeControlledToo() {
    migration = accepted(server.create(LargeMigration.of(64)));
    start();
    object(migration, "/spec").put("paused", true);
    assertThat(server.replace(migration)).isInstanceOf(ApiServer.Answer.Accepted.class);
  }

  @Test
  void labelsMayChangeAtAnyTime() {
    start();
    object(migration, "/metadata").putObject("labels").put("team", "shop");
    assertThat(server.replace(migration)).isInstanceOf(ApiServer.Answer.Accepted.class);
  }

  @Test
  void whoeverWritesTheSpecificationDoesNotWriteTheStatus() {
    start();
    migration.remove("status");
    migration = accepted(server.replace(migration));
    assertThat(migration.at("/status/startTime").asText()).isEqualTo("2026-01-01T00:00:00Z");
  }
}
