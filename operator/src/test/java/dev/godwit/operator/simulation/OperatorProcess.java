package dev.godwit.operator.simulation;

import dev.godwit.api.v1alpha1.Migration;
import dev.godwit.operator.cluster.Checks;
import dev.godwit.operator.plan.Measured;
import dev.godwit.operator.plan.ProbeState;
import dev.godwit.operator.plan.RunnerImage;
import dev.godwit.operator.reconcile.MigrationEngine;
import dev.godwit.operator.reconcile.MigrationListener;
import dev.godwit.operator.reconcile.Outcome;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** One life of the operator, from a start to a crash: what it has heard, and its engine. */
final class OperatorProcess {

  private static final Duration RETRY = Duration.ofSeconds(1);

  private static final RunnerImage RUNNER =
      new RunnerImage("registry.example/runner:1", Optional.empty());

  private final World world;
  private final ObjectKey migration;
  private final FakeChecks checks;
  private final FakeProbes probes;
  private final FakeMetrics metrics;
  private final MigrationEngine engine;
  final Caches caches;
  final FakeCluster cluster;

  private boolean woken = true;

  /** Since the last reconciliation; what happened before the start is heard of as urgent. */
  private News news = News.URGENT;

  private boolean anyNews;

  /** Whether it reconciles, and for nothing but what can wait. */
  private boolean unhurried;

  private Optional<Instant> recheck = Optional.empty();

  OperatorProcess(
      World world,
      ObjectKey migration,
      FakeChecks checks,
      FakeProbes probes,
      FakeMetrics metrics,
      FakeCluster.Weather weather,
      FakeRunner runner,
      MigrationListener listener) {
    this.world = world;
    this.migration = migration;
    this.checks = checks;
    this.probes = probes;
    this.metrics = metrics;
    this.caches = new Caches(world.server);
    this.cluster = new FakeCluster(world.server, caches, weather, runner::end);
    this.engine =
        new MigrationEngine(
            cluster, (Checks) checks, probes, metrics, Optional.of(RUNNER), listener);
    caches.catchUp();
  }

  /** Hears of changes; a deaf one learns of them and does not act on them. */
  void hear(double deafness) {
    News heard = caches.hearSome(world.random);
    boolean answers = checks.hasNews();
    boolean trips = probes.hasNews();
    boolean measured = metrics.hasNews();
    if (answers || trips || measured) {
      heard = News.URGENT;
    }
    boolean any = heard != News.NONE;
    news = news.or(heard);
    anyNews |= any;
    // Neither wakes it, and both are heeded with what does.
    boolean gaps = metrics.hasOtherGaps();
    boolean failures = probes.hasOtherFailures();
    if (gaps || failures) {
      anyNews = true;
      news = News.URGENT;
    }
    woken |= any && !world.chance(deafness);
  }

  /** Something has changed that is not watched, and is read anew with whatever wakes it. */
  void canSeeMore() {
    news = News.URGENT;
  }

  /** Hears of all that has happened: nobody stays deaf for as long as nothing else happens. */
  void hearAll() {
    do {
      hear(0);
    } while (caches.behind() > 0);
  }

  /** Whether there is a reason to reconcile. */
  boolean isDue() {
    return woken || isTime();
  }

  private boolean isTime() {
    return recheck.filter(when -> !world.now().isBefore(when)).isPresent();
  }

  /**
   * Whether it reconciles for nothing but changes that can wait, as it says itself: then it may do
   * nothing, and record nothing but messages.
   */
  boolean isUnhurried() {
    return unhurried;
  }

  /** Whether it has heard everything, and has reconciled since without trouble. */
  boolean isUpToDate() {
    return caches.behind() == 0 && !anyNews && !cluster.troubled;
  }

  Optional<Instant> recheck() {
    return recheck;
  }

  /** What the provider of metrics has told this process last. */
  Optional<Measured> lastAnswer(String metric) {
    return metrics.lastAnswer(metric);
  }

  /** What this process was shown last of a probe. */
  Optional<ProbeState> lastRound(String probe) {
    return probes.shown(probe);
  }

  boolean asksNothing() {
    return probes.isIdle() && metrics.isIdle();
  }

  /**
   * Reconciles as the framework does: with the Migration as the cache has it; what fails is tried
   * again a while later.
   *
   * @throws Crash when the process has ended
   */
  void tick() {
    unhurried = news != News.URGENT && !isTime() && !cluster.troubled;
    news = News.NONE;
    woken = false;
    anyNews = false;
    cluster.troubled = false;
    recheck = Optional.empty();
    Optional<Migration> seen = caches.heard(Migration.class, migration);
    if (seen.isEmpty()) {
      return;
    }
    try {
      Outcome<Migration> outcome = engine.tick(seen.get(), world.now());
      recheck = outcome.recheck().map(when -> when.isBefore(world.now()) ? world.now() : when);
    } catch (Failing e) {
      recheck = Optional.of(world.now().plus(RETRY));
    }
    recheck.ifPresent(when -> world.alarm(when.plusMillis(1)));
    unhurried = false;
  }

  /** What heals by itself: a timeout, an API server that is restarted. */
  static final class Failing extends RuntimeException {

    private static final long serialVersionUID = 1L;

    Failing(String what) {
      super(what, null, false, false);
    }
  }
}
