package dev.godwit.operator.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import dev.godwit.api.v1alpha1.Migration;
import dev.godwit.api.v1alpha1.MigrationStatus;
import dev.godwit.api.v1alpha1.StepState;
import dev.godwit.api.v1alpha1.StepStatus;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** A Migration in the cluster: what a user sees of it, and does with it. */
final class Run {

  private final String namespace;
  private final String name;

  Run(String namespace, String name) {
    this.namespace = namespace;
    this.name = name;
  }

  Resource<Migration> handle() {
    return LocalCluster.CLIENT.resources(Migration.class).inNamespace(namespace).withName(name);
  }

  Migration now() {
    return handle().get();
  }

  MigrationStatus status() {
    return now().getStatus();
  }

  /** Waits until it has ended well. */
  MigrationStatus succeeds() {
    return until("Succeeded=True", status -> is(status, "Succeeded", "True") && hasEnded(status));
  }

  /** Waits until it has ended with everything as it was. */
  MigrationStatus rollsBack() {
    return until("RolledBack=True", status -> is(status, "RolledBack", "True") && hasEnded(status));
  }

  /** Waits until it reports a condition. */
  MigrationStatus reports(String type, String value) {
    return until("condition " + type + "=" + value, status -> is(status, type, value));
  }

  /** Waits until preflight has found something. */
  MigrationStatus isRefused() {
    return reports("PreflightPassed", "False");
  }

  /** Waits until it is in a phase. */
  MigrationStatus isIn(String phase) {
    return until("phase " + phase, status -> phase.equals(status.phase()));
  }

  /** Waits until a step is in a state. */
  MigrationStatus reaches(String step, StepState state) {
    return until(step + " to be " + state, status -> step(status, step).state() == state);
  }

  /** Waits until it has stopped because of a failure. */
  MigrationStatus stopsFor(String reason) {
    return until(
        "failure " + reason,
        status -> status.failure() != null && reason.equals(status.failure().reason()));
  }

  MigrationStatus until(String what, Predicate<MigrationStatus> wanted) {
    return until(what, Eventually.PATIENCE, wanted);
  }

  /** The same with a limit of its own. */
  MigrationStatus until(String what, Duration limit, Predicate<MigrationStatus> wanted) {
    return Eventually.until(
            handle(),
            "Migration " + name + ": " + what,
            limit,
            migration ->
                migration != null
                    && migration.getStatus() != null
                    && wanted.test(migration.getStatus()))
        .getStatus();
  }

  void abort() {
    patch("{\"spec\":{\"abort\":true}}");
  }

  void pause(boolean paused) {
    patch("{\"spec\":{\"paused\":" + paused + "}}");
  }

  private void patch(String patch) {
    handle().patch(PatchContext.of(PatchType.JSON_MERGE), patch);
  }

  /** Deletes it and waits until it is gone. */
  void deleted() {
    handle().delete();
    Eventually.gone(handle(), "Migration " + name);
  }

  /** The reasons of the events about it. */
  List<String> events() {
    JsonNode events = LocalCluster.get("/api/v1/namespaces/" + namespace + "/events").path("items");
    return events
        .valueStream()
        .filter(event -> event.at("/involvedObject/kind").asText().equals("Migration"))
        .filter(event -> event.at("/involvedObject/name").asText().equals(name))
        .map(event -> event.path("reason").asText())
        .toList();
  }

  static boolean hasEnded(MigrationStatus status) {
    return status.completionTime() != null;
  }

  static boolean is(MigrationStatus status, String type, String value) {
    return condition(status, type).filter(found -> found.getStatus().equals(value)).isPresent();
  }

  static Optional<Condition> condition(MigrationStatus status, String type) {
    return Optional.ofNullable(status.conditions()).stream()
        .flatMap(List::stream)
        .filter(condition -> condition.getType().equals(type))
        .findFirst();
  }

  /** A step of the journal; one that is pending where there is none of that name yet. */
  static StepStatus step(MigrationStatus status, String name) {
    return Optional.ofNullable(status.steps()).stream()
        .flatMap(List::stream)
        .filter(step -> step.name().equals(name))
        .findFirst()
        .orElse(
            new StepStatus(name, "", StepState.PENDING, null, null, null, null, null, null, null));
  }
}
