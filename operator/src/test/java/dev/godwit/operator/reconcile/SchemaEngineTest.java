package dev.godwit.operator.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.godwit.api.v1alpha1.SchemaMigration;
import dev.godwit.api.v1alpha1.SchemaMigrationSpec;
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
  private static final List<String> ALL = List.of("1", "2", "3");

  /** What the API server makes of a specification of versions that all have a down. */
  private static SchemaMigration migration(String... more) {
    return migration(ALL, List.of(), more);
  }

  private static SchemaMigration migration(
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

  private static void set(SchemaWorld world, String field, Object value) {
    world.edit(migration -> migration.setSpec(changed(migration, field, value)));
  }

  private static SchemaWorld settled(SchemaMigration migration) {
    SchemaWorld world = new SchemaWorld(migration);
    world.settle();
    return world;
  }

  private static void isTakenBack(SchemaWorld world) {
    assertThat(world.applied).isEmpty();
    assertThat(world.status().phase()).as(world.writes.toString()).isEqualTo("RolledBack");
    assertThat(world.condition("SchemaRestored")).isEqualTo("True");
    assertThat(world.condition("Succeeded")).isEqualTo("False");
    assertThat(world.isKept()).isFalse();
  }

  @Test
  void bringsVersionByVersionAndIsQuietThen() {
    SchemaWorld world = settled(migration());

    assertThat(world.applied).isEqualTo(ALL);
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
    int writes = world.writes.size();
    world.settle();
    assertThat(world.writes).hasSize(writes);
  }

  @Test
  void whatIsThereAlreadyIsNotRun() {
    SchemaWorld world = new SchemaWorld(migration());
    world.applied.addAll(List.of("1", "2"));
    world.settle();

    assertThat(world.status().plan().versions()).containsExactly("3");
    assertThat(world.jobs()).hasSize(2);
    assertThat(world.applied).isEqualTo(ALL);
  }

  @Test
  void aVersionThatFailsTakesBackThoseBefore() {
    for (String version : ALL) {
      SchemaWorld world = new SchemaWorld(migration());
      world.failing.add(version + "/UP");
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
    world.lost.add("2");
    world.settle();

    isTakenBack(world);
  }

  @Test
  void anOperatorThatIsKilledAtAnyWriteGoesOnWhereItWas() {
    int writes = settled(migration()).writes.size();
    IntStream.rangeClosed(1, writes)
        .forEach(
            write -> {
              SchemaWorld world = new SchemaWorld(migration()).killedAt(write);
              world.settle();
              assertThat(world.applied).as("killed at " + write).isEqualTo(ALL);
              assertThat(world.status().phase()).as("killed at " + write).isEqualTo("Succeeded");
              assertThat(world.writes)
                  .as("killed at " + write)
                  .hasSizeLessThanOrEqualTo(writes + 2);
            });
  }

  @Test
  void anOperatorThatIsKilledOnTheWayBackGoesOnThere() {
    SchemaWorld calm = new SchemaWorld(migration());
    calm.failing.add("3/UP");
    calm.settle();
    IntStream.rangeClosed(1, calm.writes.size())
        .forEach(
            write -> {
              SchemaWorld world = new SchemaWorld(migration()).killedAt(write);
              world.failing.add("3/UP");
              world.settle();
              isTakenBack(world);
            });
  }

  @Test
  void planOnlyRunsNothing() {
    SchemaWorld world = settled(migration("\"mode\": \"PlanOnly\""));

    assertThat(world.applied).isEmpty();
    assertThat(world.status().phase()).isEqualTo("Planned");
    assertThat(world.status().plan().versions()).isEqualTo(ALL);
    assertThat(world.condition("PlanReady")).isEqualTo("True");
    assertThat(world.condition("Stalled")).isEqualTo("False");
    assertThat(world.isKept()).isFalse();

    set(world, "mode", "Run");
    world.settle();
    assertThat(world.applied).isEqualTo(ALL);
  }

  @Test
  void whatIsDestructiveNeedsAWord() {
    SchemaWorld world = new SchemaWorld(migration());
    world.destructive = 2;
    world.settle();

    assertThat(world.applied).isEmpty();
    assertThat(world.status().message())
        .contains("spec.allowDestructive", "2 statements may lose data");
    assertThat(world.condition("PreflightPassed")).isEqualTo("False");

    set(world, "allowDestructive", true);
    world.settle();
    assertThat(world.applied).isEqualTo(ALL);
  }

  @Test
  void fromAVersionWithoutDownThereIsNoWayBack() {
    SchemaWorld world = new SchemaWorld(migration(ALL, List.of("2")));
    world.failing.add("3/UP");
    world.settle();

    assertThat(world.applied).containsExactly("1", "2");
    assertThat(world.status().phase()).isEqualTo("Stalled");
    assertThat(world.status().message()).contains("There is no way back any more");
    assertThat(world.status().plan().irreversible()).containsExactly("2");
  }

  @Test
  void aVersionWithoutDownThatNeverCameIsNoReasonToStay() {
    SchemaWorld world = new SchemaWorld(migration(ALL, List.of("2")));
    world.failing.add("2/UP");
    world.settle();

    isTakenBack(world);
  }

  @Test
  void goesDownAndUpAgainWhereThatFails() {
    SchemaWorld down = new SchemaWorld(migration("\"to\": \"1\""));
    down.applied.addAll(ALL);
    down.settle();
    assertThat(down.applied).containsExactly("1");
    assertThat(down.status().current()).isEqualTo("1");

    SchemaWorld back = new SchemaWorld(migration("\"to\": \"0\""));
    back.applied.addAll(ALL);
    back.failing.add("2/DOWN");
    back.settle();
    assertThat(back.applied).isEqualTo(ALL);
    assertThat(back.status().phase()).isEqualTo("RolledBack");
    assertThat(back.status().current()).isEqualTo("3");
  }

  @Test
  void whatCantBeTakenBackStopsTheRestUntilAPersonHasMendedIt() {
    SchemaWorld world = new SchemaWorld(migration());
    world.failing.add("3/UP");
    world.failing.add("2/DOWN");
    world.settle();

    assertThat(world.applied).containsExactly("1", "2");
    assertThat(world.condition("Stalled")).isEqualTo("True");
    assertThat(world.status().message())
        .contains("syntax error in 2", "run it again: kubectl delete job/");

    world.failing.remove("2/DOWN");
    String job = world.status().message().replaceAll("(?s).*delete job/(\\S+) .*", "$1");
    world.removeJob(job);
    world.settle();
    isTakenBack(world);
  }

  @Test
  void saysInWhatTheSchemaDiffersAfterwards() {
    SchemaWorld world = new SchemaWorld(migration());
    world.failing.add("2/UP");
    world.differences.add("table public.t1: ADDED");
    world.settle();

    assertThat(world.status().phase()).isEqualTo("RolledBack");
    assertThat(world.condition("SchemaRestored")).isEqualTo("False");
    assertThat(world.status().message()).contains("table public.t1: ADDED");
  }

  @Test
  void aPersonPausesAndAborts() {
    SchemaWorld world = settled(migration("\"paused\": true"));
    assertThat(world.applied).isEmpty();
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
    while (!world.applied.contains("1")) {
      world.settleOnce();
    }
    world.delete();
    world.settle();

    isTakenBack(world);
  }

  @Test
  void batchesAreOneJob() {
    SchemaWorld world = settled(migration("\"batch\": 2"));

    assertThat(world.applied).isEqualTo(ALL);
    assertThat(world.status().steps())
        .extracting(step -> step.name())
        .containsExactly("compare", "1..2/up", "3/up");
  }

  @Test
  void aFailedBatchIsTakenBackWhole() {
    SchemaWorld world = new SchemaWorld(migration("\"batch\": 3"));
    world.failing.add("2/UP");
    world.settle();

    isTakenBack(world);
  }

  @Test
  void settlesAfterEachVersion() {
    SchemaWorld world = new SchemaWorld(migration("\"settle\": \"1m\""));
    var begun = world.now;
    world.settle();

    assertThat(world.applied).isEqualTo(ALL);
    assertThat(world.now).isAfter(begun.plusSeconds(180));
  }

  @Test
  void aPlanThatCantBeMadeIsMadeAgainAfterAWhile() {
    SchemaWorld world = new SchemaWorld(migration());
    world.planFails = Optional.of("version 1 has changed");
    for (int rounds = 0; rounds < 5; rounds++) {
      world.settleOnce();
    }
    assertThat(world.status().message()).contains("not started", "version 1 has changed");
    int writes = world.writes.size();
    world.settleOnce();
    assertThat(world.writes).hasSize(writes);

    world.planFails = Optional.empty();
    world.settle();
    assertThat(world.applied).isEqualTo(ALL);
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
    world.others.add(busy);
    world.settle();

    assertThat(world.applied).isEmpty();
    assertThat(world.status().message()).contains("SchemaMigration other works on it");
  }

  @Test
  void readsConfigMapsAndKeepsWhatTheySayAtTheStart() {
    SchemaWorld world = new SchemaWorld(of("\"versionsFrom\": [{\"configMap\": \"orders-sql\"}]"));
    world.settle();
    assertThat(world.status().message()).contains("orders-sql");

    world.put(
        new ConfigMapBuilder()
            .withNewMetadata()
            .withName("orders-sql")
            .endMetadata()
            .addToData("1__first.up.sql", "create table t ()")
            .addToData("1__first.down.sql", "drop table t")
            .build());
    world.settle();
    assertThat(world.applied).containsExactly("1");
    assertThat(world.configMaps()).anyMatch(name -> name.startsWith("orders-db-sql-"));
  }
}
