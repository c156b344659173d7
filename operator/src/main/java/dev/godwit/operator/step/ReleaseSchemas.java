package dev.godwit.operator.step;

import dev.godwit.operator.plan.Action;
import dev.godwit.operator.plan.Assessment;
import dev.godwit.operator.plan.Need;
import dev.godwit.operator.plan.Situation;
import dev.godwit.operator.plan.Step;
import dev.godwit.operator.plan.Wanted;
import dev.godwit.operator.resource.Changes;
import dev.godwit.operator.resource.Marks;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The SchemaMigrations that stand by end with what they have brought, and those that have ended are
 * let go of.
 */
public record ReleaseSchemas(String name, List<RunSchema> runs, Marks.Maker maker) implements Step {

  /** Name of the step for those that were expanded. */
  public static final String EXPANDED = "release-schemas";

  /** Name of the step for those that were contracted. */
  public static final String CONTRACTED = "release-contracted";

  /** Copies the list. */
  public ReleaseSchemas {
    runs = List.copyOf(runs);
  }

  @Override
  public Set<Need> needs() {
    return Set.of(Need.SCHEMAS);
  }

  /** What has ended can't be taken back. */
  @Override
  public boolean pointOfNoReturn() {
    return true;
  }

  @Override
  public Assessment assess(Situation situation) {
    List<SchemaView> left =
        runs.stream()
            .flatMap(run -> run.seen(situation.seen()).stream())
            .filter(this::isLeft)
            .toList();
    List<Action> actions = left.stream().flatMap(this::next).toList();
    if (!actions.isEmpty()) {
      return Assessment.act("letting go of SchemaMigrations", actions);
    }
    return left.isEmpty()
        ? Assessment.done()
        : Assessment.await(
            left.stream().map(SchemaView::message).collect(Collectors.joining("; ")));
  }

  /** One whose marks a tool has removed would stand by without an end, and keep its database. */
  private boolean isLeft(SchemaView schema) {
    boolean isOpen = schema.hasStarted() && !schema.hasEnded();
    return !schema.isHeldByAnother(maker.migration())
        && (isOpen || schema.isMarked(maker.migration()));
  }

  private Stream<Action> next(SchemaView schema) {
    if (schema.hasEnded() || !schema.hasStarted()) {
      return Stream.of(Changes.wantNothing(schema.object()));
    }
    return schema.isHeld(maker.migration(), Wanted.KEEP)
        ? Stream.of()
        : Stream.of(Changes.want(schema.object(), maker.migration(), Wanted.KEEP));
  }
}
