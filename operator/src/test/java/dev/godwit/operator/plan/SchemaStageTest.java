package dev.godwit.operator.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.godwit.api.v1alpha1.Direction;
import dev.godwit.api.v1alpha1.OnRollback;
import dev.godwit.api.v1alpha1.SchemaMigration;
import dev.godwit.api.v1alpha1.SchemaMigrationSpec;
import dev.godwit.api.v1alpha1.SchemaMigrationStatus;
import dev.godwit.api.v1alpha1.SchemaWhen;
import dev.godwit.api.v1alpha1.StepState;
import dev.godwit.operator.plan.Decision.StepAction;
import dev.godwit.operator.resource.Marks;
import dev.godwit.operator.step.RunSchema;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** SchemaMigrations as stages of a Migration. */
class SchemaStageTest {

  private static final KubernetesSerialization API = new KubernetesSerialization();
  private static final String EXPAND = "schema-expand";
  private static final String NOT_STARTED = "";
  private static final String MIGRATING = "startTime: 2026-01-01T00:00:00Z, phase: Migrating";

  private static final String STANDING_BY =
      "startTime: 2026-01-01T00:00:00Z, message: Migration shop stands on it, conditions:"
          + " [{type: StandingBy, status: 'True'}]";

  private static final String SUCCEEDED =
      "startTime: 2026-01-01T00:00:00Z, completionTime: 2026-01-01T01:00:00Z, message: the database"
          + " has version 2, conditions: [{type: Succeeded, status: 'True'}]";

  private static final String ROLLED_BACK =
      "startTime: 2026-01-01T00:00:00Z, completionTime: 2026-01-01T01:00:00Z, message: the database"
          + " has version 1 again, conditions: [{type: Succeeded, status: 'False'}, {type: Stalled,"
          + " status: 'True'}]";

  private static final String STALLED =
      "startTime: 2026-01-01T00:00:00Z, direction: Backward, message: stopped on the way back, conditions: [{type:"
          + " Stalled, status: 'True'}]";

  private ServiceFixture orders;
  private MigrationFixture migration;

  @BeforeEach
  void orders() {
    orders = ServiceFixture.named("orders");
    migration =
        MigrationFixture.of(orders)
            .schema("expand", SchemaWhen.BEFORE_DEPLOY, OnRollback.TAKE_BACK)
            .schema("contract", SchemaWhen.AFTER_CLEANUP, OnRollback.TAKE_BACK);
  }

  private static SchemaMigration schema(String name, String wanted, String status) {
    SchemaMigration schema = new SchemaMigration();
    schema.getMetadata().setName(name);
    schema.setSpec(API.unmarshal("---\n{mode: Staged, abort: false}", SchemaMigrationSpec.class));
    if (!wanted.isEmpty()) {
      schema.getMetadata().setLabels(Map.of(Marks.MIGRATION, ServiceFixture.MAKER.migration()));
      schema.getMetadata().setAnnotations(Map.of(Marks.WANTED, wanted));
    }
    if (!status.isEmpty()) {
      schema.setStatus(API.unmarshal("---\n{" + status + "}", SchemaMigrationStatus.class));
    }
    return schema;
  }

  private Decision sees(String name, String wanted, String status) {
    return migration.sees(schema(name, wanted, status)).decide();
  }

  private static List<String> wishes(Decision decision) {
    return decision.actions().stream()
        .map(StepAction::action)
        .filter(Action.Patch.class::isInstance)
        .map(Action.Patch.class::cast)
        .filter(patch -> patch.seen() instanceof SchemaMigration)
        .map(patch -> patch.change().at("/metadata/annotations/godwit.dev~1wanted").asText())
        .toList();
  }

  /** Traffic is on green. */
  private void untilMonitoring() {
    migration.sees(schema("contract", "", NOT_STARTED));
    sees("expand", "Run", STANDING_BY);
    migration.untilMonitoring();
    assertThat(migration.steps(StepState.RUNNING)).containsExactly("monitor");
  }

  @Test
  void nothingIsTouchedBeforeTheSchemaIsThere() {
    assertThat(wishes(sees("expand", "", NOT_STARTED))).containsExactly("Run");
    assertThat(sees("expand", "Run", NOT_STARTED).actions()).isEmpty();
    assertThat(sees("expand", "Run", MIGRATING).actions()).isEmpty();
    assertThat(migration.steps(StepState.RUNNING)).containsExactly(EXPAND);

    sees("expand", "Run", STANDING_BY);

    assertThat(migration.entry(EXPAND).state()).isEqualTo(StepState.DONE);
    assertThat(migration.steps(StepState.RUNNING)).contains("orders/snapshot");
  }

  @Test
  void aSchemaThatFailsTakesTheMigrationBack() {
    sees("expand", "Run", MIGRATING);
    Decision decision = sees("expand", "Run", ROLLED_BACK);

    assertThat(migration.journal().failure().orElseThrow())
        .satisfies(
            failure -> {
              assertThat(failure.reason()).isEqualTo("SchemaFailed");
              assertThat(failure.message()).contains("SchemaMigration expand: the database has");
            });
    assertThat(wishes(decision)).containsExactly("null");
    sees("expand", "", ROLLED_BACK);
    assertThat(migration.journal().completed()).isPresent();
    assertThat(migration.steps(StepState.UNDONE)).containsExactly(EXPAND);
  }

  private static final String CANNOT_START =
      "phase: Preflight, message: the operator may not create jobs, conditions: [{type: Stalled,"
          + " status: 'True', reason: PreflightFailed}]";

  @Test
  void oneThatCannotStartIsSaidInItsOwnWordsUntilItDoes() {
    sees("expand", "Run", CANNOT_START);

    assertThat(migration.entry(EXPAND).state()).isEqualTo(StepState.RUNNING);
    assertThat(migration.entry(EXPAND).message())
        .isEqualTo(
            "SchemaMigration expand is stalled (PreflightFailed): the operator may not create jobs");
    assertThat(RunSchema.stalled(migration.plan(), migration.journal()))
        .hasValue(migration.entry(EXPAND).message());

    sees("expand", "Run", MIGRATING);
    assertThat(RunSchema.stalled(migration.plan(), migration.journal())).isEmpty();
    sees("expand", "Run", STANDING_BY);
    assertThat(migration.entry(EXPAND).state()).isEqualTo(StepState.DONE);
  }

  @Test
  void whoeverGivesUpOneThatCannotStartIsHeeded() {
    sees("expand", "Run", CANNOT_START);
    migration.aborted();

    assertThat(wishes(sees("expand", "Run", CANNOT_START))).containsExactly("null");
    assertThat(RunSchema.stalled(migration.plan(), migration.journal())).isEmpty();
    sees("expand", "", NOT_STARTED);
    assertThat(migration.journal().completed()).isPresent();
  }

  @Test
  void whatIsNotThereFails() {
    migration.decide();

    assertThat(migration.journal().failure().orElseThrow().message())
        .contains("SchemaMigration expand is not there");
    assertThat(migration.journal().completed()).isPresent();
  }

  @ParameterizedTest
  @CsvSource({"TAKE_BACK, TakeBack", "KEEP, Keep"})
  void onTheWayBackTheSchemaIsLastAndAsThePolicySays(OnRollback policy, String wish) {
    migration = MigrationFixture.of(orders).schema("expand", SchemaWhen.BEFORE_DEPLOY, policy);
    untilMonitoring();
    migration.aborted();
    assertThat(wishes(migration.decide())).isEmpty();
    assertThat(migration.entry(EXPAND).state()).isEqualTo(StepState.DONE);

    migration = MigrationFixture.of(orders).schema("expand", SchemaWhen.BEFORE_DEPLOY, policy);
    sees("expand", "Run", MIGRATING);
    migration.journal(
        migration
            .journal()
            .with(migration.entry(EXPAND).ended(StepState.DONE, migration.now(), "")));
    migration.aborted();

    assertThat(wishes(sees("expand", "Run", STANDING_BY))).containsExactly(wish);
    assertThat(wishes(sees("expand", wish, STANDING_BY))).isEmpty();
    assertThat(migration.entry(EXPAND).state()).isEqualTo(StepState.UNDOING);
    assertThat(wishes(sees("expand", wish, SUCCEEDED))).containsExactly("null");
    sees("expand", "", SUCCEEDED);
    assertThat(migration.entry(EXPAND).message()).contains("the database has version 2");
    assertThat(migration.journal().completed()).isPresent();
  }

  /** Aborted while the schema is at work: only it is taken back. */
  private Decision abortedAt(String wanted, String status) {
    sees("expand", "Run", MIGRATING);
    migration.aborted();
    return sees("expand", wanted, status);
  }

  @Test
  void oneThatHasNotStartedIsLetGo() {
    assertThat(wishes(abortedAt("Run", NOT_STARTED))).containsExactly("null");
    sees("expand", "", NOT_STARTED);
    assertThat(migration.journal().completed()).isPresent();
  }

  @Test
  void oneThatIsAtWorkIsTakenBackWhateverThePolicy() {
    migration =
        MigrationFixture.of(orders).schema("expand", SchemaWhen.BEFORE_DEPLOY, OnRollback.KEEP);

    assertThat(wishes(abortedAt("Run", MIGRATING))).containsExactly("TakeBack");
  }

  @Test
  void whatHasNoDownIsKept() {
    assertThat(
            wishes(
                abortedAt(
                    "Run", STANDING_BY.replace("[", "[{type: PastReturn, status: 'True'}, "))))
        .containsExactly("Keep");
  }

  /** As while 3 runs, and 2 has no down. */
  @Test
  void whatHasNoDownIsLeftAsItIsInTheMiddle() {
    abortedAt(
        "",
        MIGRATING
            + ", message: there is no way back, conditions: [{type: Stalled, status: 'True'},"
            + " {type: PastReturn, status: 'True'}]");

    assertThat(migration.journal().completed()).isPresent();
    assertThat(migration.entry(EXPAND).message())
        .isEqualTo(
            "SchemaMigration expand is left as it is: SchemaMigration expand: there is no way back");
  }

  /** With a mark on it a person could neither go on with it nor give it to another Migration. */
  @Test
  void whatIsLeftAsItIsIsLetGoOf() {
    String stalled =
        MIGRATING
            + ", conditions: [{type: Stalled, status: 'True'}, {type: PastReturn, status: 'True'}]";

    assertThat(wishes(abortedAt("TakeBack", stalled))).containsExactly("null");
    assertThat(wishes(sees("expand", "", stalled))).isEmpty();
    assertThat(migration.journal().completed()).isPresent();
  }

  @Test
  void oneThatStoppedBeforeItWasAskedIsNotStuck() {
    abortedAt("TakeBack", STALLED.replace("Backward", "Forward"));

    assertThat(migration.entry(EXPAND).state()).isEqualTo(StepState.UNDOING);
  }

  @Test
  void oneThatIsStuckIsSaidAndWaitedFor() {
    abortedAt("TakeBack", STALLED);

    assertThat(migration.entry(EXPAND).state()).isEqualTo(StepState.UNDO_FAILED);
    assertThat(migration.entry(EXPAND).message()).contains("stopped on the way back");
    assertThat(migration.isStuck()).isTrue();
    sees("expand", "TakeBack", ROLLED_BACK);
    assertThat(migration.isStuck()).isFalse();
  }

  @Test
  void oneThatIsGoneOrAnothersHoldsUpNobody() {
    sees("expand", "Run", MIGRATING);
    migration.aborted().withoutSchemas().decide();
    assertThat(migration.journal().completed()).isPresent();
  }

  @Test
  void anothersIsNotTouched() {
    SchemaMigration others = schema("expand", "Run", STANDING_BY);
    others.getMetadata().setLabels(Map.of(Marks.MIGRATION, "another"));

    Decision decision = migration.sees(others).decide();

    assertThat(wishes(decision)).isEmpty();
    assertThat(migration.journal().failure().orElseThrow().message())
        .contains("is held by Migration another");
    assertThat(migration.journal().completed()).isPresent();
  }

  @ParameterizedTest
  @ValueSource(strings = {"aborted", "deleted", "gone", "back"})
  void whoeverWantsTheSchemaBackTakesTrafficBackFirst(String how) {
    untilMonitoring();
    SchemaMigration schema =
        schema("expand", "Run", how.equals("back") ? ROLLED_BACK : STANDING_BY);
    switch (how) {
      case "aborted" ->
          schema.setSpec(
              API.unmarshal("---\n{mode: Staged, abort: true}", SchemaMigrationSpec.class));
      case "deleted" -> schema.getMetadata().setDeletionTimestamp("2026-01-01T00:00:00Z");
      default -> {}
    }
    migration.withoutSchemas();
    Decision decision = how.equals("gone") ? migration.decide() : migration.sees(schema).decide();

    assertThat(migration.journal().direction()).isEqualTo(Direction.BACKWARD);
    assertThat(migration.journal().failure().orElseThrow().reason()).isEqualTo("SchemaWithdrawn");
    assertThat(wishes(decision)).isEmpty();
    assertThat(migration.entry("orders/switch").state()).isEqualTo(StepState.UNDOING);
  }

  @Test
  void whatWasNotLookedAtIsNotGone() {
    untilMonitoring();
    Set<Need> others = EnumSet.complementOf(EnumSet.of(Need.SCHEMAS));
    migration.withoutSchemas().shown(others.toArray(Need[]::new)).decide();

    assertThat(migration.journal().direction()).isEqualTo(Direction.FORWARD);
    assertThat(Planner.needs(migration.plan(), migration.journal())).contains(Need.SCHEMAS);
  }

  @Test
  void marksThatSomebodyRemovesAreSetAgain() {
    untilMonitoring();

    assertThat(wishes(sees("expand", "", STANDING_BY))).containsExactly("Run");
    assertThat(migration.journal().direction()).isEqualTo(Direction.FORWARD);
  }

  @Test
  void marksAreSetAgainOnTheWayBackToo() {
    untilMonitoring();
    migration.aborted().decide();

    assertThat(wishes(sees("expand", "", STANDING_BY))).containsExactly("Run");
  }

  @Test
  void whatCannotBeContractedAnyMoreIsFoundBeforeThePointOfNoReturn() {
    untilMonitoring();
    migration.withoutSchemas().sees(schema("expand", "Run", STANDING_BY));
    migration.after(Duration.ofMinutes(10)).decide();
    migration.after(Duration.ofHours(1)).decide();

    assertThat(migration.journal().direction()).isEqualTo(Direction.BACKWARD);
    assertThat(migration.journal().failure().orElseThrow().message())
        .isEqualTo("check-schemas: SchemaMigration contract is not there");
  }

  /** The clean-up is over but for the schemas. */
  private void untilRelease() {
    untilMonitoring();
    Journal journal = migration.journal();
    for (Journal.Entry entry : journal.entries()) {
      boolean isLeft =
          List.of("release-schemas", "schema-contract", "release-contracted", "orders/release")
              .contains(entry.step());
      if (!isLeft && entry.state() != StepState.DONE) {
        journal =
            journal.with(
                entry
                    .begun(migration.now(), entry.preImage())
                    .ended(StepState.DONE, migration.now(), ""));
      }
    }
    migration.journal(journal);
  }

  @Test
  void whatWasExpandedStaysBeforeAnythingIsContracted() {
    untilRelease();

    assertThat(wishes(migration.decide())).containsExactly("Keep");
    assertThat(wishes(sees("expand", "Keep", SUCCEEDED))).containsExactly("null");
    assertThat(wishes(sees("expand", "", SUCCEEDED))).containsExactly("Run");
    assertThat(sees("contract", "Run", MIGRATING).actions()).isEmpty();
    assertThat(wishes(sees("contract", "Run", STANDING_BY))).containsExactly("Keep");
    assertThat(sees("contract", "Keep", STANDING_BY).actions()).isEmpty();
    assertThat(wishes(sees("contract", "Keep", SUCCEEDED))).containsExactly("null");
    assertThat(migration.steps(StepState.PENDING)).contains("orders/release");
    assertThat(migration.entry("schema-contract").state()).isEqualTo(StepState.DONE);
    sees("contract", "", SUCCEEDED);
    assertThat(migration.steps(StepState.PENDING)).isEmpty();
  }

  /** That it has ended is recorded before its mark goes, which is what it is kept for. */
  @Test
  void aContractionThatIsGoneWhenItsEndWasSeenIsNotMissed() {
    untilRelease();
    sees("expand", "", SUCCEEDED);
    Decision decision = sees("contract", "Keep", SUCCEEDED);

    assertThat(migration.entry("schema-contract").state()).isEqualTo(StepState.DONE);
    assertThat(wishes(decision)).containsExactly("null");
    migration.withoutSchemas().decide();
    assertThat(migration.journal().failure()).isEmpty();
    assertThat(migration.steps(StepState.PENDING)).isEmpty();
  }

  @Test
  void aContractionThatFailsStopsAndTakesNothingBack() {
    untilRelease();
    sees("expand", "", SUCCEEDED);
    sees("contract", "Run", ROLLED_BACK);

    assertThat(migration.journal().direction()).isEqualTo(Direction.FORWARD);
    assertThat(migration.journal().failure().orElseThrow())
        .satisfies(
            failure -> {
              assertThat(failure.reason()).isEqualTo("SchemaFailed");
              assertThat(failure.message())
                  .endsWith("delete it and create it anew to run it again");
            });

    migration.paused(true).decide();
    migration.sees(schema("contract", "", NOT_STARTED)).paused(false);
    assertThat(wishes(migration.decide())).containsExactly("Run");
    assertThat(migration.journal().failure()).isEmpty();
  }
}
