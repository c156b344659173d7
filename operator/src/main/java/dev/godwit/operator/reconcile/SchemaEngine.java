package dev.godwit.operator.reconcile;

import dev.godwit.api.v1alpha1.Failure;
import dev.godwit.api.v1alpha1.MigrationApproval;
import dev.godwit.api.v1alpha1.OnUndoFailure;
import dev.godwit.api.v1alpha1.SchemaMigration;
import dev.godwit.api.v1alpha1.SchemaMigrationStatus;
import dev.godwit.operator.cluster.Checks;
import dev.godwit.operator.cluster.Cluster;
import dev.godwit.operator.cluster.ConflictException;
import dev.godwit.operator.cluster.Metrics;
import dev.godwit.operator.cluster.Probes;
import dev.godwit.operator.cluster.SchemaObserver;
import dev.godwit.operator.plan.Journal;
import dev.godwit.operator.plan.Planner;
import dev.godwit.operator.plan.RunnerImage;
import dev.godwit.operator.resource.Marks;
import dev.godwit.operator.step.SchemaView;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Observe, decide, record, act, wait: one reconciliation of one SchemaMigration.
 *
 * <p>Everything that must survive a restart is in the status, or in the database itself. One
 * SchemaMigration must not be reconciled by two threads at a time.
 */
public final class SchemaEngine {

  /** When to see again whether a Migration has seen how one has ended. */
  private static final Duration UNSEEN = Duration.ofSeconds(10);

  private final Holders holders;
  private final Recorder<SchemaMigrationStatus, SchemaMigration> recorder;
  private final Probes probes;
  private final Metrics metrics;
  private final SchemaStart start;
  private final SchemaAdvance advance;
  private final AnswerTeller<SchemaMigration> answers;
  private final Namespaces namespaces;
  private final SchemaListener listener;
  private final Map<String, Pace> paces = new ConcurrentHashMap<>();

  /**
   * An engine that writes to this cluster, and tells this listener.
   *
   * @param checks asks the services that use databases before the start
   * @param probes asks them again and again
   * @param metrics measures them
   * @param runner the image of the Jobs that work on databases, if one is configured
   */
  public SchemaEngine(
      Cluster cluster,
      Checks checks,
      Probes probes,
      Metrics metrics,
      Optional<RunnerImage> runner,
      SchemaListener listener) {
    this.holders = new Holders(cluster);
    this.probes = probes;
    this.metrics = metrics;
    this.recorder = new Recorder<>(SchemaMigration.class, cluster);
    SchemaObserver observer = new SchemaObserver(cluster, runner);
    this.start =
        new SchemaStart(
            cluster,
            runner,
            recorder,
            listener,
            new SchemaHealth(cluster, metrics),
            new SchemaProbes(cluster, checks, observer));
    this.advance = new SchemaAdvance(cluster, observer, probes, metrics, recorder, listener);
    this.answers = new AnswerTeller<>(cluster, listener::untold);
    this.namespaces = new Namespaces(cluster);
    this.listener = listener;
  }

  /**
   * Reconciles. A conflict is no failure: the decision is void, and the answer says when to decide
   * again.
   *
   * @param current the SchemaMigration as it was last seen
   * @throws RuntimeException for what heals by itself, and for a write of the status that is
   *     refused
   */
  public Outcome<SchemaMigration> tick(SchemaMigration current, Instant now) {
    Instant moment = now.truncatedTo(ChronoUnit.MILLIS);
    Pace pace = paces.computeIfAbsent(current.getMetadata().getUid(), unknown -> new Pace());
    try {
      Outcome<SchemaMigration> outcome = reconcile(recorder.newest(current), pace, moment);
      pace.noConflict();
      return outcome.noLaterThan(answers.again(current, moment));
    } catch (ConflictException e) {
      return Outcome.recheck(current, pace.afterConflict(moment));
    }
  }

  private Outcome<SchemaMigration> reconcile(SchemaMigration current, Pace pace, Instant now) {
    SchemaMigrationStatus status = current.getStatus();
    if (status != null && status.completionTime() != null) {
      tellLate(current, now);
      return ended(current, now);
    }
    boolean deleted = current.getMetadata().getDeletionTimestamp() != null;
    boolean started = status != null && status.startTime() != null;
    if (deleted && (!started || !Recorder.isKept(current) || namespaces.isEnding(current))) {
      return letGo(current);
    }
    return started
        ? advance(SchemaCourse.of(current), deleted, pace, now)
        : switch (start.check(current, pace, now)) {
          case SchemaStart.Answer.NotYet(Outcome<SchemaMigration> outcome) -> {
            answers.tellEarly(current, now);
            yield outcome;
          }
          case SchemaStart.Answer.Begin(SchemaCourse course) -> advance(course, false, pace, now);
        };
  }

  private Outcome<SchemaMigration> advance(
      SchemaCourse course, boolean deleted, Pace pace, Instant now) {
    SchemaAdvance.Step step = advance.advance(course, deleted, pace, now);
    SchemaMigration latest = step.course().migration();
    Journal journal = step.course().journal();
    step.seen()
        .approvals()
        .ifPresent(seen -> answers.tell(latest, step.course().plan(), journal, seen, now));
    if (journal.completed().isPresent()) {
      return ended(latest, now);
    }
    if (deleted && needsPerson(step.course())) {
      listener.leftAsIs(
          latest,
          journal.failure().map(Failure::message).orElse("") + LockWords.shut(journal).orElse(""));
      return letGo(latest);
    }
    return new Outcome<>(latest, step.recheck());
  }

  private void tellLate(SchemaMigration migration, Instant now) {
    List<MigrationApproval> late = answers.late(migration);
    if (!late.isEmpty()) {
      SchemaCourse course = SchemaCourse.of(migration);
      answers.tell(migration, course.plan(), course.journal(), late, now);
    }
  }

  /** Whether it goes neither on nor back by itself. */
  private static boolean needsPerson(SchemaCourse course) {
    boolean stalled =
        course.journal().failure().isPresent()
            && Planner.isPastPointOfNoReturn(course.plan(), course.journal());
    return stalled || Planner.isStuck(course.plan(), course.journal(), OnUndoFailure.STOP);
  }

  /** What was brought is not lost on the Migration that waits for it. */
  private Outcome<SchemaMigration> ended(SchemaMigration migration, Instant now) {
    return Recorder.isKept(migration) && isWaitedFor(migration) && !namespaces.isEnding(migration)
        ? Outcome.recheck(migration, now.plus(UNSEEN))
        : letGo(migration);
  }

  /** Whether a Migration has not recorded yet that this one has succeeded. */
  private boolean isWaitedFor(SchemaMigration migration) {
    return new SchemaView(migration).hasSucceeded()
        && Marks.wanted(migration).isPresent()
        && holders.areAt(migration);
  }

  /** Forgets what is remembered of a SchemaMigration, and lets it be deleted. */
  private Outcome<SchemaMigration> letGo(SchemaMigration migration) {
    SchemaMigration latest = recorder.keep(migration, false);
    stop(migration);
    if (migration.getMetadata().getDeletionTimestamp() != null) {
      answers.forget(migration);
    }
    return Outcome.waiting(latest);
  }

  /** Forgets a SchemaMigration that is gone; does nothing where it is not known. */
  public void forget(SchemaMigration migration) {
    stop(migration);
    answers.forget(migration);
    recorder.forget(migration);
  }

  private void stop(SchemaMigration migration) {
    probes.want(migration, List.of());
    metrics.want(migration, List.of());
    paces.remove(migration.getMetadata().getUid());
    start.forget(migration);
  }
}
