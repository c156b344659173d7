package dev.godwit.operator.reconcile;

import static dev.godwit.operator.reconcile.SchemaEngineTest.ALL;
import static dev.godwit.operator.reconcile.SchemaEngineTest.migration;
import static dev.godwit.operator.reconcile.SchemaEngineTest.set;
import static org.assertj.core.api.Assertions.assertThat;

import dev.godwit.api.v1alpha1.StepState;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a person or a failure leads to where there is no way back, as from version 2 here. */
class SchemaReturnTest {

  private static SchemaWorld world() {
    return new SchemaWorld(migration(ALL, List.of("2")));
  }

  private static SchemaWorld at(String version) {
    SchemaWorld world = world();
    while (!world.database.applied.contains(version)) {
      world.settleOnce();
    }
    return world;
  }

  /** The Job of version 2 is there and has not ended. */
  private static SchemaWorld whileTwoIsAtWork() {
    SchemaWorld world = at("1");
    world.jobs.hang = true;
    decides(world);
    assertThat(world.jobs.names()).anyMatch(job -> job.contains("-2-up-"));
    return world;
  }

  /** No time passes. */
  private static void decides(SchemaWorld world) {
    for (int times = 0; times < 5; times++) {
      world.tick();
    }
  }

  private static void isLeft(SchemaWorld world, String... versions) {
    assertThat(world.database.applied).containsExactly(versions);
    assertThat(world.isKept()).isFalse();
    assertThat(world.told).anyMatch(line -> line.startsWith("left as is"));
    assertThat(world.cluster.writes).noneMatch(write -> write.contains("-3-up-"));
  }

  @Test
  void deletedItBringsNothingMore() {
    SchemaWorld world = at("2");
    world.delete();
    world.settle();

    isLeft(world, "1", "2");
  }

  @Test
  void deletedInAPauseItBringsNothingMore() {
    SchemaWorld world = at("2");
    set(world, "paused", true);
    world.settle();
    world.delete();
    world.settle();

    isLeft(world, "1", "2");
  }

  @Test
  void deletedAfterAFailureThatSomebodyHasSeenItIsNotTriedOnceMore() {
    SchemaWorld world = world();
    world.database.failing.add("3/UP");
    world.settle();
    set(world, "paused", true);
    world.settle();
    world.database.failing.clear();
    world.delete();
    world.settle();

    assertThat(world.database.applied).containsExactly("1", "2");
    assertThat(world.isKept()).isFalse();
  }

  @Test
  void abortedItStopsAndSaysSo() {
    SchemaWorld world = at("2");
    set(world, "abort", true);
    world.settle();

    assertThat(world.database.applied).containsExactly("1", "2");
    assertThat(world.condition("Stalled")).isEqualTo("True");
    assertThat(world.status().message()).contains("spec.abort", "no way back any more");

    set(world, "abort", false);
    set(world, "paused", true);
    world.settle();
    set(world, "paused", false);
    world.settle();
    assertThat(world.database.applied).isEqualTo(ALL);
    assertThat(world.status().phase()).isEqualTo("Succeeded");
  }

  @Test
  void whileItIsBroughtAnAbortWaitsForWhatComesOfIt() {
    SchemaWorld world = whileTwoIsAtWork();
    set(world, "abort", true);
    decides(world);
    assertThat(world.database.applied).containsExactly("1");
    world.jobs.hang = false;
    world.settle();

    assertThat(world.database.applied).containsExactly("1", "2");
    assertThat(world.condition("Stalled")).isEqualTo("True");
    assertThat(world.status().steps()).noneMatch(step -> step.state() == StepState.UNDO_FAILED);
  }

  @Test
  void whileItIsBroughtAnAbortGoesBackWhereNothingComesOfIt() {
    SchemaWorld world = whileTwoIsAtWork();
    set(world, "abort", true);
    decides(world);
    world.database.failing.add("2/UP");
    world.jobs.hang = false;
    world.settle();

    SchemaEngineTest.isTakenBack(world);
  }

  /** Its Job was never seen to end, and has committed all the same. */
  @Test
  void onTheWayBackItIsSaidThatNothingTakesItBack() {
    SchemaWorld world = whileTwoIsAtWork();
    world.now = world.now.plusSeconds(3 * 3600);
    decides(world);
    world.jobs.hang = false;
    world.jobs.names().stream().filter(job -> job.contains("-2-up-")).forEach(world.jobs::remove);
    world.database.applied.add("2");
    world.database.failing.add("2/DOWN");
    world.settle();

    assertThat(world.condition("Stalled")).isEqualTo("True");
    assertThat(world.status().message())
        .contains("has no down", "delete schemamigration/orders-db")
        .doesNotContain("try again");
  }

  @Test
  void whileItIsBroughtADeletionWaitsForWhatComesOfIt() {
    SchemaWorld world = whileTwoIsAtWork();
    world.delete();
    decides(world);
    assertThat(world.isKept()).isTrue();
    world.jobs.hang = false;
    world.settle();

    isLeft(world, "1", "2");
  }
}
