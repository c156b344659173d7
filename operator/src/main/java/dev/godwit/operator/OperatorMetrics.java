package dev.godwit.operator;

import dev.godwit.api.v1alpha1.Direction;
import dev.godwit.api.v1alpha1.Failure;
import dev.godwit.api.v1alpha1.Migration;
import dev.godwit.api.v1alpha1.MigrationStatus;
import dev.godwit.api.v1alpha1.PreImage;
import dev.godwit.api.v1alpha1.StepState;
import dev.godwit.operator.cluster.ApiCalls;
import dev.godwit.operator.cluster.CountedProvider.Measurement;
import dev.godwit.operator.plan.Journal;
import dev.godwit.operator.plan.Journal.Entry;
import dev.godwit.operator.plan.Plan;
import dev.godwit.operator.reconcile.MigrationListener;
import dev.godwit.operator.step.Compare;
import dev.godwit.operator.step.Verbs;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.MultiGauge.Row;
import io.micrometer.core.instrument.Tags;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The operator's own metrics. No label names an object: what has a label an object grows without
 * bound.
 */
final class OperatorMetrics implements MigrationListener, ApiCalls.Counter {

  private static final Set<String> READY_MADE =
      Set.of("errorRate", "responseTime", "throughput", "cpu", "memory");

  /** A comparison that fails the migration is taken back in the same decision. */
  private static final Set<StepState> HAVE_ENDED =
      Set.of(
          StepState.DONE,
          StepState.FAILED,
          StepState.UNDOING,
          StepState.UNDO_FAILED,
          StepState.UNDONE);

  private final MeterRegistry registry;
  private final MultiGauge migrations;

  OperatorMetrics(MeterRegistry registry) {
    this.registry = registry;
    this.migrations =
        MultiGauge.builder("godwit.migrations")
            .description("Migrations by strategy and phase")
            .register(registry);
  }

  /** Counts the Migrations that are known now. */
  void count(Stream<Migration> known) {
    Map<Tags, Long> counts =
        known.collect(Collectors.groupingBy(OperatorMetrics::tags, Collectors.counting()));
    migrations.register(
        counts.entrySet().stream()
            .<Row<?>>map(entry -> Row.of(entry.getKey(), entry.getValue()))
            .toList(),
        true);
  }

  private static Tags tags(Migration migration) {
    String phase =
        Optional.ofNullable(migration.getStatus()).map(MigrationStatus::phase).orElse("New");
    return Tags.of("phase", phase, "strategy", migration.getSpec().strategy().word());
  }

  @Override
  public void preflightFailed(Migration migration, List<String> problems) {
    registry.counter("godwit.preflight.failures").increment();
  }

  @Override
  public void recorded(Migration migration, Plan plan, Optional<Journal> before, Journal after) {
    String strategy = migration.getStatus().strategy();
    if (before.map(Journal::direction).orElse(Direction.FORWARD) != after.direction()) {
      String reason = after.failure().map(Failure::reason).orElse("Unknown");
      registry.counter("godwit.rollbacks", "strategy", strategy, "reason", reason).increment();
    }
    if (before.flatMap(Journal::completed).isEmpty()) {
      after
          .completed()
          .ifPresent(end -> completed(strategy, after, Duration.between(after.started(), end)));
    }
    compared(plan, before, after).forEach(this::count);
    switched(before, after).forEach(time -> registry.timer("godwit.switch").record(time));
  }

  private void completed(String strategy, Journal journal, Duration duration) {
    String result = journal.direction() == Direction.FORWARD ? "succeeded" : "rolledback";
    registry
        .timer("godwit.migration.duration", "strategy", strategy, "result", result)
        .record(duration);
  }

  /** The comparisons that have ended now, well or not. */
  private static Stream<PreImage.Comparison> compared(
      Plan plan, Optional<Journal> before, Journal after) {
    return plan.steps()
        .filter(Compare.class::isInstance)
        .map(step -> after.entry(step.name()))
        .filter(entry -> HAVE_ENDED.contains(entry.state()))
        .filter(
            entry ->
                before
                    .flatMap(old -> old.find(entry.step()))
                    .filter(old -> HAVE_ENDED.contains(old.state()))
                    .isEmpty())
        .flatMap(entry -> Compare.found(entry.preImage()).stream());
  }

  private void count(PreImage.Comparison found) {
    found
        .metrics()
        .forEach(
            (metric, compared) ->
                registry
                    .counter(
                        "godwit.performance.comparisons",
                        "metric",
                        metric,
                        "verdict",
                        compared.verdict().word())
                    .increment());
  }

  /** How long the switches took that have been confirmed now. */
  private static Stream<Duration> switched(Optional<Journal> before, Journal after) {
    Map<String, Entry> known =
        before.stream()
            .flatMap(journal -> journal.entries().stream())
            .collect(Collectors.toMap(Entry::step, Function.identity()));
    return after.entries().stream()
        .sorted(Comparator.comparing(Entry::step))
        .filter(entry -> entry.step().endsWith("/" + Verbs.SWITCH))
        .filter(entry -> after.isDone(entry.step()))
        .filter(
            entry ->
                known.get(entry.step()) == null
                    || !known.get(entry.step()).state().equals(entry.state()))
        .map(entry -> Duration.between(entry.since(), entry.finishedAt().orElse(entry.since())));
  }

  @Override
  public void count(String verb, String resource, String outcome) {
    registry
        .counter("godwit.api.calls", "verb", verb, "resource", resource, "outcome", outcome)
        .increment();
  }

  /** A probe was answered, or not. */
  void probed(boolean good, Duration took) {
    registry.timer("godwit.probe", "result", good ? "good" : "bad").record(took);
  }

  /** A metric was measured. Names that users have chosen are one label: there may be any number. */
  void measured(Measurement measurement) {
    String metric = READY_MADE.contains(measurement.metric()) ? measurement.metric() : "other";
    registry
        .timer("godwit.measurement", "metric", metric, "result", measurement.result())
        .record(measurement.took());
    measurement
        .samples()
        .ifPresent(
            samples ->
                registry.summary("godwit.measurement.samples", "metric", metric).record(samples));
    measurement
        .ofLimit()
        .ifPresent(
            share ->
                registry.summary("godwit.measurement.of.limit", "metric", metric).record(share));
  }

  /** An event could not be written. */
  void eventLost() {
    registry.counter("godwit.events.lost").increment();
  }
}
