package dev.godwit.operator;

import dev.godwit.api.v1alpha1.Direction;
import dev.godwit.api.v1alpha1.Failure;
import dev.godwit.api.v1alpha1.SchemaDirection;
import dev.godwit.api.v1alpha1.SchemaMigration;
import dev.godwit.api.v1alpha1.SchemaMigrationStatus;
import dev.godwit.api.v1alpha1.VersionResult;
import dev.godwit.operator.plan.Journal;
import dev.godwit.operator.plan.Journal.Entry;
import dev.godwit.operator.plan.Plan;
import dev.godwit.operator.reconcile.SchemaListener;
import dev.godwit.operator.step.MoveVersions;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.MultiGauge.Row;
import io.micrometer.core.instrument.Tags;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The operator's own metrics of SchemaMigrations. No label names an object, nor a version. */
final class SchemaMetrics implements SchemaListener {

  private static final String DIRECTION = "direction";

  private final MeterRegistry registry;
  private final MultiGauge migrations;

  SchemaMetrics(MeterRegistry registry) {
    this.registry = registry;
    this.migrations =
        MultiGauge.builder("godwit.schema.migrations")
            .description("SchemaMigrations by phase")
            .register(registry);
  }

  /** Counts the SchemaMigrations that are known now. */
  void count(Stream<SchemaMigration> known) {
    Map<Tags, Long> counts =
        known.collect(Collectors.groupingBy(SchemaMetrics::tags, Collectors.counting()));
    migrations.register(
        counts.entrySet().stream()
            .<Row<?>>map(entry -> Row.of(entry.getKey(), entry.getValue()))
            .toList(),
        true);
  }

  private static Tags tags(SchemaMigration migration) {
    return Tags.of(
        "phase",
        Optional.ofNullable(migration.getStatus()).map(SchemaMigrationStatus::phase).orElse("New"));
  }

  @Override
  public void preflightFailed(SchemaMigration migration, List<String> problems) {
    registry.counter("godwit.schema.preflight.failures").increment();
  }

  @Override
  public void recorded(
      SchemaMigration migration, Plan plan, Optional<Journal> before, Journal after) {
    String direction =
        migration.getStatus().plan().direction() == SchemaDirection.UP ? "up" : "down";
    if (before.map(Journal::direction).orElse(Direction.FORWARD) != after.direction()) {
      String reason = after.failure().map(Failure::reason).orElse("Unknown");
      registry
          .counter("godwit.schema.rollbacks", DIRECTION, direction, "reason", reason)
          .increment();
    }
    if (before.flatMap(Journal::completed).isEmpty()) {
      after
          .completed()
          .ifPresent(end -> completed(direction, after, Duration.between(after.started(), end)));
    }
    plan.steps()
        .filter(MoveVersions.class::isInstance)
        .map(MoveVersions.class::cast)
        .forEach(
            step ->
                moved(
                    direction,
                    step,
                    before.flatMap(old -> old.find(step.name())),
                    after.entry(step.name())));
  }

  private void completed(String direction, Journal journal, Duration duration) {
    String result = journal.direction() == Direction.FORWARD ? "succeeded" : "rolledback";
    registry
        .timer("godwit.schema.migration.duration", DIRECTION, direction, "result", result)
        .record(duration);
  }

  private void moved(String direction, MoveVersions step, Optional<Entry> before, Entry after) {
    int versions =
        step.moved(after.preImage()) - before.map(Entry::preImage).map(step::moved).orElse(0);
    if (versions != 0) {
      String result = versions > 0 ? "moved" : "takenback";
      registry
          .counter("godwit.schema.versions", DIRECTION, direction, "result", result)
          .increment(Math.abs(versions));
    }
    boolean isNews = before.stream().noneMatch(old -> old.preImage().results() != null);
    if (isNews && after.preImage().results() != null) {
      after.preImage().results().forEach(result -> worked(direction, result));
    }
  }

  private void worked(String direction, VersionResult result) {
    registry
        .timer("godwit.schema.version", DIRECTION, direction)
        .record(Duration.ofMillis(result.millis()));
    registry
        .counter("godwit.schema.lock.waits", DIRECTION, direction)
        .increment(result.lockWaits());
  }
}
