package dev.godwit.operator.reconcile;

import dev.godwit.api.v1alpha1.SchemaMigration;
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
 * Connects the engine of SchemaMigrations with the operator framework. Must be registered so that
 * it is called on all events, those of deletion included.
 */
public final class SchemaReconciler implements Reconciler<SchemaMigration> {

  private final SchemaEngine engine;
  private final Wakeups<SchemaMigration> wakeups;
  private final Turns turns;
  private final Successors<SchemaMigration> successors;
  private final InstantSource clock;
  private volatile Optional<IndexerResourceCache<SchemaMigration>> migrations = Optional.empty();

  /** A reconciler that is woken by these wake-ups. */
  public SchemaReconciler(
      SchemaEngine engine, Wakeups<SchemaMigration> wakeups, InstantSource clock) {
    this.engine = engine;
    this.wakeups = wakeups;
    this.clock = clock;
    this.turns = new Turns(clock);
    this.successors = new Successors<>(wakeups::made, this::sameName);
  }

  @Override
  public List<EventSource<?, SchemaMigration>> prepareEventSources(
      EventSourceContext<SchemaMigration> context) {
    migrations = Optional.of(context.getPrimaryCache());
    return List.of(wakeups);
  }

  /** All SchemaMigrations that are known now. */
  public Stream<SchemaMigration> migrations() {
    return migrations.stream().flatMap(cache -> cache.list(migration -> true));
  }

  @Override
  public UpdateControl<SchemaMigration> reconcile(
      SchemaMigration migration, Context<SchemaMigration> context) {
    if (context.isPrimaryResourceDeleted()) {
      engine.forget(migration);
      successors.deleted(migration);
      return UpdateControl.noUpdate();
    }
    try (var _ = MDC.putCloseable("namespace", migration.getMetadata().getNamespace());
        var _ = MDC.putCloseable("schemaMigration", migration.getMetadata().getName())) {
      return turns.take(migration, one -> engine.tick(one, clock.instant()));
    }
  }

  private Optional<SchemaMigration> sameName(SchemaMigration one) {
    return migrations.flatMap(cache -> cache.get(ResourceID.fromResource(one)));
  }
}
