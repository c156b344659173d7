package dev.godwit.operator.plan;

import static dev.godwit.api.v1alpha1.SchemaWhen.AFTER_CLEANUP;
import static dev.godwit.api.v1alpha1.SchemaWhen.BEFORE_DEPLOY;
import static org.assertj.core.api.Assertions.assertThat;

import dev.godwit.api.v1alpha1.Cleanup;
import dev.godwit.operator.guard.SchemaStands;
import java.util.List;
import org.junit.jupiter.api.Test;

/** When schemas are migrated, on the way there and on the way back. */
class SchemasTest {

  private final MigrationFixture migration =
      MigrationFixture.of(ServiceFixture.named("orders"), ServiceFixture.named("users"));

  private MigrationFixture expandAndContract() {
    return migration
        .schema("orders-contract", AFTER_CLEANUP)
        .schema("orders-expand", BEFORE_DEPLOY)
        .schema("users-expand", BEFORE_DEPLOY)
        .schema("users-contract", AFTER_CLEANUP);
  }

  private static List<String> names(List<Stage> stages) {
    return stages.stream().map(Stage::name).toList();
  }

  @Test
  void inBlueGreenTheNewVersionComesInBetween() {
    assertThat(names(expandAndContract().plan().stages()))
        .containsExactly(
            "schema-orders-expand",
            "schema-users-expand",
            "snapshot",
            "deploy",
            "grow",
            "switch",
            "monitor",
            "stability",
            "check-schemas",
            "drain-blue",
            "upgrade",
            "return",
            "drain-green",
            "remove",
            "release-schemas",
            "schema-orders-contract",
            "schema-users-contract",
            "release-contracted",
            "release");
  }

  @Test
  void inBlueGreenWhatWasExpandedIsTakenBackLast() {
    assertThat(names(expandAndContract().plan().wayBack()))
        .endsWith("deploy", "snapshot", "schema-users-expand", "schema-orders-expand");
  }

  @Test
  void inRollingAllServicesComeInBetween() {
    assertThat(names(expandAndContract().rolling(1).plan().stages()))
        .startsWith("schema-orders-expand", "schema-users-expand", "snapshot-1", "deploy-1")
        .endsWith(
            "remove",
            "release-schemas",
            "schema-orders-contract",
            "schema-users-contract",
            "release-contracted",
            "release");
  }

  @Test
  void inRollingWhatWasExpandedIsTakenBackWhenTheNewPodsAreGone() {
    assertThat(names(expandAndContract().rolling(1).plan().wayBack()))
        .startsWith(
            "release",
            "release-contracted",
            "schema-users-contract",
            "schema-orders-contract",
            "release-schemas")
        .endsWith(
            "deploy-2",
            "snapshot-2",
            "deploy-1",
            "snapshot-1",
            "schema-users-expand",
            "schema-orders-expand");
  }

  @Test
  void whereOldVersionsAreRetiredOneByOneWhatWasExpandedStaysToTheEnd() {
    assertThat(names(expandAndContract().retiring().plan().stages()))
        .startsWith("schema-orders-expand", "schema-users-expand")
        .endsWith(
            "stability",
            "check-schemas",
            "release-schemas",
            "schema-orders-contract",
            "schema-users-contract",
            "release-contracted",
            "release");
  }

  @Test
  void whereTheOldVersionIsDeletedWhatNobodyNeedsGoesAfterIt() {
    assertThat(names(expandAndContract().cleanup(Cleanup.DELETE).plan().stages()))
        .endsWith(
            "delete",
            "remove",
            "release-schemas",
            "schema-orders-contract",
            "schema-users-contract",
            "release-contracted",
            "release");
  }

  @Test
  void aNameWithDotsIsOfNoService() {
    assertThat(migration.schema("orders.expand.2", BEFORE_DEPLOY).plan().steps())
        .filteredOn(step -> step.name().startsWith("schema-"))
        .singleElement()
        .satisfies(
            step -> {
              assertThat(step.name()).isEqualTo("schema-orders.expand.2");
              assertThat(step.service()).isEmpty();
            });
  }

  @Test
  void nothingIsLetGoOfWhereNothingWasExpanded() {
    assertThat(names(migration.schema("orders-contract", AFTER_CLEANUP).plan().stages()))
        .endsWith("remove", "schema-orders-contract", "release-contracted", "release");
  }

  @Test
  void withoutSchemasThereIsNoStageOfThem() {
    assertThat(names(migration.plan().stages())).noneMatch(name -> name.contains("schema"));
  }

  @Test
  void eachSchemaHasAStageOfItsOwn() {
    assertThat(expandAndContract().plan().stages())
        .filteredOn(stage -> stage.name().startsWith("schema-"))
        .allSatisfy(
            stage -> {
              assertThat(stage.phase()).isEqualTo("MigratingSchema");
              assertThat(stage.steps()).extracting(Step::name).containsExactly(stage.name());
            });
  }

  /** What was expanded is kept from there on. */
  @Test
  void fromWhereSchemasAreLetGoOfThereIsNoWayBack() {
    assertThat(expandAndContract().cleanup(Cleanup.KEEP).plan().steps())
        .filteredOn(Step::pointOfNoReturn)
        .extracting(Step::name)
        .contains("release-schemas", "schema-orders-contract", "schema-users-contract")
        .doesNotContain("schema-orders-expand", "schema-users-expand");
  }

  @Test
  void thoseThatStandByAreWatchedUntilThereIsNoWayBack() {
    assertThat(expandAndContract().rolling(1).plan().guards())
        .filteredOn(SchemaStands.class::isInstance)
        .map(SchemaStands.class::cast)
        .allSatisfy(guard -> assertThat(guard.last()).contains("release-schemas"))
        .extracting(guard -> guard.run().name())
        .containsExactly("schema-orders-expand", "schema-users-expand");
  }
}
