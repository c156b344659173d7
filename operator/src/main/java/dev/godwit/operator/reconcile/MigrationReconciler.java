package dev.godwit.operator.reconcile;

import dev.godwit.api.v1alpha1.Migration;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import io.javaoperatorsdk.operator.processing.event.source.IndexerResourceCache;
import java.time.Duration;
import java.time.Instant;
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

  /**
   * How often a Migration that is due again at once is looked at before others have their turn: to
   * be scheduled costs more than to go on.
   */
  private static final int MOST_MORE = 3;

  private final MigrationEngine engine;
  private final Wakeups wakeups;
  private final InstantSource clock;
  private volatile Optional<IndexerResourceCache<Migration>> migrations = Optional.empty();

  /** A reconciler that is woken by these wake-ups. */
  public MigrationReconciler(MigrationEngine engine, Wakeups wakeups, InstantSource clock) {
    this.engine = engine;
    this.wakeups = wakeups;
    this.clock = clock;
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
      return UpdateControl.noUpdate();
    }
    try (var _ = MDC.putCloseable("namespace", migration.getMetadata().getNamespace());
        var _ = MDC.putCloseable("migration", migration.getMetadata().getName())) {
      Outcome<Migration> outcome = engine.tick(migration, clock.instant());
      for (int more = 0; more < MOST_MORE && isDue(outcome); more++) {
        outcome = engine.tick(outcome.latest(), clock.instant());
      }
      return control(outcome);
    }
  }

  private boolean isDue(Outcome<Migration> outcome) {
    return outcome.recheck().filter(when -> !when.isAfter(clock.instant())).isPresent();
  }

  private UpdateControl<Migration> control(Outcome<Migration> outcome) {
    UpdateControl<Migration> control = UpdateControl.noUpdate();
    outcome.recheck().ifPresent(when -> control.rescheduleAfter(delay(when)));
    return control;
  }

  private Duration delay(Instant when) {
    Duration delay = Duration.between(clock.instant(), when);
    // A millisecond more than is left: a wait must be over when it is looked at again.
    return delay.isNegative() ? Duration.ZERO : delay.plusMillis(1);
  }
}
