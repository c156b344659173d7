package dev.godwit.operator.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.godwit.api.v1alpha1.ApprovalDecision;
import dev.godwit.api.v1alpha1.ApprovalState;
import dev.godwit.api.v1alpha1.SchemaMigration;
import dev.godwit.api.v1alpha1.SchemaMigrationSpec;
import dev.godwit.api.v1alpha1.StepState;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Whole runs of SchemaMigrations, against a database that knows what was applied. */
class SchemaEngineTest {

  private static final KubernetesSerialization API = new KubernetesSerialization();
  static final List<String> ALL = List.of("1", "2", "3");

  /** What the API server makes of a specification of versions that all have a down. */
  static SchemaMigration migration(String... more) {
    return migration(ALL, List.of(), more);
  }

  static SchemaMigration migration(
      List<String> versions, List<String> irreversible, String... more) {
    String listed =
        versions.stream()
            .map(
                version ->
                    """
                    {"version": "%s", "up": "create table t%s ()", %s "transactional": true}
                    """
                        .formatted(
                            version,
                            version,
                            irreversible.contains(version)
                                ? ""
                                : "\"down\": \"drop table t%s\",".formatted(version)))
            .collect(Collectors.joining(","));
    String fields = Arrays.stream(more).map(one -> ", " + one).collect(Collectors.joining());
    return of("\"versions\": [" + listed + "]" + fields);
  }

  private static SchemaMigration of(String fields) {
    SchemaMigration migration = new SchemaMigration();
    migration.setSpec(
        API.unmarshal(
            """
            {"database": {"secretRef": {"name": "orders-db"}}, "mode": "Run", "batch": 1,
             "allowDestructive": false, "lockTimeout": "500ms", "patience": "5m", "idleTimeout": "1m",
             "settle": "0s", "deadline": "1h", "onFailure": "Rollback", "paused": false,
             "abort": false, %s}
            """
                .formatted(fields),
            SchemaMigrationSpec.class));
    return migration;
  }

  private static SchemaMigrationSpec changed(
      SchemaMigration migration, String field, Object value) {
    var tree = API.convertValue(migration.getSpec(), ObjectNode.class);
    tree.putPOJO(field, value);
    return API.convertValue(tree, SchemaMigrationSpec.class);
  }

  static void set(SchemaWorld world, String field, Object value) {
    world.edit(migration -> migration.setSpec(changed(migration, field, value)));
  }

  static SchemaWorld settled(SchemaMigration migration) {
    SchemaWorld world = new SchemaWorld(migration);
    world.settle();
    return world;
  }

  static void isTakenBack(SchemaWorld world) {
    assertThat(world.database.applied).isEmpty();
    assertThat(world.status().phase()).as(world.cluster.writes.toString()).isEqualTo("RolledBack");
    assertThat(world.condition("SchemaRestored")).isEqualTo("True");
    assertThat(world.condition("Succeeded")).isEqualTo("False");
    assertThat(world.isKept()).isFalse();
  }

  @Test
  void bringsVersionByVersionAndIsQuietThen() {
    SchemaWorld world = settled(migration());

    assertThat(world.database.applied).isEqualTo(ALL);
    assertThat(world.status().phase()).isEqualTo("Succeeded");
    assertThat(world.status().current()).isEqualTo("3");
    assertThat(world.status().target()).isEqualTo("3");
    assertThat(world.condition("Ready")).isEqualTo("True");
    assertThat(world.status().steps())
        .filteredOn(step -> step.name().equals("2/up"))
        .singleElement()
        .satisfies(
            step -> {
              assertThat(step.message()).isEqualTo("5 ms, 7 rows, tried again for a lock: 1");
              assertThat(step.preImage().results()).hasSize(1);
            });
    assertThat(world.isKept()).isFalse();
    int writes = world.cluster.writes.size();
    world.settle();
    assertThat(world.cluster.writes).hasSize(writes);
  }

  @Test
  void whatIsThereAlreadyIsNotRun() {
    SchemaWorld world = new SchemaWorld(migration());
    world.database.applied.addAll(List.of("1", "2"));
    world.settle();

    assertThat(world.status().plan().versions()).containsExactly("3");
    assertThat(world.jobs.names()).hasSize(2);
    assertThat(world.database.applied).isEqualTo(ALL);
  }

  @Test
  void aVersionThatFailsTakesBackThoseBefore() {
    for (String version : ALL) {
      SchemaWorld world = new SchemaWorld(migration());
      world.database.failing.add(version + "/UP");
      world.settle();

      isTakenBack(world);
      assertThat(world.status().message()).contains("syntax error in " + version);
      assertThat(world.status().failure().reason()).isEqualTo("VersionFailed");
      assertThat(world.status().current()).isEqualTo("0");
    }
  }

  /** Its own undo asks the history, and finds it there. */
  @Test
  void aVersionWhoseCommitWasLostIsTakenBackToo() {
    SchemaWorld world = new SchemaWorld(migration());
    world.database.lost.add("2");
    world.settle();

    isTakenBack(world);
  }

  @Test
  void anOperatorThatIsKilledAtAnyWriteGoesOnWhereItWas() {
    int writes = settled(migration()).cluster.writes.size();
    IntStream.rangeClosed(1, writes)
        .forEach(
            write -> {
              SchemaWorld world = new SchemaWorld(migration()).killedAt(write);
              world.settle();
              assertThat(world.database.applied).as("killed at " + write).isEqualTo(ALL);
              assertThat(world.status().phase()).as("killed at " + write).isEqualTo("Succeeded");
              assertThat(world.cluster.writes)
                  .as("killed at " + write)
                  .hasSizeLessThanOrEqualTo(writes + 2);
            });
  }

  @Test
  void anOperatorThatIsKilledOnTheWayBackGoesOnThere() {
    SchemaWorld calm = new SchemaWorld(migration());
    calm.database.failing.add("3/UP");
    calm.settle();
    IntStream.rangeClosed(1, calm.cluster.writes.size())
        .forEach(
            write -> {
              SchemaWorld world = new SchemaWorld(migration()).killedAt(write);
              world.database.failing.add("3/UP");
              world.settle();
              isTakenBack(world);
            });
  }

  @Test
  void planOnlyRunsNothing() {
    SchemaWorld world = settled(migration("\"mode\": \"PlanOnly\""));

    assertThat(world.database.applied).isEmpty();
    assertThat(world.status().phase()).isEqualTo("Planned");
    assertThat(world.status().plan().versions()).isEqualTo(ALL);
    assertThat(world.condition("PlanReady")).isEqualTo("True");
    assertThat(world.condition("Stalled")).isEqualTo("False");
    assertThat(world.isKept()).isFalse();

    set(world, "mode", "Run");
    world.settle();
    assertThat(world.database.applied).isEqualTo(ALL);
  }

  @Test
  void whatIsDestructiveNeedsAWord() {
    SchemaWorld world = new SchemaWorld(migration());
    world.database.destructive = 2;
    world.settle();

    assertThat(world.database.applied).isEmpty();
    assertThat(world.status().message())
        .contains("spec.allowDestructive", "2 statements may lose data");
    assertThat(world.condition("PreflightPassed")).isEqualTo("False");

    set(world, "allowDestructive", true);
    world.settle();
    assertThat(world.database.applied).isEqualTo(ALL);
  }

  @Test
  void fromAVersionWithoutDownThereIsNoWayBack() {
    SchemaWorld world = new SchemaWorld(migration(ALL, List.of("2")));
    world.database.failing.add("3/UP");
    world.settle();

    assertThat(world.database.applied).containsExactly("1", "2");
    assertThat(world.status().phase()).isEqualTo("Stalled");
    assertThat(world.status().message()).contains("There is no way back any more");
    assertThat(world.status().plan().irreversible()).containsExactly("2");
  }

  @Test
  void aVersionWithoutDownThatNeverCameIsNoReasonToStay() {
    SchemaWorld world = new SchemaWorld(migration(ALL, List.of("2")));
    world.database.failing.add("2/UP");
    world.settle();

    isTakenBack(world);
  }

  @Test
  void goesDownAndUpAgainWhereThatFails() {
    SchemaWorld down = new SchemaWorld(migration("\"to\": \"1\""));
    down.database.applied.addAll(ALL);
    down.settle();
    assertThat(down.database.applied).containsExactly("1");
    assertThat(down.status().current()).isEqualTo("1");

    SchemaWorld back = new SchemaWorld(migration("\"to\": \"0\""));
    back.database.applied.addAll(ALL);
    back.database.failing.add("2/DOWN");
    back.settle();
    assertThat(back.database.applied).isEqualTo(ALL);
    assertThat(back.status().phase()).isEqualTo("RolledBack");
    assertThat(back.status().current()).isEqualTo("3");
  }

  @Test
  void whatCantBeTakenBackStopsTheRestUntilAPersonHasMendedIt() {
    SchemaWorld world = new SchemaWorld(migration());
    world.database.failing.add("3/UP");
    world.database.failing.add("2/DOWN");
    world.settle();

    assertThat(world.database.applied).containsExactly("1", "2");
    assertThat(world.condition("Stalled")).isEqualTo("True");
    assertThat(world.status().message())
        .contains("syntax error in 2", "try again: kubectl delete job/");

    world.database.failing.remove("2/DOWN");
    String job = world.status().message().replaceAll("(?s).*delete job/(\\S+) .*", "$1");
    world.jobs.remove(job);
    world.settle();
    isTakenBack(world);
  }

  @Test
  void saysInWhatTheSchemaDiffersAfterwards() {
    SchemaWorld world = new SchemaWorld(migration());
    world.database.failing.add("2/UP");
    world.database.differences.add("table public.t1: ADDED");
    world.settle();

    assertThat(world.status().phase()).isEqualTo("RolledBack");
    assertThat(world.condition("SchemaRestored")).isEqualTo("False");
    assertThat(world.status().message()).contains("table public.t1: ADDED");
  }

  @Test
  void aPersonPausesAndAborts() {
    SchemaWorld world = settled(migration("\"paused\": true"));
    assertThat(world.database.applied).isEmpty();
    assertThat(world.condition("Paused")).isEqualTo("True");

    set(world, "paused", false);
    world.tick();
    set(world, "abort", true);
    world.settle();
    isTakenBack(world);
  }

  @Test
  void whatIsDeletedInTheMiddleIsTakenBack() {
    SchemaWorld world = new SchemaWorld(migration());
    while (!world.database.applied.contains("1")) {
      world.settleOnce();
    }
    world.delete();
    world.settle();

    isTakenBack(world);
  }

  @Test
  void batchesAreOneJob() {
    SchemaWorld world = settled(migration("\"batch\": 2"));

    assertThat(world.database.applied).isEqualTo(ALL);
    assertThat(world.status().steps())
        .extracting(step -> step.name())
        .containsExactly("compare", "1..2/up", "3/up");
  }

  @Test
  void aFailedBatchIsTakenBackWhole() {
    SchemaWorld world = new SchemaWorld(migration("\"batch\": 3"));
    world.database.failing.add("2/UP");
    world.settle();

    isTakenBack(world);
  }

  @Test
  void settlesAfterEachVersion() {
    SchemaWorld world = new SchemaWorld(migration("\"settle\": \"1m\""));
    var begun = world.now;
    world.settle();

    assertThat(world.database.applied).isEqualTo(ALL);
    assertThat(world.now).isAfter(begun.plusSeconds(180));
  }

  @Test
  void aPlanThatCantBeMadeIsMadeAgainAfterAWhile() {
    SchemaWorld world = new SchemaWorld(migration());
    world.database.planFails = Optional.of("version 1 has changed");
    for (int rounds = 0; rounds < 5; rounds++) {
      world.settleOnce();
    }
    assertThat(world.status().message()).contains("not started", "version 1 has changed");
    int writes = world.cluster.writes.size();
    world.settleOnce();
    assertThat(world.cluster.writes).hasSize(writes);

    world.database.planFails = Optional.empty();
    world.settle();
    assertThat(world.database.applied).isEqualTo(ALL);
  }

  @Test
  void whatAPlanFailedForStandsUntilTheNextOneHasEnded() {
    SchemaWorld world = new SchemaWorld(migration());
    world.database.planFails = Optional.of("version 1 has changed");
    for (int rounds = 0; rounds < 5; rounds++) {
      world.settleOnce();
    }
    world.jobs.hang = true;
    world.now = world.now.plusSeconds(60);
    for (int rounds = 0; rounds < 5; rounds++) {
      world.settleOnce();
      assertThat(world.condition("Stalled")).isEqualTo("True");
      assertThat(world.status().message()).contains("version 1 has changed");
    }
    assertThat(world.jobs.names())
        .singleElement()
        .satisfies(job -> assertThat(world.jobs.end(job)).isEmpty());

    set(world, "to", "2");
    world.settleOnce();
    assertThat(world.status().phase()).isEqualTo("Planning");

    world.jobs.hang = false;
    world.database.planFails = Optional.empty();
    world.settle();
    assertThat(world.database.applied).containsExactly("1", "2");
  }

  @Test
  void oneAtATimeOnADatabase() {
    SchemaWorld other = new SchemaWorld(migration());
    other.tick();
    SchemaMigration busy = migration();
    busy.getMetadata().setName("other");
    busy.getMetadata().setUid("uid-2");
    SchemaWorld started = settled(migration("\"paused\": true"));
    busy.setStatus(started.status());

    SchemaWorld world = new SchemaWorld(migration());
    world.cluster.others.add(busy);
    world.settle();

    assertThat(world.database.applied).isEmpty();
    assertThat(world.status().message()).contains("SchemaMigration other works on it");
  }

  @Test
  void readsConfigMapsAndKeepsWhatTheySayAtTheStart() {
    SchemaWorld world = new SchemaWorld(of("\"versionsFrom\": [{\"configMap\": \"orders-sql\"}]"));
    world.settle();
    assertThat(world.status().message()).contains("orders-sql");

    world.cluster.put(
        new ConfigMapBuilder()
            .withNewMetadata()
            .withName("orders-sql")
            .endMetadata()
            .addToData("1__first.up.sql", "create table t ()")
            .addToData("1__first.down.sql", "drop table t")
            .build());
    world.settle();
    assertThat(world.database.applied).containsExactly("1");
    assertThat(world.cluster.configMaps.keySet())
        .anyMatch(name -> name.startsWith("orders-db-sql-"));
  }

  private static String gate(String onTimeout) {
    return """
        "gate": {"approval": {"name": "go", "timeout": "1h", "onTimeout": "%s", "separationOfDuties": false}}
        """
        .formatted(onTimeout);
  }

  @Test
  void onlyAWordThatMustBeGivenLetsDestroy() {
    SchemaWorld silence = new SchemaWorld(migration(gate("Proceed")));
    silence.database.destructive = 1;
    silence.settle();
    assertThat(silence.database.applied).isEmpty();
    assertThat(silence.status().message()).contains("onTimeout: Fail");

    SchemaWorld asked = new SchemaWorld(migration(gate("Fail")));
    asked.database.destructive = 1;
    for (int rounds = 0; rounds < 10; rounds++) {
      asked.settleOnce();
    }
    assertThat(asked.database.applied).isEmpty();
    assertThat(asked.condition("AwaitingApproval")).isEqualTo("True");
    asked.answers("yes", ApprovalDecision.APPROVE);
    asked.settle();
    assertThat(asked.database.applied).isEqualTo(ALL);
  }

  @Test
  void whoAnswersIsToldWhatBecomesOfIt() {
    SchemaWorld world = new SchemaWorld(migration(gate("Fail"), "\"mode\": \"PlanOnly\""));
    world.settle();
    world.answers("early", ApprovalDecision.APPROVE);
    world.settle();
    assertThat(world.told("early").state()).isEqualTo(ApprovalState.PENDING);
    assertThat(world.told("early").message()).contains("SchemaMigration has not started");
  }

  private static SchemaWorld answersAreRefused() {
    SchemaWorld world = new SchemaWorld(migration(gate("Fail")));
    for (int rounds = 0; rounds < 10; rounds++) {
      world.settleOnce();
    }
    world.cluster.answersAreRefused = Optional.of("a webhook denied the request");
    world.answers("yes", ApprovalDecision.APPROVE);
    return world;
  }

  @Test
  void whatCantBeToldOfAnAnswerHindersNothing() {
    SchemaWorld world = answersAreRefused();
    world.settle();

    assertThat(world.status().phase()).isEqualTo("Succeeded");
    assertThat(world.database.applied).isEqualTo(ALL);
    assertThat(world.isKept()).isFalse();
    assertThat(world.told("yes")).isNull();
    assertThat(world.told).contains("untold: a webhook denied the request");

    world.cluster.answersAreRefused = Optional.empty();
    world.settle();
    assertThat(world.told("yes").state()).isEqualTo(ApprovalState.ACCEPTED);
  }

  @Test
  void whatCantBeToldOfAnAnswerKeepsNothingFromBeingDeleted() {
    SchemaWorld world = answersAreRefused();
    world.delete();
    world.settle();

    assertThat(world.isKept()).isFalse();
  }

  @Test
  void whatCantBeToldIsTriedAgainWithAPause() {
    SchemaWorld world = answersAreRefused();
    for (int seconds = 0; seconds < 3600; seconds++) {
      world.settleOnce();
      world.now = world.now.plusSeconds(1);
    }

    assertThat(world.cluster.refusals).isBetween(10, 25);
  }

  private static SchemaWorld answeredAt(int write) {
    SchemaWorld world = new SchemaWorld(migration(gate("Fail"))).killedAt(write);
    for (int rounds = 0; rounds < 20; rounds++) {
      world.settleOnce();
    }
    world.answers("yes", ApprovalDecision.APPROVE);
    world.settle();
    return world;
  }

  @Test
  void anOperatorThatIsKilledStillTellsWhatBecameOfAnAnswer() {
    int writes = answeredAt(Integer.MAX_VALUE - 1).cluster.writes.size();
    IntStream.rangeClosed(1, writes)
        .mapToObj(SchemaEngineTest::answeredAt)
        .forEach(
            world -> {
              assertThat(world.database.applied).isEqualTo(ALL);
              assertThat(world.told("yes").state()).isEqualTo(ApprovalState.ACCEPTED);
            });
  }

  @Test
  void theAnswerThatCountedIsAcceptedAndOneThatComesLaterIsVoid() {
    SchemaWorld world = new SchemaWorld(migration(gate("Fail")));
    for (int rounds = 0; rounds < 10; rounds++) {
      world.settleOnce();
    }
    world.answers("yes", ApprovalDecision.APPROVE);
    world.settle();
    assertThat(world.told("yes").state()).isEqualTo(ApprovalState.ACCEPTED);
    assertThat(world.told("yes").message()).contains("approved by alice");

    world.answers("late", ApprovalDecision.DENY);
    world.settle();
    assertThat(world.told("late").state()).isEqualTo(ApprovalState.VOID);
    assertThat(world.told("late").message()).contains("the gate was passed before");
    assertThat(world.told("yes").state()).isEqualTo(ApprovalState.ACCEPTED);
  }

  @Test
  void aDenialIsAcceptedAndNothingIsRun() {
    SchemaWorld world = new SchemaWorld(migration(gate("Fail")));
    for (int rounds = 0; rounds < 10; rounds++) {
      world.settleOnce();
    }
    world.answers("no", ApprovalDecision.DENY);
    world.settle();
    assertThat(world.database.applied).isEmpty();
    assertThat(world.told("no").state()).isEqualTo(ApprovalState.ACCEPTED);
    assertThat(world.status().phase()).isEqualTo("RolledBack");
  }

  private static ConfigMap files(String up) {
    return new ConfigMapBuilder()
        .withNewMetadata()
        .withName("orders-sql")
        .endMetadata()
        .addToData("1__first.up.sql", up)
        .addToData("1__first.down.sql", "drop table t")
        .build();
  }

  @Test
  void otherSqlIsPlannedAnew() {
    SchemaWorld world = new SchemaWorld(of("\"versionsFrom\": [{\"configMap\": \"orders-sql\"}]"));
    world.cluster.put(files("drop table t"));
    world.database.destructive = 1;
    world.settle();
    assertThat(world.database.applied).isEmpty();
    List<String> planned = world.jobs.names();

    world.cluster.put(files("create table t ()"));
    world.database.destructive = 0;
    world.settle();

    assertThat(world.database.applied).containsExactly("1");
    assertThat(world.jobs.names())
        .anyMatch(job -> job.contains("-plan-") && !planned.contains(job));
  }

  @Test
  void whatSomebodyElseHasPutInThePlaceOfTheSqlIsNotRun() {
    SchemaWorld first = settled(migration());
    String name = first.cluster.configMaps.keySet().iterator().next();
    SchemaWorld world = new SchemaWorld(migration());
    world.cluster.put(
        new ConfigMapBuilder()
            .withNewMetadata()
            .withName(name)
            .endMetadata()
            .addToData("1.up.sql", "drop table users")
            .build());
    world.settle();

    assertThat(world.database.applied).isEmpty();
    assertThat(world.status().message()).contains("ConfigMap " + name, "delete it");
  }

  @Test
  void aComparisonThatFailsIsNotKnownAndHoldsUpNobody() {
    SchemaWorld world = new SchemaWorld(migration());
    world.database.failing.add("2/UP");
    world.database.comparisonFails = Optional.of("connection refused");
    world.settle();

    assertThat(world.status().phase()).isEqualTo("RolledBack");
    assertThat(world.condition("SchemaRestored")).isEqualTo("Unknown");
    assertThat(world.status().message()).contains("connection refused");
    assertThat(world.isKept()).isFalse();
  }

  @Test
  void aComparisonThatTheApiServerRefusesIsSaid() {
    SchemaWorld world = new SchemaWorld(migration());
    world.database.failing.add("2/UP");
    while (!"RollingBack".equals(world.status() == null ? "" : world.status().phase())
        || !world.database.applied.isEmpty()) {
      world.settleOnce();
    }
    world.jobs.refused = Optional.of("exceeded quota: pods");
    world.settleOnce();
    assertThat(world.condition("Stalled")).isEqualTo("True");
    assertThat(world.status().message()).contains("stopped on the way back", "exceeded quota");

    world.jobs.refused = Optional.empty();
    world.settle();
    isTakenBack(world);
  }

  /** As by a deletion in the foreground, which takes what is owned before the finalizer is gone. */
  @Test
  void sqlThatIsDeletedInTheMiddleIsPutBack() {
    SchemaWorld world = new SchemaWorld(migration());
    world.database.failing.add("3/UP");
    while (!world.database.applied.contains("2")) {
      world.settleOnce();
    }
    world.cluster.configMaps.clear();
    world.settle();
    isTakenBack(world);

    SchemaWorld from = new SchemaWorld(of("\"versionsFrom\": [{\"configMap\": \"orders-sql\"}]"));
    from.cluster.put(files("create table t ()"));
    set(from, "paused", true);
    from.settle();
    from.cluster.configMaps.clear();
    from.cluster.put(files("drop table t"));
    set(from, "paused", false);
    from.settle();
    assertThat(from.database.applied).isEmpty();
    assertThat(from.status().message()).contains("no SQL is there");
  }

  /** As after hours in which there was no operator, and the Job was removed when it had ended. */
  @Test
  void aJobThatIsMadeAnewHasItsWholeTime() {
    SchemaWorld world = new SchemaWorld(migration());
    while (!world.database.applied.contains("1")) {
      world.settleOnce();
    }
    world.jobs.names().stream().filter(job -> job.contains("-1-up-")).forEach(world.jobs::remove);
    world.now = world.now.plusSeconds(3 * 3600);
    world.tick();
    world.tick();
    world.settle();

    assertThat(world.database.applied).isEqualTo(ALL);
    assertThat(world.status().phase()).isEqualTo("Succeeded");
  }

  @Test
  void saysWhichVersionTheDatabaseHasAfterAFailure() {
    SchemaWorld batch = new SchemaWorld(migration("\"batch\": 3", "\"onFailure\": \"Pause\""));
    batch.database.failing.add("3/UP");
    batch.settle();
    assertThat(batch.database.applied).containsExactly("1", "2");
    assertThat(batch.status().current()).isEqualTo("2");

    SchemaWorld stuck = new SchemaWorld(migration());
    stuck.database.failing.add("3/UP");
    stuck.database.failing.add("2/DOWN");
    stuck.settle();
    assertThat(stuck.database.applied).containsExactly("1", "2");
    assertThat(stuck.status().current()).isEqualTo("2");
    assertThat(stuck.status().message()).contains("at version 2");
  }

  @Test
  void afterAVersionWithoutDownAPauseOpensNoWayBack() {
    SchemaWorld world = new SchemaWorld(migration(ALL, List.of("2")));
    while (!world.database.applied.contains("2")) {
      world.settleOnce();
    }
    set(world, "paused", true);
    world.settle();
    set(world, "abort", true);
    world.settle();

    assertThat(world.database.applied).containsExactly("1", "2");
    assertThat(world.status().steps()).noneMatch(step -> step.state() == StepState.UNDO_FAILED);
  }

  @Test
  void aJobThatNeverEndsIsNamedOnTheWayBack() {
    SchemaWorld world = new SchemaWorld(migration());
    set(world, "paused", true);
    world.settle();
    world.jobs.hang = true;
    set(world, "paused", false);
    world.settle();
    assertThat(world.jobs.names()).anyMatch(job -> job.contains("-1-up-"));
    set(world, "abort", true);
    world.tick();
    world.now = world.now.plusSeconds(3 * 3600);
    world.settle();

    assertThat(world.condition("Stalled")).isEqualTo("True");
    assertThat(world.status().message()).contains("kubectl delete job/orders-db-1-up-");
  }

  @Test
  void aJobThatTheApiServerRefusesIsSaid() {
    SchemaWorld world = new SchemaWorld(migration());
    world.jobs.refused = Optional.of("exceeded quota: pods");
    world.settle();
    assertThat(world.status().message()).contains("not started", "exceeded quota");

    world.jobs.refused = Optional.empty();
    world.settle();
    assertThat(world.database.applied).isEqualTo(ALL);
  }

  @Test
  void aRunThatWouldOutgrowItsStatusIsRefused() {
    List<String> many =
        IntStream.rangeClosed(1000, 1499)
            .mapToObj(number -> number + "_" + "n".repeat(90))
            .toList();
    SchemaWorld world = settled(migration(many, List.of(), "\"settle\": \"1s\""));

    assertThat(world.database.applied).isEmpty();
    assertThat(world.status().message()).contains("spec.versionsFrom", "batch");
  }
}
