package dev.godwit.operator.reconcile;

import dev.godwit.api.v1alpha1.Migration;
import dev.godwit.api.v1alpha1.MigrationStatus;
import dev.godwit.operator.cluster.Checks;
import dev.godwit.operator.cluster.Cluster;
import dev.godwit.operator.cluster.PreflightObserver;
import dev.godwit.operator.plan.Journal;
import dev.godwit.operator.plan.Plan;
import dev.godwit.operator.preflight.Preflight;
import dev.godwit.operator.preflight.PreflightFacts;
import dev.godwit.operator.preflight.PreflightResult;
import dev.godwit.operator.preflight.PreflightResult.Problem;
import java.time.Instant;
import java.util.Optional;

/**
 * Checks a migration before its start, and freezes what it found. Writes nothing but the status.
 */
final class Start {

  private final Checks checks;
  private final PreflightObserver observer;
  private final Recorder recorder;
  private final MigrationListener listener;

  Start(Cluster cluster, Checks checks, Recorder recorder, MigrationListener listener) {
    this.checks = checks;
    this.observer = new PreflightObserver(cluster);
    this.recorder = recorder;
    this.listener = listener;
  }

  /** Either what to wait for, or a run that may begin. */
  sealed interface Answer {

    /** Not yet. */
    record NotYet(Outcome outcome) implements Answer {}

    /** Preflight passed; the Migration has the finalizer, and nothing is recorded yet. */
    record Begin(Run run) implements Answer {}
  }

  Answer check(Migration migration, Pace pace, Instant now) {
    PreflightFacts facts = observer.observe(migration, checks.results(migration));
    PreflightResult result =
        Preflight.check(
            migration.getSpec(),
            migration.getMetadata().getName(),
            migration.getMetadata().getUid(),
            facts);
    if (!result.questions().isEmpty()) {
      result.questions().forEach(question -> checks.run(migration, question));
      return new Answer.NotYet(Outcome.waiting(migration));
    }
    checks.forget(migration);
    if (!result.passed()) {
      return new Answer.NotYet(stay(migration, result, pace, now));
    }
    Plan plan = Run.compile(migration, result.services());
    return StatusSize.problem(plan, result.services())
        .map(result::withProblem)
        .<Answer>map(refused -> new Answer.NotYet(stay(migration, refused, pace, now)))
        .orElseGet(() -> new Answer.Begin(begin(migration, result, now)));
  }

  private Outcome stay(Migration migration, PreflightResult result, Pace pace, Instant now) {
    MigrationStatus status = PreflightStatus.of(migration, result, now);
    Migration latest = recorder.record(migration, status);
    if (!status.equals(migration.getStatus())) {
      listener.preflightFailed(latest, result.problems().stream().map(Problem::toString).toList());
    }
    long generation = migration.getMetadata().getGeneration();
    return Outcome.recheck(latest, pace.afterPreflight(generation, now));
  }

  private Run begin(Migration migration, PreflightResult result, Instant now) {
    Migration kept = recorder.keep(migration, true);
    Plan plan = Run.compile(kept, result.services());
    if (!result.warnings().isEmpty()) {
      listener.warned(kept, result.warnings());
    }
    return new Run(
        kept,
        result.services(),
        plan,
        SpecHash.of(kept.getSpec()),
        Optional.empty(),
        Journal.begin(plan, now));
  }
}
