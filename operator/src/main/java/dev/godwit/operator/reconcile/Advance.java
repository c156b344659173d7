package dev.godwit.operator.reconcile;

import dev.godwit.api.v1alpha1.CheckStatus;
import dev.godwit.api.v1alpha1.Direction;
import dev.godwit.api.v1alpha1.Migration;
import dev.godwit.api.v1alpha1.MigrationSpec;
import dev.godwit.api.v1alpha1.MigrationStatus;
import dev.godwit.api.v1alpha1.OnFailure;
import dev.godwit.operator.cluster.Checks;
import dev.godwit.operator.cluster.Cluster;
import dev.godwit.operator.cluster.Executor;
import dev.godwit.operator.cluster.Metrics;
import dev.godwit.operator.cluster.Observer;
import dev.godwit.operator.cluster.Probes;
import dev.godwit.operator.plan.Controls;
import dev.godwit.operator.plan.Decision;
import dev.godwit.operator.plan.Journal;
import dev.godwit.operator.plan.Observation;
import dev.godwit.operator.plan.Planner;
import dev.godwit.operator.plan.RunnerImage;
import dev.godwit.operator.preflight.PreflightFacts;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;

/** Takes a migration that has started one decision further. */
final class Advance {

  private final Cluster cluster;
  private final Observer observer;
  private final Executor executor;
  private final Checks checks;
  private final Probes probes;
  private final Metrics metrics;
  private final Recorder<MigrationStatus, Migration> recorder;
  private final MigrationListener listener;

  Advance(
      Cluster cluster,
      Checks checks,
      Probes probes,
      Metrics metrics,
      Optional<RunnerImage> runner,
      Recorder<MigrationStatus, Migration> recorder,
      MigrationListener listener) {
    this.cluster = cluster;
    this.observer = new Observer(cluster, runner);
    this.executor = new Executor(cluster);
    this.checks = checks;
    this.probes = probes;
    this.metrics = metrics;
    this.recorder = recorder;
    this.listener = listener;
  }

  /**
   * A run after a decision.
   *
   * @param run with the journal as it is recorded now
   * @param seen what the decision was made from
   * @param recheck when to decide again though nothing is heard
   */
  record Step(Run run, Observation seen, Optional<Instant> recheck) {}

  /**
   * The first decision about a migration that passed preflight. It gets the finalizer before; what
   * preflight has not seen is looked at meanwhile.
   */
  Step begin(Run run, PreflightFacts justSeen, List<String> warnings, Pace pace, Instant now) {
    AtomicReference<Migration> kept = new AtomicReference<>();
    AtomicReference<Observation> seen = new AtomicReference<>();
    cluster.sideBySide(
        List.of(
            () -> kept.set(recorder.keep(run.migration(), true)),
            () -> seen.set(observe(run, Optional.of(justSeen), Map.of()))));
    Run begun = run.with(Policies.with(kept.get(), run.migration().getSpec().health()));
    if (!warnings.isEmpty()) {
      listener.warned(begun.migration(), warnings);
    }
    return decide(begun, seen.get(), true, controls(begun, false), pace, now);
  }

  /** Observe, decide, record, act; what to wait for is in the answer. */
  Step advance(Run run, boolean deleted, Pace pace, Instant now) {
    Controls controls = controls(run, deleted);
    Run heeded = run.with(heedSpec(run, now));
    Observation seen = observe(heeded, Optional.empty(), Map.of());
    return decide(heeded, seen, true, controls, pace, now);
  }

  private Step decide(
      Run run, Observation seen, boolean first, Controls controls, Pace pace, Instant now) {
    Decision decision = Planner.decide(run.plan(), run.journal(), seen, controls, now);
    Recording recording = record(run, decision, seen, pace, now);
    Run recorded = recording.run();
    probes.want(recorded.migration(), decision.probes());
    metrics.want(recorded.migration(), decision.metrics());
    Optional<Instant> putOff = pace.putOff(decision.actions(), now);
    if (putOff.isPresent()) {
      return new Step(recorded, seen, earliest(putOff, recording.again()));
    }
    Map<String, String> refused =
        executor.execute(decision.actions(), request -> checks.run(recorded.migration(), request));
    boolean tellPlanner = !refused.isEmpty() && first;
    // What was refused is decided upon at once, from a new look: other writes may have been made.
    return tellPlanner
        ? decide(recorded, observe(recorded, Optional.empty(), refused), false, controls, pace, now)
        : new Step(recorded, seen, earliest(decision.recheck(), recording.again()));
  }

  private static Optional<Instant> earliest(Optional<Instant> one, Optional<Instant> other) {
    return Stream.of(one, other).flatMap(Optional::stream).min(Comparator.naturalOrder());
  }

  private Observation observe(
      Run run, Optional<PreflightFacts> justSeen, Map<String, String> rejections) {
    Observation seen =
        observer.observe(
            run.migration(),
            run.services(),
            Planner.reached(run.plan(), run.journal()),
            Planner.needs(run.plan(), run.journal()),
            checks.results(run.migration()),
            probes.states(run.migration()),
            metrics.states(run.migration()),
            justSeen);
    Map<String, String> all = new HashMap<>(seen.rejections());
    all.putAll(rejections);
    return seen.withRejections(all);
  }

  /**
   * A run after it was recorded.
   *
   * @param again when to record what was put off
   */
  private record Recording(Run run, Optional<Instant> again) {}

  /** What a step waits for changes often while pods start: messages alone are not worth a write. */
  private Recording record(Run run, Decision decision, Observation seen, Pace pace, Instant now) {
    List<CheckStatus> reported = reported(run);
    List<CheckStatus> checks =
        CheckReport.of(reported, decision, seen, isDecision(run, decision.journal()), now);
    MigrationStatus status = status(run, decision.journal(), checks, now);
    if (status.equals(run.migration().getStatus())) {
      return new Recording(run.recordedAs(run.migration(), decision.journal()), Optional.empty());
    }
    Optional<Instant> putOff = pace.messagesPutOff(now);
    if (putOff.isPresent() && onlyMessagesDiffer(run, decision.journal(), now)) {
      return new Recording(run, putOff);
    }
    Migration latest = recorder.record(run.migration(), status);
    pace.recorded(now);
    listener.recorded(latest, run.plan(), run.recorded(), decision.journal());
    return new Recording(run.recordedAs(latest, decision.journal()), Optional.empty());
  }

  private static boolean onlyMessagesDiffer(Run run, Journal next, Instant now) {
    return run.recorded()
        .map(recorded -> status(run, next.withMessagesOf(recorded), reported(run), now))
        .filter(status -> status.equals(run.migration().getStatus()))
        .isPresent();
  }

  private static boolean isDecision(Run run, Journal next) {
    return run.recorded()
        .filter(recorded -> next.withMessagesOf(recorded).equals(recorded))
        .isEmpty();
  }

  private static List<CheckStatus> reported(Run run) {
    return Optional.ofNullable(run.migration().getStatus())
        .map(MigrationStatus::checks)
        .orElse(List.of());
  }

  private static MigrationStatus status(
      Run run, Journal journal, List<CheckStatus> checks, Instant now) {
    return StatusBuilder.build(
        run.migration(), run.plan(), run.services(), run.specHash(), journal, checks, now);
  }

  private static Controls controls(Run run, boolean deleted) {
    MigrationSpec spec = run.migration().getSpec();
    return new Controls(
        Boolean.TRUE.equals(spec.paused()) && !deleted,
        back(spec, deleted),
        false,
        Optional.ofNullable(spec.onFailure()).orElse(OnFailure.ROLLBACK),
        run.onUndoFailure());
  }

  private static Optional<Controls.Back> back(MigrationSpec spec, boolean deleted) {
    if (deleted) {
      return Optional.of(Controls.Back.deleted("Migration"));
    }
    return Boolean.TRUE.equals(spec.abort())
        ? Optional.of(Controls.Back.ABORTED)
        : Optional.empty();
  }

  /** The API server refuses a changed specification; what got past it stops the migration. */
  private static Journal heedSpec(Run run, Instant now) {
    Journal journal = run.journal();
    boolean stands =
        run.specHash().equals(run.compiled().specHash())
            || journal.failure().isPresent()
            || journal.completed().isPresent()
            || journal.direction() == Direction.BACKWARD;
    return stands ? journal : journal.withFailure(Optional.of(Failures.specChanged(now)));
  }
}
