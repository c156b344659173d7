package dev.godwit.operator.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.godwit.api.v1alpha1.StepState;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whole runs that restore their dump when they fail. */
class SchemaRestoreTest {

  private static final List<String> ALL = List.of("1", "2", "3");

  /** Version 1 is there, no version has a down, and the database is restored. */
  private static SchemaWorld world(String... more) {
    SchemaWorld world =
        new SchemaWorld(
            SchemaEngineTest.migration(
                ALL,
                List.of("1", "2", "3"),
                Stream.concat(
                        Stream.of(
                            """
                            "backup": {"policy": "Always", "image": "postgres:18", "claim": {"name": "backups"},
                             "keep": 3, "deadline": "1h"}
                            """,
                            "\"allowDestructive\": true",
                            "\"onFailure\": \"Restore\""),
                        Arrays.stream(more))
                    .toArray(String[]::new)));
    world.database.applied.add("1");
    return world;
  }

  private static List<String> steps(SchemaWorld world) {
    return world.status().steps().stream().map(step -> step.name()).toList();
  }

  private static void isAsBefore(SchemaWorld world) {
    assertThat(world.database.applied).as(world.cluster.writes.toString()).containsExactly("1");
    assertThat(world.database.locked).isFalse();
    assertThat(world.status().phase()).as(world.cluster.writes.toString()).isEqualTo("RolledBack");
    assertThat(world.status().current()).isEqualTo("1");
    assertThat(world.condition("SchemaRestored")).isNotIn("False", "Unknown");
    assertThat(world.condition("Locked")).isEqualTo("False");
    assertThat(world.isKept()).isFalse();
  }

  @Test
  void othersAreKeptOutFromBeforeTheDumpToTheLastVersion() {
    SchemaWorld world = world();
    world.settle();

    assertThat(steps(world))
        .containsExactly("lock", "compare", "backup", "restore", "2/up", "3/up", "unlock");
    assertThat(world.database.applied).isEqualTo(ALL);
    assertThat(world.database.locked).isFalse();
    assertThat(world.database.restored).isZero();
    assertThat(world.status().phase()).isEqualTo("Succeeded");
    assertThat(world.condition("Locked")).isEqualTo("False");
    assertThat(world.status().plan().irreversible()).isNullOrEmpty();
  }

  @Test
  void aVersionThatFailsIsFollowedByTheDump() {
    SchemaWorld world = world();
    world.database.failing.add("3/UP");
    world.settle();

    isAsBefore(world);
    assertThat(world.condition("SchemaRestored")).isEqualTo("True");
    assertThat(world.database.restored).isEqualTo(1);
    assertThat(world.status().message()).contains("version 1 again", "syntax error in 3");
  }

  @Test
  void whatNeverBeganIsNotRestored() {
    SchemaWorld world = world();
    world.database.lockFails = Optional.of("somebody else uses the role");
    world.settle();

    isAsBefore(world);
    assertThat(world.database.restored).isZero();
    assertThat(world.database.dumps).isEmpty();
    assertThat(world.status().message()).contains("lock: somebody else uses the role");
  }

  @Test
  void withoutADumpNothingIsRestored() {
    SchemaWorld world = world();
    world.jobs.backupFails = true;
    world.settle();

    isAsBefore(world);
    assertThat(world.database.restored).isZero();
  }

  @Test
  void aDumpThatCantBeRestoredIsKnownBeforeTheFirstVersion() {
    SchemaWorld world = world();
    world.jobs.rehearsalFails = true;
    world.settle();

    isAsBefore(world);
    assertThat(world.database.restored).isZero();
    assertThat(world.status().failure().reason()).isEqualTo("BackupFailed");
    assertThat(world.status().message()).contains("the dump is not restored", "the end of the log");
  }

  /** Else the Job could open the database, or not, when nobody is there to hear of it. */
  @Test
  void whoIsBeingLetInIsLetInBeforeAnythingElse() {
    SchemaWorld world = world();
    while (!world.isAt("unlock", StepState.RUNNING)) {
      world.settleOnce();
    }
    world.delete();
    world.settle();

    assertThat(world.database.locked).isFalse();
    assertThat(world.status().phase()).isEqualTo("Succeeded");
    assertThat(world.isKept()).isFalse();
  }

  @Test
  void anAbortRestoresToo() {
    SchemaWorld world = world("\"settle\": \"10m\"");
    while (world.database.applied.size() < 3) {
      world.settleOnce();
    }
    assertThat(world.condition("Locked")).isEqualTo("True");
    SchemaEngineTest.set(world, "abort", true);
    world.settle();

    isAsBefore(world);
    assertThat(world.database.restored).isEqualTo(1);
  }

  /** Others may have come in. */
  @Test
  void thereIsNoWayBackOnceOthersAreLetIn() {
    SchemaWorld world = world();
    world.database.unlockFails = Optional.of("the server is away");
    world.settle();

    assertThat(world.status().phase()).isEqualTo("Stalled");
    assertThat(world.database.restored).isZero();
    assertThat(world.database.applied).isEqualTo(ALL);
    assertThat(world.condition("Locked")).isEqualTo("True");
    assertThat(world.condition("PastReturn")).isEqualTo("True");
    assertThat(world.message("PastReturn")).isEqualTo("others were let into the database again");
    assertThat(world.status().message())
        .contains("the server is away", "others are kept out", "GRANT CONNECT ON DATABASE");
    SchemaEngineTest.set(world, "abort", true);
    world.settle();
    assertThat(world.database.restored).isZero();
    SchemaEngineTest.set(world, "abort", false);

    world.database.unlockFails = Optional.empty();
    SchemaEngineTest.set(world, "paused", true);
    world.settle();
    SchemaEngineTest.set(world, "paused", false);
    world.settle();
    assertThat(world.status().phase()).isEqualTo("Succeeded");
    assertThat(world.database.locked).isFalse();
  }

  @Test
  void aDumpThatCantBeRestoredKeepsOthersOut() {
    SchemaWorld world = world();
    world.database.failing.add("3/UP");
    world.jobs.restoreFails = true;
    world.settle();

    assertThat(world.status().phase()).isEqualTo("RollingBack");
    assertThat(world.database.locked).isTrue();
    assertThat(world.status().current()).isEqualTo("2");
    assertThat(world.condition("Locked")).isEqualTo("True");
    assertThat(world.status().message())
        .contains(
            "stopped on the way back", "others are kept out", "the end of the log", "delete job/");

    world.jobs.restoreFails = false;
    world.jobs.remove(world.status().message().replaceAll("(?s).*delete job/(\\S+) .*", "$1"));
    world.settle();
    isAsBefore(world);
  }

  @Test
  void whoLeavesItAsItIsIsToldThatOthersAreOutside() {
    SchemaWorld world = world();
    world.database.failing.add("3/UP");
    world.jobs.restoreFails = true;
    world.settle();
    world.delete();
    world.settle();

    assertThat(world.isKept()).isFalse();
    assertThat(world.told)
        .singleElement()
        .asString()
        .contains("left as is", "others are kept out", "GRANT CONNECT");
  }

  @Test
  void whatIsThereAlreadyLocksNobodyOut() {
    SchemaWorld world = world();
    world.database.applied.addAll(List.of("2", "3"));
    world.database.lockFails = Optional.of("is not to be locked");
    world.settle();

    assertThat(world.status().phase()).isEqualTo("Succeeded");
    assertThat(world.database.dumps).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"3/UP", "none"})
  void anOperatorThatIsKilledAtAnyWriteEndsAtOneOfBoth(String fails) {
    SchemaWorld calm = world();
    calm.database.failing.add(fails);
    calm.settle();
    IntStream.rangeClosed(1, calm.cluster.writes.size())
        .forEach(
            write -> {
              SchemaWorld world = world().killedAt(write);
              world.database.failing.add(fails);
              world.settle();
              assertThat(world.database.dumps)
                  .as("killed at " + write)
                  .containsExactly(List.of("1"));
              assertThat(world.database.locked).as("killed at " + write).isFalse();
              if (fails.equals("none")) {
                assertThat(world.database.applied).as("killed at " + write).isEqualTo(ALL);
              } else {
                isAsBefore(world);
              }
            });
  }
}
