package dev.godwit.operator.step;

import dev.godwit.api.v1alpha1.Direction;
import dev.godwit.api.v1alpha1.OnRollback;
import dev.godwit.api.v1alpha1.SchemaStage;
import dev.godwit.api.v1alpha1.SchemaWhen;
import dev.godwit.api.v1alpha1.StepState;
import dev.godwit.operator.plan.Assessment;
import dev.godwit.operator.plan.Journal;
import dev.godwit.operator.plan.Need;
import dev.godwit.operator.plan.Observation;
import dev.godwit.operator.plan.Plan;
import dev.godwit.operator.plan.Reason;
import dev.godwit.operator.plan.Situation;
import dev.godwit.operator.plan.Step;
import dev.godwit.operator.plan.Wanted;
import dev.godwit.operator.resource.Changes;
import dev.godwit.operator.resource.Marks;
import java.util.Optional;
import java.util.Set;

/**
 * A SchemaMigration runs; one that can be taken back stands by, another one ends. It says itself
 * how it works on its database: this asks it to by a mark, and waits. What is asked is written to
 * the object from whose status was decided, so that one that has begun meanwhile is never taken for
 * one that has not.
 */
public record RunSchema(SchemaStage stage, Marks.Maker maker) implements Step {

  @Override
  public String name() {
    return name(stage.migration());
  }

  /** The name of the step that runs this SchemaMigration. */
  public static String name(String schema) {
    return "schema-" + schema;
  }

  @Override
  public Set<Need> needs() {
    return Set.of(Need.SCHEMAS);
  }

  /** What nobody needs any more is gone afterwards. */
  @Override
  public boolean pointOfNoReturn() {
    return stage.when() == SchemaWhen.AFTER_CLEANUP;
  }

  /** The new version has no traffic without what it brings, whatever becomes of a service. */
  @Override
  public boolean isStoodOn() {
    return true;
  }

  @Override
  public Assessment assess(Situation situation) {
    Optional<SchemaView> seen = seen(situation.seen());
    if (seen.isEmpty()) {
      return failed(SchemaView.title(stage.migration()) + " is not there");
    }
    SchemaView schema = seen.get();
    if (!schema.isStaged()) {
      return failed(schema.title() + " does not have mode: Staged");
    }
    if (schema.isHeldByAnother(maker.migration())) {
      return Assessment.failed(
          Reason.HELD_BY_ANOTHER,
          schema.title() + " is held by Migration " + Marks.holder(schema.object()).orElseThrow());
    }
    if (schema.hasEnded()) {
      // It is let go of by a later step: once it is, it may be gone, and this must be recorded.
      return schema.hasSucceeded()
          ? Assessment.done(schema.message())
          : failed(schema.message() + ways());
    }
    if (schema.isDeleted() && !schema.hasStarted()) {
      return failed(schema.title() + " is being deleted");
    }
    boolean ends = schema.isStandingBy() && pointOfNoReturn();
    Wanted wanted = ends ? Wanted.KEEP : Wanted.RUN;
    if (!schema.isHeld(maker.migration(), wanted)) {
      return want(schema, wanted, "asking " + schema.title() + (ends ? " to end" : " to run"));
    }
    return schema.isStandingBy() && !ends
        ? Assessment.done(schema.title() + " stands by")
        : Assessment.await(schema.isStalled() ? schema.stalledMessage() : schema.message());
  }

  /**
   * What is said of a SchemaMigration that a migration waits for and that needs a person, if there
   * is one. The migration goes on by itself when that is mended.
   */
  public static Optional<String> stalled(Plan plan, Journal journal) {
    return journal.direction() == Direction.FORWARD && journal.failure().isEmpty()
        ? plan.steps()
            .filter(RunSchema.class::isInstance)
            .map(step -> (RunSchema) step)
            .map(step -> step.stalled(journal.entry(step.name())))
            .flatMap(Optional::stream)
            .findFirst()
        : Optional.empty();
  }

  private Optional<String> stalled(Journal.Entry entry) {
    String beginning = SchemaView.title(stage.migration()) + SchemaView.STALLED;
    return Optional.of(entry.message())
        .filter(said -> entry.state() == StepState.RUNNING && said.startsWith(beginning));
  }

  /** On the way back nobody runs it again. */
  private String ways() {
    return pointOfNoReturn() ? "; delete it and create it anew to run it again" : "";
  }

  private Assessment letGo(SchemaView schema) {
    return letGo(schema, schema.hasSucceeded() ? schema.message() : "");
  }

  private Assessment letGo(SchemaView schema, String note) {
    return schema.isMarked(maker.migration())
        ? Assessment.act("letting go of " + schema.title(), Changes.wantNothing(schema.object()))
        : Assessment.done(note);
  }

  private static Assessment failed(String why) {
    return Assessment.failed(Reason.SCHEMA_FAILED, why);
  }

  private Assessment want(SchemaView schema, Wanted wanted, String why) {
    return Assessment.act(why, Changes.want(schema.object(), maker.migration(), wanted));
  }

  @Override
  public Assessment assessUndo(Situation situation) {
    Optional<SchemaView> seen = seen(situation.seen());
    if (seen.isEmpty()) {
      return Assessment.done(SchemaView.title(stage.migration()) + " is gone");
    }
    if (seen.get().isHeldByAnother(maker.migration())) {
      return Assessment.done(seen.get().title() + " is held by another Migration");
    }
    SchemaView schema = seen.get();
    if (schema.hasEnded() || !schema.hasStarted()) {
      return letGo(schema);
    }
    if (schema.isStalled() && schema.isPastReturn()) {
      return letGo(schema, schema.title() + " is left as it is: " + schema.message());
    }
    boolean kept =
        schema.isStandingBy() && (stage.onRollback() == OnRollback.KEEP || schema.isPastReturn());
    Wanted wanted = kept ? Wanted.KEEP : Wanted.TAKE_BACK;
    if (!schema.isHeld(maker.migration(), wanted)) {
      return want(
          schema,
          wanted,
          kept
              ? "keeping what " + schema.title() + " has brought"
              : "asking " + schema.title() + " to go back");
    }
    // One that had stopped before it was asked has not heard of it yet.
    return schema.isStalled() && schema.isGoingBack()
        ? Assessment.failed(Reason.SCHEMA_FAILED, schema.message())
        : Assessment.await(schema.message());
  }

  /** Why it could not be run now, if it could not. */
  Optional<String> problem(Observation observation) {
    return seen(observation)
        .map(schema -> schema.problem(maker.migration()))
        .orElseGet(() -> Optional.of(SchemaView.title(stage.migration()) + " is not there"));
  }

  /** The SchemaMigration as it was seen. */
  public Optional<SchemaView> seen(Observation observation) {
    return Optional.ofNullable(observation.schemas().get(stage.migration())).map(SchemaView::new);
  }
}
