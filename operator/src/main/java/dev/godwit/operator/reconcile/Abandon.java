package dev.godwit.operator.reconcile;

import dev.godwit.api.v1alpha1.Direction;
import dev.godwit.api.v1alpha1.Failure;
import dev.godwit.api.v1alpha1.Migration;
import dev.godwit.api.v1alpha1.StepState;
import dev.godwit.operator.cluster.Cluster;
import dev.godwit.operator.plan.Assessment;
import dev.godwit.operator.plan.Journal;
import dev.godwit.operator.plan.Planner;
import dev.godwit.operator.plan.Situation;
import dev.godwit.operator.resource.Changes;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import java.time.Instant;
import java.util.Optional;
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
    if (journal.direction() == Direction.FORWARD) {
      return Planner.isPastPointOfNoReturn(step.run().plan(), journal)
          ? journal.failure().map(Failure::message)
          : Optional.empty();
    }
    return step.run()
        .plan()
        .steps()
        .filter(one -> journal.entry(one.name()).state() == StepState.UNDOING)
        .map(
            one ->
                one.assessUndo(new Situation(step.seen(), journal, journal.entry(one.name()), now)))
        .filter(Assessment.Failed.class::isInstance)
        .map(Assessment.Failed.class::cast)
        .map(Assessment.Failed::message)
        .findFirst();
  }

  /** Tells it, and lets go of the user's objects so that another migration can hold them. */
  void leaveAsIs(Advance.Step step, Instant now) {
    Migration migration = step.run().migration();
    listener.leftAsIs(migration, why(step, now).orElse(""));
    String namespace = migration.getMetadata().getNamespace();
    String name = migration.getMetadata().getName();
    Stream<HasMetadata> held =
        Stream.concat(
            cluster.listHeld(Deployment.class, namespace, name).stream(),
            cluster.listHeld(Service.class, namespace, name).stream());
    held.map(Changes::release).forEach(release -> cluster.patch(release.seen(), release.change()));
  }
}
