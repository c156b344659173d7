package dev.godwit.operator.guard;

import static org.assertj.core.api.Assertions.assertThat;

import dev.godwit.api.v1alpha1.Direction;
import dev.godwit.api.v1alpha1.OnRollback;
import dev.godwit.api.v1alpha1.PreImage;
import dev.godwit.api.v1alpha1.SchemaMigration;
import dev.godwit.api.v1alpha1.SchemaMigrationSpec;
import dev.godwit.api.v1alpha1.SchemaMigrationStatus;
import dev.godwit.api.v1alpha1.SchemaStage;
import dev.godwit.api.v1alpha1.SchemaWhen;
import dev.godwit.api.v1alpha1.StepState;
import dev.godwit.operator.plan.Journal;
import dev.godwit.operator.plan.Need;
import dev.godwit.operator.plan.Observation;
import dev.godwit.operator.plan.Reason;
import dev.godwit.operator.plan.Situation;
import dev.godwit.operator.plan.Verdict;
import dev.godwit.operator.resource.Marks;
import dev.godwit.operator.step.RunSchema;
import io.fabric8.kubernetes.api.model.ConditionBuilder;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What a Migration makes of a SchemaMigration that it stands on. */
class SchemaStandsTest {

  private static final Instant BEGUN = Instant.parse("2026-01-01T00:00:00Z");

  private final RunSchema run =
      new RunSchema(
          new SchemaStage("add-columns", SchemaWhen.BEFORE_DEPLOY, OnRollback.TAKE_BACK),
          new Marks.Maker("shop", "uid-1", "shop"));

  private final SchemaStands guard = new SchemaStands(run, Set.of());

  @Test
  void oneThatStandsByIsFine() {
    assertThat(guard.evaluate(seeing(schema(BEGUN, "True")))).isEqualTo(Verdict.fine());
  }

  @Test
  void oneThatGoesBackThoughNobodySaysSoAnyMoreWasWithdrawn() {
    assertWithdrawn(schema(BEGUN, "False"));
  }

  @Test
  void oneThatWasCreatedAnewHasBroughtNothing() {
    assertWithdrawn(schema(null, "False"));
  }

  private void assertWithdrawn(SchemaMigration schema) {
    assertThat(guard.evaluate(seeing(schema)))
        .isInstanceOfSatisfying(
            Verdict.Trip.class,
            trip -> assertThat(trip.reason()).isEqualTo(Reason.SCHEMA_WITHDRAWN));
    assertThat(guard.upkeep(seeing(schema))).isEmpty();
  }

  private static SchemaMigration schema(Instant started, String standingBy) {
    SchemaMigration schema = new SchemaMigration();
    schema.getMetadata().setName("add-columns");
    schema.setSpec(
        new SchemaMigrationSpec(
            null, null, null, null, null, null, null, null, null, null, null, null, null, null,
            null, null, null, null, null, null, null, null, null));
    schema.setStatus(
        new SchemaMigrationStatus(
            1L,
            null,
            null,
            "what it says",
            started,
            null,
            standingBy.equals("True") ? Direction.FORWARD : Direction.BACKWARD,
            null,
            null,
            null,
            null,
            null,
            null,
            null,
            null,
            null,
            null,
            null,
            List.of(new ConditionBuilder().withType("StandingBy").withStatus(standingBy).build())));
    return schema;
  }

  private Situation seeing(SchemaMigration schema) {
    Observation seen =
        new Observation(
            Map.of(),
            Map.of(),
            Map.of(),
            Map.of(),
            Map.of(),
            Map.of(),
            Map.of(),
            Map.of("add-columns", schema),
            Optional.of(List.of()),
            Optional.empty(),
            Set.of(Need.SCHEMAS),
            Set.of(),
            Map.of());
    Journal.Entry done =
        new Journal.Entry(
            run.name(),
            "stage",
            StepState.DONE,
            Optional.of(BEGUN),
            Optional.of(BEGUN),
            Optional.empty(),
            Optional.empty(),
            1,
            "",
            PreImage.NONE);
    Journal journal =
        new Journal(BEGUN, Optional.empty(), Direction.FORWARD, Optional.empty(), List.of(done));
    return new Situation(seen, journal, null, BEGUN);
  }
}
