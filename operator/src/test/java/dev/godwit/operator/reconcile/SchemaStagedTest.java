package dev.godwit.operator.reconcile;

import static dev.godwit.operator.reconcile.SchemaEngineTest.ALL;
import static dev.godwit.operator.reconcile.SchemaEngineTest.isTakenBack;
import static dev.godwit.operator.reconcile.SchemaEngineTest.migration;
import static dev.godwit.operator.reconcile.SchemaEngineTest.set;
import static dev.godwit.operator.reconcile.SchemaWorld.holder;
import static org.assertj.core.api.Assertions.assertThat;

import dev.godwit.api.v1alpha1.Migration;
import dev.godwit.operator.plan.Measured;
import dev.godwit.operator.plan.Wanted;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A SchemaMigration that is a stage of a Migration. */
class SchemaStagedTest {

  private static final String STAGED = "\"mode\": \"Staged\"";

  private static SchemaWorld world() {
    return new SchemaWorld(migration(STAGED));
  }

  private static SchemaWorld standingBy() {
    SchemaWorld world = world();
    world.want(Optional.of(Wanted.RUN));
    world.settle();
    return world;
  }

  private static void standsBy(SchemaWorld world) {
    assertThat(world.database.applied).isEqualTo(ALL);
    assertThat(world.status().phase()).isEqualTo("StandingBy");
    assertThat(world.condition("StandingBy")).isEqualTo("True");
    assertThat(world.condition("Succeeded")).isEqualTo("Unknown");
    assertThat(world.isKept()).isTrue();
  }

  /** Its Migration was left as it is meanwhile. */
  @Test
  void whatIsToBeKeptWhileItIsAtWorkEndsWithAllItsVersions() {
    SchemaWorld world = world();
    world.want(Optional.of(Wanted.RUN));
    for (int rounds = 0; world.database.applied.isEmpty() && rounds < 100; rounds++) {
      world.settleOnce();
    }
    assertThat(world.database.applied).containsExactly("1");
    world.want(Optional.of(Wanted.KEEP));
    world.settle();

    assertThat(world.database.applied).isEqualTo(ALL);
    assertThat(world.status().phase()).isEqualTo("Succeeded");
    assertThat(world.isKept()).isFalse();
  }

  @Test
  void nothingIsTouchedBeforeAMigrationWantsIt() {
    SchemaWorld world = world();
    world.settle();

    assertThat(world.jobs.names()).isEmpty();
    assertThat(world.cluster.configMaps.keySet()).isEmpty();
    assertThat(world.cluster.writes).hasSize(1);
    assertThat(world.status().phase()).isEqualTo("Staged");
    assertThat(world.condition("Ready")).isEqualTo("True");
    assertThat(world.condition("Reconciling")).isEqualTo("False");
    assertThat(world.isKept()).isFalse();
  }

  @Test
  void itStandsByUntilTheMigrationHasEnded() {
    SchemaWorld world = standingBy();
    standsBy(world);
    assertThat(world.status().message()).contains("Migration shop-2-0 stands on it");

    world.want(Optional.of(Wanted.KEEP));
    world.settle();

    assertThat(world.database.applied).isEqualTo(ALL);
    assertThat(world.condition("Succeeded")).isEqualTo("True");
    assertThat(world.condition("StandingBy")).isEqualTo("False");
    assertThat(world.isKept()).isFalse();
  }

  @Test
  void itGoesBackWithTheMigration() {
    SchemaWorld world = standingBy();
    world.want(Optional.of(Wanted.TAKE_BACK));
    world.settle();

    isTakenBack(world);
    assertThat(world.status().failure().reason()).isEqualTo("MigrationWentBack");
    assertThat(world.status().message()).contains("Migration shop-2-0 goes back");
  }

  @Test
  void itGoesBackInTheMiddleOfItsVersions() {
    SchemaWorld world = world();
    world.want(Optional.of(Wanted.RUN));
    while (!world.database.applied.contains("1")) {
      world.settleOnce();
    }
    world.want(Optional.of(Wanted.TAKE_BACK));
    world.settle();

    isTakenBack(world);
    assertThat(world.cluster.writes).noneMatch(write -> write.contains("-3-up-"));
  }

  @Test
  void itGoesBackFromAPauseAndFromAFailure() {
    SchemaWorld world = new SchemaWorld(migration(STAGED, "\"onFailure\": \"Pause\""));
    world.database.failing.add("2/UP");
    world.want(Optional.of(Wanted.RUN));
    world.settle();
    assertThat(world.status().phase()).isEqualTo("Stalled");
    set(world, "paused", true);
    world.settle();

    world.want(Optional.of(Wanted.TAKE_BACK));
    world.settle();

    isTakenBack(world);
  }

  @Test
  void whoeverWantsItBackWaitsForTheMigrationThatStandsOnIt() {
    SchemaWorld world = standingBy();
    set(world, "abort", true);
    world.delete();
    world.settle();
    standsBy(world);

    world.want(Optional.of(Wanted.TAKE_BACK));
    world.settle();
    isTakenBack(world);
  }

  /** One write may have removed the marks and set abort: that is no reason to go back at once. */
  @Test
  void withoutMarksItSaysHowItEnds() {
    SchemaWorld world = standingBy();
    set(world, "abort", true);
    world.want(Optional.empty());
    world.delete();
    world.settle();

    standsBy(world);
    assertThat(world.status().message())
        .contains(
            "no Migration holds it",
            "kubectl annotate --overwrite schemamigration/orders-db --namespace=shop"
                + " godwit.dev/wanted=Keep",
            "godwit.dev/wanted=TakeBack");
  }

  @Test
  void aWishIsHeededBeforeItStandsBy() {
    SchemaWorld world = world();
    world.want(Optional.of(Wanted.RUN));
    while (!world.database.applied.contains("1")) {
      world.settleOnce();
    }
    world.delete();
    world.settle();

    assertThat(world.database.applied).isEmpty();
    assertThat(world.isKept()).isFalse();
    assertThat(world.status().failure().message()).isEqualTo("the SchemaMigration was deleted");
  }

  @Test
  void whatHasNoDownIsLeftAndSaid() {
    SchemaWorld world = new SchemaWorld(migration(ALL, List.of("2"), STAGED));
    world.want(Optional.of(Wanted.RUN));
    world.settle();
    standsBy(world);

    world.want(Optional.of(Wanted.TAKE_BACK));
    world.settle();

    assertThat(world.database.applied).isEqualTo(ALL);
    assertThat(world.condition("Stalled")).isEqualTo("True");
    assertThat(world.condition("PastReturn")).isEqualTo("True");
    assertThat(world.status().message()).contains("There is no way back any more");
  }

  @Test
  void whatIsWantedNoMoreBeforeTheStartIsStagedAgain() {
    SchemaWorld world = world();
    world.database.planFails = Optional.of("no route to host");
    world.want(Optional.of(Wanted.RUN));
    for (int times = 0; times < 5; times++) {
      world.settleOnce();
    }
    assertThat(world.status().message()).contains("no route to host");

    world.want(Optional.empty());
    world.settle();

    assertThat(world.status().phase()).isEqualTo("Staged");
    assertThat(world.status().message()).doesNotContain("no route to host");
    assertThat(world.status().files()).isNotEmpty();
    assertThat(world.jobs.names()).isEmpty();
  }

  /** As a contraction that somebody deletes while it ends. */
  private static SchemaWorld endedAndDeleted(String state) {
    SchemaWorld world = standingBy();
    world.want(Optional.of(Wanted.KEEP));
    world.cluster.holder = Optional.of(holder(state));
    world.delete();
    world.settle();
    assertThat(world.condition("Succeeded")).isEqualTo("True");
    return world;
  }

  @Test
  void whatHasEndedStaysUntilItsMigrationHasSeenIt() {
    SchemaWorld world = endedAndDeleted("Running");
    assertThat(world.isKept()).isTrue();

    world.cluster.holder = Optional.of(holder("Done"));
    world.settle();
    assertThat(world.isKept()).isFalse();
  }

  @Test
  void whatHasEndedIsKeptForItsMigrationBeforeAnybodyDeletesIt() {
    SchemaWorld world = standingBy();
    world.want(Optional.of(Wanted.KEEP));
    world.cluster.holder = Optional.of(holder("Running"));
    world.settle();
    assertThat(world.condition("Succeeded")).isEqualTo("True");
    assertThat(world.isKept()).isTrue();

    world.want(Optional.empty());
    world.settle();
    assertThat(world.isKept()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"Pending", "Done", "Undoing", "Undone", "Failed"})
  void aMigrationThatDoesNotWaitForItDoesNotKeepIt(String state) {
    assertThat(endedAndDeleted(state).isKept()).isFalse();
  }

  @Test
  void aMarkWhoseMigrationIsGoneOrHasNotStartedDoesNotKeepIt() {
    SchemaWorld removed = endedAndDeleted("Running");
    removed.cluster.holder = Optional.empty();
    removed.settle();
    assertThat(removed.isKept()).isFalse();

    SchemaWorld another = endedAndDeleted("Running");
    another.cluster.holder = Optional.of(new Migration());
    another.settle();
    assertThat(another.isKept()).isFalse();
  }

  @Test
  void aNamespaceThatEndsWaitsForNoMigration() {
    SchemaWorld world = endedAndDeleted("Running");
    world.cluster.namespaceEnds = true;
    world.settle();
    assertThat(world.isKept()).isFalse();
  }

  /** Whoever has to create it anew must be able to delete it. */
  @Test
  void whatWasTakenBackIsNotKept() {
    SchemaWorld world = standingBy();
    world.want(Optional.of(Wanted.TAKE_BACK));
    world.cluster.holder = Optional.of(holder("Running"));
    world.delete();
    world.settle();

    isTakenBack(world);
    assertThat(world.isKept()).isFalse();
  }

  /** Such as one that was created again under the name of the one that has set the mark. */
  @Test
  void aMarkWhoseMigrationIsGoneOrHasNotComeToItSetsNothingGoing() {
    SchemaWorld world = world();
    world.want(Optional.of(Wanted.RUN));
    for (Optional<Migration> holder :
        List.of(
            Optional.<Migration>empty(),
            Optional.of(new Migration()),
            Optional.of(holder("Pending")))) {
      world.cluster.holder = holder;
      world.settle();

      assertThat(world.jobs.names()).isEmpty();
      assertThat(world.database.applied).isEmpty();
      assertThat(world.isKept()).isFalse();
      assertThat(world.condition("Stalled")).isEqualTo("True");
      assertThat(world.status().message())
          .contains(
              "the Migration that wants it is not there, or has not come to it",
              "kubectl annotate schemamigration/orders-db --namespace=shop godwit.dev/wanted- &&"
                  + " kubectl label schemamigration/orders-db --namespace=shop godwit.dev/migration-");
    }

    world.cluster.holder = Optional.of(holder("Running"));
    world.settle();
    standsBy(world);
  }

  /** The Migration has guards of its own: two that go back would not know of each other. */
  @Test
  void nobodyIsAskedForTheirHealthWhileAMigrationStandsOnIt() {
    SchemaWorld world =
        new SchemaWorld(
            migration(
                STAGED,
                "\"settle\": \"1m\"",
                SchemaHealthTest.SERVICES,
                "\"health\": " + SchemaHealthTest.QUEUE));
    world.want(Optional.of(Wanted.RUN));
    world.settle();
    world.measuring.prometheus = request -> new Measured.Value(1000, OptionalDouble.of(1000));
    world.settle();

    standsBy(world);
  }

  @Test
  void anOperatorThatIsKilledAtAnyWriteGoesOnWhereItWas() {
    isTheSameAtEveryWrite(
        Wanted.KEEP, world -> assertThat(world.condition("Succeeded")).isEqualTo("True"));
    isTheSameAtEveryWrite(Wanted.TAKE_BACK, SchemaEngineTest::isTakenBack);
  }

  private static void isTheSameAtEveryWrite(Wanted then, Consumer<SchemaWorld> end) {
    SchemaWorld calm = standingBy();
    calm.want(Optional.of(then));
    calm.settle();
    end.accept(calm);
    IntStream.rangeClosed(1, calm.cluster.writes.size())
        .forEach(
            write -> {
              SchemaWorld world = world().killedAt(write);
              world.want(Optional.of(Wanted.RUN));
              world.settle();
              standsBy(world);
              world.want(Optional.of(then));
              world.settle();
              end.accept(world);
            });
  }
}
