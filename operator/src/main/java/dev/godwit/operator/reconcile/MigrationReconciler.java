package dev.godwit.operator.reconcile;

import dev.godwit.api.v1alpha1.Migration;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import io.javaoperatorsdk.operator.processing.event.source.IndexerResourceCache;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.slf4j.MDC;

/**
 * Connects the engine with the operator framework.
 *
 * <p>Must be registered so that it is called on all events, those of deletion included: the engine
 * handles the finalizer itself, since a Migration that fails preflight must not be written to.
 */
public final class MigrationReconciler implements Reconciler<Migration> {

  private final MigrationEngine engine;
  private final Wakeups<Migration> wakeups;
  private final InstantSource clock;
  private final Turns turns;
  private final Successors<Migration> successors;
  private volatile Optional<IndexerResourceCache<Migration>> migrations = Optional.empty();

  /** A reconciler that is woken by these wake-ups. */
  public MigrationReconciler(
      MigrationEngine engine, Wakeups<Migration> wakeups, InstantSource clock) {
    this.engine = engine;
    this.wakeups = wakeups;
    this.clock = clock;
    this.turns = new Turns(clock);
    this.successors = new Successors<>(wakeups::made, this::sameName);
  }

  @Override
  public List<EventSource<?, Migration>> prepareEventSources(
      EventSourceContext<Migration> context) {
    migrations = Optional.of(context.getPrimaryCache());
    return List.of(wakeups);
  }

  /** All Migrations that are known now. */
  public Stream<Migration> migrations() {
    return migrations.stream().flatMap(cache -> cache.list(migration -> true));
  }

  @Override
  public UpdateControl<Migration> reconcile(Migration migration, Context<Migration> context) {
    if (context.isPrimaryResourceDeleted()) {
      engine.forget(migration);
      successors.deleted(migration);
      return UpdateControl.noUpdate();
    }
    try (var _ = MDC.putCloseable("namespace", migration.getMetadata().getNamespace());
        var _ = MDC.putCloseable("migration", migration.getMetadata().getName())) {
      return turns.take(migration, one -> engine.tick(one, clock.instant()));
    }
  }

  private Optional<Migration> sameName(Migration one) {
    return migrations.flatMap(cache -> cache.get(ResourceID.fromResource(one)));
  }
}
