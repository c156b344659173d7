package dev.godwit.operator.preflight;

import static dev.godwit.api.v1alpha1.SchemaWhen.AFTER_CLEANUP;
import static dev.godwit.api.v1alpha1.SchemaWhen.BEFORE_DEPLOY;
import static org.assertj.core.api.Assertions.assertThat;

import dev.godwit.api.v1alpha1.SchemaMigration;
import dev.godwit.operator.preflight.PreflightResult.Problem;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Whether the schemas that are stages of a migration wait for it. */
class SchemaChecksTest {

  private static final KubernetesSerialization API = new KubernetesSerialization();
  private static final String STAGED = "mode: Staged";
  private static final String RUNNING =
      "{message: version 3 is run, startTime: \"2026-01-01T00:00:00Z\"}";
  private static final String ENDED =
      "{startTime: \"2026-01-01T00:00:00Z\", completionTime: \"2026-01-01T00:01:00Z\"}";

  private final NamespaceFixture namespace = NamespaceFixture.namespace();

  private static SchemaMigration schema(String name, String metadata, String mode, String status) {
    return API.unmarshal(
        """
        apiVersion: godwit.dev/v1alpha1
        kind: SchemaMigration
        metadata: {name: %s, namespace: shop%s}
        spec: {database: {secretRef: {name: %s-db}}, %s}
        status: %s
        """
            .formatted(name, metadata, name.split("-", 2)[0], mode, status),
        SchemaMigration.class);
  }

  private static SchemaMigration waiting(String name) {
    return schema(name, "", STAGED, "{phase: Staged, message: it waits}");
  }

  private static SchemaMigration heldBy(String migration, String status) {
    return schema(
        "orders-expand", ", labels: {godwit.dev/migration: " + migration + "}", STAGED, status);
  }

  private void expand(SchemaMigration schema) {
    namespace.stage("orders-expand", BEFORE_DEPLOY).schema(schema);
  }

  private void assertProblem(String message) {
    assertThat(namespace.check().passed()).isFalse();
    assertThat(namespace.check().problems())
        .containsExactly(
            new Problem("spec.schemas[0].migration", "SchemaMigration orders-expand " + message));
  }

  @Test
  void thoseThatWaitAreFine() {
    expand(waiting("orders-expand"));
    namespace.stage("orders-contract", AFTER_CLEANUP).schema(waiting("orders-contract"));

    assertThat(namespace.check().passed()).isTrue();
  }

  @Test
  void oneOfWhichNothingIsKnownYetIsFine() {
    expand(schema("orders-expand", "", STAGED, "null"));

    assertThat(namespace.check().passed()).isTrue();
  }

  @Test
  void oneThatThisMigrationHoldsAlreadyIsFine() {
    expand(heldBy("shop-2-0", "null"));

    assertThat(namespace.check().passed()).isTrue();
  }

  @Test
  void oneThatDoesNotExistIsNamed() {
    namespace.stage("orders-expand", BEFORE_DEPLOY);

    assertProblem("does not exist in this namespace");
  }

  @Test
  void oneThatStartsByItselfMustBeStaged() {
    expand(schema("orders-expand", "", "mode: Run", "null"));

    assertProblem("starts by itself: set its spec.mode to Staged before it has started");
  }

  @Test
  void oneThatIsBeingDeletedDoesNotWait() {
    expand(
        schema("orders-expand", ", deletionTimestamp: \"2026-01-01T00:00:00Z\"", STAGED, "null"));

    assertProblem("is being deleted");
  }

  @Test
  void oneThatHasEndedDoesNotRunAgain() {
    expand(schema("orders-expand", "", STAGED, ENDED));

    assertProblem(
        "has ended already: leave it out, or delete it, which leaves the database as it is, and"
            + " create it again");
  }

  @Test
  void oneThatAnotherMigrationHoldsIsWaitedFor() {
    expand(heldBy("shop-1-9", RUNNING));

    assertProblem("is held by Migration shop-1-9: wait for its end");
  }

  @Test
  void oneThatHasStartedSaysHowItIsLetGoOf() {
    expand(schema("orders-expand", "", STAGED, RUNNING));

    assertProblem(
        "has run for another Migration, and says how it is let go of: SchemaMigration"
            + " orders-expand: version 3 is run");
  }

  @Test
  void twoThatStandByOnOneDatabaseWouldWaitForEachOther() {
    namespace.stage("orders-first", BEFORE_DEPLOY).schema(waiting("orders-first"));
    namespace.stage("users-expand", BEFORE_DEPLOY).schema(waiting("users-expand"));
    namespace.stage("orders-second", BEFORE_DEPLOY).schema(waiting("orders-second"));

    assertThat(namespace.check().problems())
        .containsExactly(
            new Problem(
                "spec.schemas[2].migration",
                "SchemaMigration orders-second works on the database of SchemaMigration"
                    + " orders-first, which stands by until the end: put their versions into one"));
  }

  @Test
  void twoThatContractOneDatabaseRunOneAfterTheOther() {
    namespace.stage("orders-first", AFTER_CLEANUP).schema(waiting("orders-first"));
    namespace.stage("orders-second", AFTER_CLEANUP).schema(waiting("orders-second"));

    assertThat(namespace.check().passed()).isTrue();
  }

  @Test
  void everyProblemIsSaidAtOnce() {
    namespace.stage("missing", BEFORE_DEPLOY);
    namespace.stage("fine", BEFORE_DEPLOY).schema(waiting("fine"));
    namespace.stage("run", BEFORE_DEPLOY).schema(schema("run", "", "mode: Run", "null"));
    namespace.stage("fine-too", BEFORE_DEPLOY).schema(waiting("fine-too"));
    namespace.stage("ended", AFTER_CLEANUP).schema(schema("ended", "", STAGED, ENDED));
    namespace.withoutService("orders");

    assertThat(namespace.check().problems().stream().map(Problem::field))
        .containsAll(
            List.of(
                "spec.schemas[0].migration",
                "spec.schemas[2].migration",
                "spec.schemas[3].migration",
                "spec.schemas[4].migration",
                "spec.services[0].traffic"));
  }

  @Test
  void whereNothingMayBeSeenNothingIsSaidToBeMissing() {
    namespace.stage("orders-expand", BEFORE_DEPLOY);

    assertThat(namespace.checkUnseen("list deployments.apps").problems())
        .noneMatch(problem -> problem.field().startsWith("spec.schemas"));
  }
}
