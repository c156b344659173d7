package dev.godwit.operator.reconcile;

import dev.godwit.api.v1alpha1.Migration;
import dev.godwit.api.v1alpha1.MigrationApproval;
import dev.godwit.api.v1alpha1.MigrationStatus;
import dev.godwit.operator.cluster.Checks;
import dev.godwit.operator.cluster.Cluster;
import dev.godwit.operator.cluster.ConflictException;
import dev.godwit.operator.cluster.Metrics;
import dev.godwit.operator.cluster.Probes;
import dev.godwit.operator.plan.RunnerImage;
import dev.godwit.operator.preflight.PreflightFacts;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Observe, decide, record, act, wait: one reconciliation of one Migration.
 *
 * <p>Everything that must survive a restart is in the status; what is kept here slows down what
 * makes no progress. One Migration must not be reconciled by two threads at a time.
 */
public final class MigrationEngine {

  /** How long what can't be let go of is left alone. */
  private static final Duration REFUSED = Duration.ofSeconds(10);

  private final Cluster cluster;
  private final Checks checks;
  private final Probes probes;
  private final Metrics metrics;
  private final Recorder<MigrationStatus, Migration> recorder;
  private final Policies policies;
  private final Start start;
  private final Advance advance;
  private final Abandon abandon;
  private final AnswerTeller<Migration> answers;
  private final Namespaces namespaces;
  private final Map<String, Pace> paces = new ConcurrentHashMap<>();
  private final Map<String, Compiled> compiled = new ConcurrentHashMap<>();

  /**
   * An engine that writes to this cluster, asks through these, and tells this listener.
   *
   * @param runner the image of the Jobs that make load, if one is configured
   */
  public MigrationEngine(
      Cluster cluster,
      Checks checks,
      Probes probes,
      Metrics metrics,
      Optional<RunnerImage> runner,
      MigrationListener listener) {
    this.cluster = cluster;
    this.checks = checks;
    this.probes = probes;
    this.metrics = metrics;
    this.recorder = new Recorder<>(Migration.class, cluster);
    this.policies = new Policies(cluster);
    this.start = new Start(cluster, checks, metrics, runner.isPresent(), recorder, listener);
    this.advance = new Advance(cluster, checks, probes, metrics, runner, recorder, listener);
    this.abandon = new Abandon(cluster, listener);
    this.answers = new AnswerTeller<>(cluster, listener::untold);
    this.namespaces = new Namespaces(cluster);
  }

  /**
   * Reconciles. A conflict is no failure: the decision is void, and the answer says when to decide
   * again.
   *
   * @param current the Migration as it was last seen
   * @throws RuntimeException for what heals by itself, and for a write of the status that is
   *     refused
   */
  public Outcome<Migration> tick(Migration current, Instant now) {
    Instant moment = now.truncatedTo(ChronoUnit.MILLIS);
    Pace pace = paces.computeIfAbsent(current.getMetadata().getUid(), unknown -> new Pace());
    try {
      Migration newest = policies.resolved(recorder.newest(current));
      Outcome<Migration> outcome = reconcile(newest, pace, moment);
      pace.noConflict();
      return outcome.noLaterThan(answers.again(current, moment));
    } catch (ConflictException e) {
      return Outcome.recheck(current, pace.afterConflict(moment));
    }
  }

  private Outcome<Migration> reconcile(Migration current, Pace pace, Instant now) {
    if (isComplete(current)) {
      tellLate(current, now);
      return letGo(current);
    }
    boolean deleted = current.getMetadata().getDeletionTimestamp() != null;
    if (!hasStarted(current)) {
      return deleted ? letGo(current) : begin(current, pace, now);
    }
    if (deleted && (!Recorder.isKept(current) || namespaces.isEnding(current))) {
      return letGo(current);
    }
    return after(advance.advance(run(current), deleted, pace, now), deleted, now);
  }

  /** What was compiled is remembered until the migration has come to its end. */
  private Run run(Migration current) {
    String uid = current.getMetadata().getUid();
    Run run = Run.of(current, Optional.ofNullable(compiled.get(uid)));
    compiled.put(uid, run.compiled());
    return run;
  }

  private Outcome<Migration> begin(Migration current, Pace pace, Instant now) {
    return switch (start.check(current, pace, now)) {
      case Start.Answer.NotYet(Outcome<Migration> outcome) -> {
        answers.tellEarly(current, now);
        yield outcome;
      }
      case Start.Answer.Begin(Run run, PreflightFacts seen, List<String> warnings) -> {
        compiled.put(current.getMetadata().getUid(), run.compiled());
        yield after(advance.begin(run, seen, warnings, pace, now), false, now);
      }
    };
  }

  private Outcome<Migration> after(Advance.Step step, boolean deleted, Instant now) {
    step.seen()
        .approvals()
        .ifPresent(
            seen ->
                answers.tell(
                    step.run().migration(), step.run().plan(), step.run().journal(), seen, now));
    Migration latest = step.run().migration();
    if (step.run().journal().completed().isPresent()) {
      return letGo(latest);
    }
    if (deleted && abandon.isStuck(step, now)) {
      return abandon.leaveAsIs(step, now)
          ? letGo(latest)
          : Outcome.recheck(latest, now.plus(REFUSED));
    }
    return new Outcome<>(latest, step.recheck());
  }

  private void tellLate(Migration migration, Instant now) {
    List<MigrationApproval> late = answers.late(migration);
    if (!late.isEmpty()) {
      Run run = run(migration);
      answers.tell(migration, run.plan(), run.journal(), late, now);
    }
  }

  /** Ends what is watched and remembered for a Migration, and lets it be deleted. */
  private Outcome<Migration> letGo(Migration migration) {
    Migration latest = recorder.keep(migration, false);
    stop(migration);
    if (migration.getMetadata().getDeletionTimestamp() != null) {
      answers.forget(migration);
    }
    return Outcome.waiting(latest);
  }

  /** Forgets a Migration that is gone; does nothing where it is not known. */
  public void forget(Migration migration) {
    stop(migration);
    answers.forget(migration);
    recorder.forget(migration);
  }

  private void stop(Migration migration) {
    probes.want(migration, List.of());
    metrics.want(migration, List.of());
    checks.forget(migration);
    start.forget(migration);
    cluster.forget(migration);
    paces.remove(migration.getMetadata().getUid());
    compiled.remove(migration.getMetadata().getUid());
  }

  private static boolean hasStarted(Migration migration) {
    return migration.getStatus() != null && migration.getStatus().startTime() != null;
  }

  private static boolean isComplete(Migration migration) {
    return migration.getStatus() != null && migration.getStatus().completionTime() != null;
  }
}
