package dev.godwit.operator.reconcile;

import dev.godwit.api.v1alpha1.HealthSpec;
import dev.godwit.api.v1alpha1.Migration;
import dev.godwit.api.v1alpha1.MigrationStatus;
import dev.godwit.api.v1alpha1.StrategySettings;
import dev.godwit.operator.cluster.Checks;
import dev.godwit.operator.cluster.Cluster;
import dev.godwit.operator.cluster.Metrics;
import dev.godwit.operator.cluster.PreflightObserver;
import dev.godwit.operator.plan.CheckResult;
import dev.godwit.operator.preflight.Preflight;
import dev.godwit.operator.preflight.PreflightFacts;
import dev.godwit.operator.preflight.PreflightResult;
import dev.godwit.operator.preflight.PreflightResult.Problem;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/**
 * Checks a migration before its start, and freezes what it found. Writes nothing but the status.
 */
final class Start {

  /** How long a look is good for: what has changed since is found by the steps. */
  private static final Duration FRESH = Duration.ofSeconds(2);

  private final Map<String, Look> asked = new ConcurrentHashMap<>();
  private final Checks checks;
  private final Metrics metrics;
  private final boolean hasRunner;
  private final PreflightObserver observer;
  private final Recorder<MigrationStatus, Migration> recorder;
  private final MigrationListener listener;

  Start(
      Cluster cluster,
      Checks checks,
      Metrics metrics,
      boolean hasRunner,
      Recorder<MigrationStatus, Migration> recorder,
      MigrationListener listener) {
    this.metrics = metrics;
    this.hasRunner = hasRunner;
    this.checks = checks;
    this.observer = new PreflightObserver(cluster);
    this.recorder = recorder;
    this.listener = listener;
  }

  /**
   * What was seen of a namespace for a Migration as it was then.
   *
   * @param found what preflight has found in it so far, where it had something to ask
   */
  private record Look(
      PreflightFacts facts, Migration migration, Instant at, Optional<PreflightResult> found) {

    Look after(PreflightResult result) {
      return new Look(facts, migration, at, Optional.of(result));
    }

    /** What its policy says is part of it, and may change by itself. */
    boolean isOf(Migration now) {
      return migration.getSpec().equals(now.getSpec());
    }
  }

  /** Either what to wait for, or a run that may begin. */
  sealed interface Answer {

    /** Not yet. */
    record NotYet(Outcome<Migration> outcome) implements Answer {}

    /**
     * Preflight passed; nothing is written yet.
     *
     * @param seen what the decision to begin was made from
     * @param warnings what a user is to know of it
     */
    record Begin(Run run, PreflightFacts seen, List<String> warnings) implements Answer {}
  }

  Answer check(Migration migration, Pace pace, Instant now) {
    Look look = look(migration, now);
    Map<String, CheckResult> answers = checks.results(migration);
    PreflightResult result =
        look.found()
            .flatMap(found -> found.answered(answers))
            .orElseGet(() -> found(migration, look.facts().withChecks(answers)));
    if (!result.questions().isEmpty()) {
      asked.put(migration.getMetadata().getUid(), look.after(result));
      result.questions().forEach(question -> checks.run(migration, question));
      return new Answer.NotYet(Outcome.waiting(migration));
    }
    checks.forget(migration);
    if (!result.passed()) {
      return new Answer.NotYet(stay(migration, result, pace, now));
    }
    Compiled compiled = Compiled.of(migration, result.services());
    return StatusSize.problem(compiled.plan(), result.services(), Policies.kept(migration))
        .map(result::withProblem)
        .<Answer>map(refused -> new Answer.NotYet(stay(migration, refused, pace, now)))
        .orElseGet(
            () ->
                new Answer.Begin(
                    Run.begin(migration, compiled, now), look.facts(), result.warnings()));
  }

  private PreflightResult found(Migration migration, PreflightFacts facts) {
    PreflightResult found =
        Preflight.check(
            migration.getSpec(),
            migration.getMetadata().getName(),
            migration.getMetadata().getUid(),
            facts);
    return Stream.of(refusal(migration), missingRunner(migration, hasRunner))
        .flatMap(Optional::stream)
        .reduce(found, PreflightResult::withProblem, (one, other) -> other);
  }

  private Optional<Problem> refusal(Migration migration) {
    return Optional.ofNullable(migration.getSpec().health())
        .map(HealthSpec::prometheus)
        .flatMap(prometheus -> metrics.refusal(prometheus.url()))
        .map(refused -> new Problem("spec.health.prometheus.url", refused));
  }

  /** Why nothing can be compared, where that is asked for. */
  static Optional<Problem> missingRunner(Migration migration, boolean hasRunner) {
    StrategySettings settings = migration.getSpec().strategy().settings();
    boolean asksDatabase =
        Stream.of(settings.smokeTests(), settings.tests())
            .filter(Objects::nonNull)
            .flatMap(List::stream)
            .anyMatch(check -> check.sql() != null);
    boolean isNeeded = settings.performance() != null || asksDatabase;
    return isNeeded && !hasRunner
        ? Optional.of(
            new Problem(
                "spec.strategy",
                (asksDatabase ? "a check of kind sql" : "performance")
                    + " needs the runner's image, and the operator is configured without one: set"
                    + " runner.image of the chart, or leave it out"))
        : Optional.empty();
  }

  /** What was seen when blue was asked is not read again for its answers, unless they took long. */
  private Look look(Migration migration, Instant now) {
    Look look = asked.remove(migration.getMetadata().getUid());
    return look != null && look.isOf(migration) && now.isBefore(look.at().plus(FRESH))
        ? look
        : new Look(observer.observe(migration), migration, now, Optional.empty());
  }

  /** Forgets what was seen for a Migration. */
  void forget(Migration migration) {
    asked.remove(migration.getMetadata().getUid());
  }

  private Outcome<Migration> stay(
      Migration migration, PreflightResult result, Pace pace, Instant now) {
    MigrationStatus status = PreflightStatus.of(migration, result, now);
    Migration latest = recorder.record(migration, status);
    if (!status.equals(migration.getStatus())) {
      listener.preflightFailed(latest, result.problems().stream().map(Problem::toString).toList());
    }
    long generation = migration.getMetadata().getGeneration();
    return Outcome.recheck(latest, pace.afterPreflight(generation, now));
  }
}
