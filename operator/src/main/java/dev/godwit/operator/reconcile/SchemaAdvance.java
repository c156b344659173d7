package dev.godwit.operator.reconcile;

import dev.godwit.api.v1alpha1.CheckStatus;
import dev.godwit.api.v1alpha1.Direction;
import dev.godwit.api.v1alpha1.SchemaMigration;
import dev.godwit.api.v1alpha1.SchemaMigrationStatus;
import dev.godwit.operator.cluster.Cluster;
import dev.godwit.operator.cluster.Executor;
import dev.godwit.operator.cluster.Metrics;
import dev.godwit.operator.cluster.Probes;
import dev.godwit.operator.cluster.RejectedException;
import dev.godwit.operator.cluster.SchemaObserver;
import dev.godwit.operator.plan.Action;
import dev.godwit.operator.plan.Controls;
import dev.godwit.operator.plan.Decision;
import dev.godwit.operator.plan.Decision.StepAction;
import dev.godwit.operator.plan.Journal;
import dev.godwit.operator.plan.Journal.Entry;
import dev.godwit.operator.plan.Observation;
import dev.godwit.operator.plan.Planner;
import dev.godwit.operator.resource.SpecHash;
import dev.godwit.operator.step.SchemaJobStep;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Takes a SchemaMigration that has started one decision further. */
final class SchemaAdvance {

  private final Cluster cluster;
  private final SchemaObserver observer;
  private final Probes probes;
  private final Metrics metrics;
  private final Executor executor;
  private final Recorder<SchemaMigrationStatus, SchemaMigration> recorder;
  private final SchemaListener listener;

  SchemaAdvance(
      Cluster cluster,
      SchemaObserver observer,
      Probes probes,
      Metrics metrics,
      Recorder<SchemaMigrationStatus, SchemaMigration> recorder,
      SchemaListener listener) {
    this.cluster = cluster;
    this.observer = observer;
    this.probes = probes;
    this.metrics = metrics;
    this.executor = new Executor(cluster);
    this.recorder = recorder;
    this.listener = listener;
  }

  /**
   * A course after a decision.
   *
   * @param course with the journal as it is recorded now
   * @param seen what the decision was made from
   * @param recheck when to decide again though nothing is heard
   */
  record Step(SchemaCourse course, Observation seen, Optional<Instant> recheck) {}

  /** Observe, decide, record, act; what to wait for is in the answer. */
  Step advance(SchemaCourse course, boolean deleted, Pace pace, Instant now) {
    SchemaCourse heeded = course.with(heedSpec(course, now));
    Observation seen = observe(heeded, Map.of());
    return decide(heeded, seen, true, heeded.controls(deleted), pace, now);
  }

  private Step decide(
      SchemaCourse course,
      Observation seen,
      boolean first,
      Controls controls,
      Pace pace,
      Instant now) {
    Decision decision = Planner.decide(course.plan(), course.journal(), seen, controls, now);
    SchemaCourse recorded = record(course, decision, seen, pace, now);
    probes.want(recorded.migration(), decision.probes());
    metrics.want(recorded.migration(), decision.metrics());
    Optional<Instant> putOff = pace.putOff(decision.actions(), now);
    if (putOff.isPresent()) {
      return new Step(recorded, seen, putOff);
    }
    Map<String, String> refused = execute(decision.actions(), recorded);
    return !refused.isEmpty() && first
        ? decide(recorded, observe(recorded, refused), false, controls, pace, now)
        : new Step(recorded, seen, decision.recheck());
  }

  /** What the API server refused for good, by step. */
  private Map<String, String> execute(List<StepAction> actions, SchemaCourse course) {
    List<StepAction> creating =
        actions.stream().filter(one -> one.action() instanceof Action.Create).toList();
    try {
      if (!creating.isEmpty()) {
        SchemaSources.putBack(cluster, course.migration(), course.run());
      }
    } catch (RejectedException e) {
      return creating.stream().collect(Collectors.toMap(StepAction::step, one -> e.getMessage()));
    }
    return executor.execute(
        actions,
        request -> {
          throw new IllegalStateException("no step of a schema asks pods");
        });
  }

  private Observation observe(SchemaCourse course, Map<String, String> rejections) {
    return observer.observe(
        course.migration(),
        course.run().services(),
        asked(course),
        probes.states(course.migration()),
        metrics.states(course.migration()),
        Planner.needs(course.plan(), course.journal()),
        rejections);
  }

  /** The Jobs of the steps that are under way. */
  private static Set<String> asked(SchemaCourse course) {
    return course
        .plan()
        .steps()
        .filter(SchemaJobStep.class::isInstance)
        .map(SchemaJobStep.class::cast)
        .flatMap(step -> Stream.ofNullable(asked(step, course.journal().entry(step.name()))))
        .collect(Collectors.toUnmodifiableSet());
  }

  private static String asked(SchemaJobStep step, Entry entry) {
    return switch (entry.state()) {
      case RUNNING, FAILED -> step.job(true, entry.attempt());
      case UNDOING, UNDO_FAILED -> step.job(false, entry.attempt());
      case PENDING, DONE, UNDONE -> null;
    };
  }

  private SchemaCourse record(
      SchemaCourse course, Decision decision, Observation seen, Pace pace, Instant now) {
    Journal journal = decision.journal();
    List<CheckStatus> checks =
        CheckReport.of(
            Optional.ofNullable(course.migration().getStatus().checks()).orElse(List.of()),
            decision,
            seen,
            isDecision(course, journal),
            now);
    SchemaMigrationStatus status = SchemaStatusBuilder.build(course, journal, checks, now);
    if (status.equals(course.migration().getStatus())) {
      return course.recordedAs(course.migration(), journal);
    }
    SchemaMigration latest = recorder.record(course.migration(), status);
    pace.recorded(now);
    listener.recorded(latest, course.plan(), course.recorded(), journal);
    return course.recordedAs(latest, journal);
  }

  private static boolean isDecision(SchemaCourse course, Journal next) {
    return course
        .recorded()
        .filter(recorded -> next.withMessagesOf(recorded).equals(recorded))
        .isEmpty();
  }

  /** The API server refuses a changed specification; what got past it stops the migration. */
  private static Journal heedSpec(SchemaCourse course, Instant now) {
    Journal journal = course.journal();
    boolean stands =
        course.specHash().equals(SpecHash.of(course.migration().getSpec()))
            || journal.failure().isPresent()
            || journal.completed().isPresent()
            || journal.direction() == Direction.BACKWARD;
    return stands ? journal : journal.withFailure(Optional.of(Failures.specChanged(now)));
  }
}
