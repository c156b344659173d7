package dev.godwit.operator.reconcile;

import dev.godwit.api.v1alpha1.Direction;
import dev.godwit.api.v1alpha1.Failure;
import dev.godwit.api.v1alpha1.Migration;
import dev.godwit.api.v1alpha1.SchemaMigration;
import dev.godwit.api.v1alpha1.StepState;
import dev.godwit.operator.cluster.Cluster;
import dev.godwit.operator.cluster.RejectedException;
import dev.godwit.operator.plan.Action;
import dev.godwit.operator.plan.Assessment;
import dev.godwit.operator.plan.Journal;
import dev.godwit.operator.plan.Plan;
import dev.godwit.operator.plan.Planner;
import dev.godwit.operator.plan.Situation;
import dev.godwit.operator.plan.Wanted;
import dev.godwit.operator.resource.Changes;
import dev.godwit.operator.resource.Marks;
import dev.godwit.operator.resource.RotationService;
import dev.godwit.operator.step.RunSchema;
import dev.godwit.operator.step.SchemaView;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Ends a Migration that was deleted and can be taken neither back nor forward: whatever serves now
 * is left alone.
 */
final class Abandon {

  private final Cluster cluster;
  private final MigrationListener listener;

  Abandon(Cluster cluster, MigrationListener listener) {
    this.cluster = cluster;
    this.listener = listener;
  }

  /** Whether nothing but a person could take it further. */
  boolean isStuck(Advance.Step step, Instant now) {
    return why(step, now).isPresent();
  }

  private static Optional<String> why(Advance.Step step, Instant now) {
    Journal journal = step.run().journal();
    Plan plan = step.run().plan();
    if (journal.direction() == Direction.FORWARD) {
      return Planner.isPastPointOfNoReturn(plan, journal)
          ? journal.failure().map(Failure::message).or(() -> RunSchema.stalled(plan, journal))
          : Optional.empty();
    }
    if (!Planner.isStuck(plan, journal, step.run().onUndoFailure())) {
      return Optional.empty();
    }
    // What the API server refused may be let through the next time: only a step's own word counts.
    List<Assessment> answers =
        plan.steps()
            .filter(one -> journal.entry(one.name()).state() == StepState.UNDO_FAILED)
            .map(
                one ->
                    one.assessUndo(
                        new Situation(step.seen(), journal, journal.entry(one.name()), now)))
            .toList();
    return answers.stream().allMatch(Assessment.Failed.class::isInstance)
        ? Optional.of(
            answers.stream()
                .map(Assessment.Failed.class::cast)
                .map(Assessment.Failed::message)
                .collect(Collectors.joining("; ")))
        : Optional.empty();
  }

  /**
   * Lets go of the user's objects so that another migration can hold them, and tells it; what the
   * API server refuses is told, too.
   *
   * @return whether nothing is held any more
   */
  boolean leaveAsIs(Advance.Step step, Instant now) {
    Migration migration = step.run().migration();
    String namespace = migration.getMetadata().getNamespace();
    String name = migration.getMetadata().getName();
    List<String> refused = new ArrayList<>();
    cluster
        .listHeld(Service.class, namespace, name)
        .forEach(service -> attempt(() -> leaveAsIs(service, migration), refused));
    Stream.of(Deployment.class, StatefulSet.class)
        .flatMap(kind -> cluster.listHeld(kind, namespace, name).stream())
        .forEach(workload -> attempt(() -> release(workload), refused));
    cluster
        .listHeld(SchemaMigration.class, namespace, name)
        .forEach(
            schema ->
                leftAsIs(new SchemaView(schema), name)
                    .ifPresent(
                        patch ->
                            attempt(() -> cluster.patch(patch.seen(), patch.change()), refused)));
    if (refused.isEmpty()) {
      listener.leftAsIs(migration, why(step, now).orElse(""));
    } else {
      listener.stillHeld(migration, refused);
    }
    return refused.isEmpty();
  }

  private void release(HasMetadata held) {
    Action.Patch patch = Changes.release(held);
    cluster.patch(patch.seen(), patch.change());
  }

  private static void attempt(Runnable write, List<String> refused) {
    try {
      write.run();
    } catch (RejectedException e) {
      refused.add(e.getMessage());
    }
  }

  /**
   * What serves may use what a schema has brought; what is on its way goes on to its end, and with
   * what has stopped a person may do anything.
   */
  private static Optional<Action.Patch> leftAsIs(SchemaView schema, String migration) {
    if (schema.isStandingBy()) {
      return Optional.of(Changes.want(schema.object(), migration, Wanted.KEEP));
    }
    if (schema.hasEnded() || !schema.hasStarted() || schema.isStalled()) {
      return Optional.of(Changes.wantNothing(schema.object()));
    }
    return schema.isHeld(migration, Wanted.RUN)
        ? Optional.of(Changes.want(schema.object(), migration, Wanted.KEEP))
        : Optional.empty();
  }

  /** What was made to see who is in rotation serves nobody. */
  private void leaveAsIs(Service service, Migration migration) {
    if (RotationService.isOne(service, migration.getMetadata().getUid())) {
      cluster.delete(service);
    } else {
      release(withoutRotation(service));
    }
  }

  /** Nobody gives the label to pods any more: a Service that asks for it would lose them all. */
  private HasMetadata withoutRotation(Service service) {
    Map<String, String> selector = new TreeMap<>(service.getSpec().getSelector());
    if (selector.remove(Marks.ROTATION) == null) {
      return service;
    }
    Action.Patch patch = Changes.selector(service, selector);
    return cluster.patch(patch.seen(), patch.change());
  }
}
