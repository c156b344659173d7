package dev.godwit.operator.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whole runs of SchemaMigrations with a backup. */
class SchemaBackupTest {

  private static final List<String> ALL = List.of("1", "2", "3");
  private static final String DUMP =
      "orders-db/orders-db-4a49acf8.dump in PersistentVolumeClaim backups";

  /** What the API server makes of a backup. */
  private static String backup(String policy) {
    return """
        "backup": {"policy": "%s", "image": "postgres:18", "claim": {"name": "backups"}, "keep": 3,
         "deadline": "1h"}
        """
        .formatted(policy);
  }

  private static SchemaWorld withBackup(String policy, String... more) {
    return new SchemaWorld(
        SchemaEngineTest.migration(
            Stream.concat(
                    Stream.of(backup(policy), "\"allowDestructive\": true"), Arrays.stream(more))
                .toArray(String[]::new)));
  }

  @ParameterizedTest
  @CsvSource({
    "Always,        0, 3, 1",
    "Always,        1, 3, 1",
    "OnDestructive, 0, 3, 0",
    "OnDestructive, 1, 3, 1",
    "OnDestructive, 0, 1, 1",
    "Never,         1, 3, 0",
    "Never,         0, 1, 0"
  })
  void theDatabaseIsDumpedBeforeTheFirstVersionWhereThePolicySaysSo(
      String policy, int destructive, String to, int dumps) {
    SchemaWorld world = withBackup(policy, "\"to\": \"" + to + "\"");
    world.database.destructive = destructive;
    world.database.applied.addAll(List.of("1", "2"));
    world.settle();

    assertThat(world.status().phase()).isEqualTo("Succeeded");
    assertThat(world.database.dumps).isEqualTo(Collections.nCopies(dumps, List.of("1", "2")));
    assertThat(world.condition("BackedUp")).isEqualTo(dumps == 0 ? "" : "True");
  }

  @Test
  void whatIsThereAlreadyIsNotDumped() {
    SchemaWorld world = withBackup("Always");
    world.database.applied.addAll(ALL);
    world.settle();

    assertThat(world.status().phase()).isEqualTo("Succeeded");
    assertThat(world.database.dumps).isEmpty();
  }

  @Test
  void saysWhereTheDumpIsAndHowLarge() {
    SchemaWorld world = withBackup("Always");
    world.settle();

    assertThat(world.status().steps())
        .filteredOn(step -> step.name().equals("backup"))
        .singleElement()
        .satisfies(
            step -> {
              assertThat(step.stage()).isEqualTo("backup");
              assertThat(step.message()).isEqualTo(DUMP + ", 4096 bytes, 12 entries");
            });
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{}",
        "done",
        "{\"outcome\":\"dumped\",\"bytes\":0,\"entries\":1}",
        "{\"outcome\":\"moved\",\"bytes\":1,\"entries\":1}",
        "{\"outcome\":\"dumped\",\"bytes\":1,\"entries\":1}{}"
      })
  void aReportOfADumpThatCantBeTrueCountsAsNone(String report) {
    SchemaWorld world = withBackup("Always");
    world.jobs.dumpReport = report;
    world.settle();

    assertThat(world.status().phase()).isEqualTo("Succeeded");
    assertThat(world.message("BackedUp")).isEqualTo(DUMP + ", of which the report is lost");
  }

  @Test
  void aBackupThatFailsLeavesEverythingAsItIs() {
    SchemaWorld world = withBackup("Always");
    world.jobs.backupFails = true;
    world.settle();

    SchemaEngineTest.isTakenBack(world);
    assertThat(world.status().failure().reason()).isEqualTo("BackupFailed");
    assertThat(world.status().message())
        .contains("no backup was made: Job orders-db-backup-", "it wrote last: the end of the log");
    assertThat(world.condition("BackedUp")).isEqualTo("False");
    assertThat(world.jobs.names()).hasSize(2);
  }

  @Test
  void aBackupThatFailedIsMadeAgainWhereAPersonWantsThat() {
    SchemaWorld world = withBackup("Always", "\"onFailure\": \"Pause\"");
    world.jobs.backupFails = true;
    world.settle();
    assertThat(world.status().phase()).isEqualTo("Stalled");
    assertThat(world.condition("BackedUp")).isEqualTo("False");

    world.jobs.backupFails = false;
    SchemaEngineTest.set(world, "paused", true);
    world.settle();
    SchemaEngineTest.set(world, "paused", false);
    world.settle();

    assertThat(world.database.applied).isEqualTo(ALL);
    assertThat(world.database.dumps).hasSize(1);
    assertThat(world.condition("BackedUp")).isEqualTo("True");
  }

  @Test
  void whatWasTakenBackOrIsStuckSaysWhereTheDumpIs() {
    SchemaWorld world = withBackup("Always");
    world.database.failing.add("2/UP");
    world.database.failing.add("1/DOWN");
    world.settle();
    assertThat(world.status().phase()).isEqualTo("RollingBack");
    assertThat(world.status().message()).contains("before the first version is in " + DUMP);

    world.database.failing.remove("1/DOWN");
    world.jobs.remove(world.status().message().replaceAll("(?s).*delete job/(\\S+) .*", "$1"));
    world.settle();

    SchemaEngineTest.isTakenBack(world);
    assertThat(world.status().message()).endsWith(DUMP + ", 4096 bytes, 12 entries");
    assertThat(world.condition("BackedUp")).isEqualTo("True");
    assertThat(world.database.dumps).hasSize(1);
  }

  @Test
  void aBackupUnderWayIsEndedByAnAbort() {
    SchemaWorld world = withBackup("Always");
    world.jobs.backupHangs = true;
    while (world.jobs.names().stream().noneMatch(job -> job.contains("backup"))) {
      world.settleOnce();
    }
    assertThat(world.status().phase()).isEqualTo("BackingUp");
    assertThat(world.condition("BackedUp")).isEqualTo("Unknown");

    SchemaEngineTest.set(world, "abort", true);
    world.settle();

    SchemaEngineTest.isTakenBack(world);
    assertThat(world.condition("BackedUp")).isEqualTo("False");
    assertThat(world.message("BackedUp"))
        .isEqualTo("no backup was made: its Job was ended before it was done");
    assertThat(world.jobs.names()).noneMatch(job -> job.contains("backup"));
  }

  /** As when it has ended long ago, and Kubernetes has removed it. */
  @Test
  void ofABackupWhoseJobIsGoneNobodyKnows() {
    SchemaWorld world = withBackup("Always");
    world.jobs.backupHangs = true;
    while (world.jobs.names().stream().noneMatch(job -> job.contains("backup"))) {
      world.settleOnce();
    }
    world.tick();
    world.jobs.names().stream().filter(job -> job.contains("backup")).forEach(world.jobs::remove);
    SchemaEngineTest.set(world, "abort", true);
    world.settle();

    SchemaEngineTest.isTakenBack(world);
    assertThat(world.condition("BackedUp")).isEqualTo("Unknown");
    assertThat(world.message("BackedUp"))
        .startsWith("it is not known whether a backup was made: look for orders-db/orders-db-");
  }

  @Test
  void aBackupThatNeverEndsFailsAfterItsOwnDeadline() {
    SchemaWorld world = withBackup("Always", "\"deadline\": \"9h\"");
    world.jobs.backupHangs = true;
    var begun = world.now;
    world.settle();

    SchemaEngineTest.isTakenBack(world);
    assertThat(world.status().failure().reason()).isEqualTo("DeadlineExceeded");
    assertThat(world.now).isBetween(begun.plusSeconds(65 * 60), begun.plusSeconds(70 * 60));
  }

  @Test
  void aDumpInABucketNeedsNoClaim() {
    SchemaWorld world =
        new SchemaWorld(
            SchemaEngineTest.migration(
                backup("Always")
                    .replace(
                        "\"claim\": {\"name\": \"backups\"}",
                        "\"bucket\": {\"image\": \"rclone:1\", \"secretRef\": {\"name\": \"s3\"}}")));
    world.cluster.hasClaim = false;
    world.settle();

    assertThat(world.database.dumps).hasSize(1);
    assertThat(world.message("BackedUp"))
        .endsWith("dump in the bucket of Secret s3, 4096 bytes, 12 entries");
  }

  @Test
  void withoutItsClaimNothingIsStarted() {
    SchemaWorld world = withBackup("Always");
    world.cluster.hasClaim = false;
    world.settle();

    assertThat(world.status().startTime()).isNull();
    assertThat(world.status().message())
        .contains("spec.backup.claim: PersistentVolumeClaim backups is not there");

    world.cluster.hasClaim = true;
    world.settle();
    assertThat(world.database.applied).isEqualTo(ALL);
  }

  @ParameterizedTest
  @ValueSource(strings = {"3/UP", "none"})
  void anOperatorThatIsKilledAtAnyWriteDumpsBeforeAnythingIsMoved(String fails) {
    SchemaWorld calm = withBackup("Always");
    calm.database.failing.add(fails);
    calm.settle();
    IntStream.rangeClosed(1, calm.cluster.writes.size())
        .forEach(
            write -> {
              SchemaWorld world = withBackup("Always").killedAt(write);
              world.database.failing.add(fails);
              world.settle();
              assertThat(world.database.dumps).as("killed at " + write).containsExactly(List.of());
              assertThat(world.database.applied)
                  .as("killed at " + write)
                  .isEqualTo(fails.equals("none") ? ALL : List.of());
              assertThat(world.condition("BackedUp")).as("killed at " + write).isEqualTo("True");
            });
  }
}
