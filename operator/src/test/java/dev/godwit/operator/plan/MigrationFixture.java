package dev.godwit.operator.plan;

import dev.godwit.api.v1alpha1.BlueGreen;
import dev.godwit.api.v1alpha1.Check;
import dev.godwit.api.v1alpha1.Cleanup;
import dev.godwit.api.v1alpha1.Database;
import dev.godwit.api.v1alpha1.Gates;
import dev.godwit.api.v1alpha1.HealthSpec;
import dev.godwit.api.v1alpha1.HttpCheck;
import dev.godwit.api.v1alpha1.JobCheck;
import dev.godwit.api.v1alpha1.MigrationApproval;
import dev.godwit.api.v1alpha1.MigrationSpec;
import dev.godwit.api.v1alpha1.OnFailure;
import dev.godwit.api.v1alpha1.OnRollback;
import dev.godwit.api.v1alpha1.OnUndoFailure;
import dev.godwit.api.v1alpha1.Performance;
import dev.godwit.api.v1alpha1.Probe;
import dev.godwit.api.v1alpha1.Retire;
import dev.godwit.api.v1alpha1.Rolling;
import dev.godwit.api.v1alpha1.SchemaMigration;
import dev.godwit.api.v1alpha1.SchemaStage;
import dev.godwit.api.v1alpha1.SchemaWhen;
import dev.godwit.api.v1alpha1.SqlCheck;
import dev.godwit.api.v1alpha1.StepState;
import dev.godwit.api.v1alpha1.Strategy;
import dev.godwit.operator.plan.Journal.Entry;
import dev.godwit.operator.strategy.PlanCompiler;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A migration that runs: what it was asked for, its journal, its services as they are seen, what
 * people want of it, and the time. {@link #decide} takes it one decision further.
 */
public final class MigrationFixture {

  static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

  private final List<ServiceFixture> services;
  private final List<Check> smokeTests = new ArrayList<>();
  private final List<Probe> probes = new ArrayList<>();
  private final List<SchemaStage> stages = new ArrayList<>();
  private final Map<String, SchemaMigration> schemas = new HashMap<>();
  private final Map<String, CheckResult> checks = new HashMap<>();
  private final Map<String, ProbeState> probeStates = new HashMap<>();
  private Set<String> asked = Set.of();
  private boolean areProbesAnswered = true;
  private Set<String> unseen = Set.of();
  private final Map<String, MetricState> metrics = new HashMap<>();
  private Optional<HealthSpec> health = Optional.empty();
  private final Map<String, JobView> jobs = new HashMap<>();
  private final Map<String, String> rejections = new HashMap<>();
  private Cleanup cleanup = Cleanup.REPLACE;
  private Optional<Integer> maxConcurrent = Optional.empty();
  private Retire retire = Retire.AT_END;
  private Gates gates;
  private Performance performance;
  private Optional<RunnerImage> runner =
      Optional.of(new RunnerImage("registry.example/runner:1", Optional.empty()));
  private String createdBy;
  private final List<MigrationApproval> approvals = new ArrayList<>();
  private boolean areAnswersKnown = true;
  private boolean paused;
  private boolean abort;
  private boolean deleted;
  private OnFailure onFailure = OnFailure.ROLLBACK;
  private OnUndoFailure onUndoFailure = OnUndoFailure.CONTINUE;
  private EnumSet<Need> needs = EnumSet.allOf(Need.class);
  private Instant now = START;
  private Journal journal;

  private MigrationFixture(ServiceFixture... services) {
    this.services = List.of(services);
  }

  /** A migration of these services that has done nothing yet. */
  public static MigrationFixture of(ServiceFixture... services) {
    return new MigrationFixture(services);
  }

  MigrationFixture cleanup(Cleanup other) {
    cleanup = other;
    return this;
  }

  MigrationFixture onUndoFailure(OnUndoFailure other) {
    onUndoFailure = other;
    return this;
  }

  MigrationFixture onFailure(OnFailure other) {
    onFailure = other;
    return this;
  }

  MigrationFixture smokeTest(String name) {
    smokeTests.add(
        new Check(
            name,
            new HttpCheck("/", 8080, null, null, null),
            null,
            null,
            null,
            null,
            null,
            null,
            3));
    return this;
  }

  MigrationFixture smokeTest(Check check) {
    smokeTests.add(check);
    return this;
  }

  MigrationFixture smokeTestJob(String name) {
    JobCheck job = new JobCheck("registry.example/check:1", null, null, null);
    smokeTests.add(new Check(name, null, null, null, job, null, null, null, null));
    return this;
  }

  /** What must hold in a database; asked again and again, two bad answers in a row are too many. */
  MigrationFixture sqlTest(String name) {
    Database database = new Database(new Database.SecretRef("orders-db"));
    SqlCheck sql = new SqlCheck(database, "select true", "10s", 2);
    smokeTests.add(new Check(name, null, null, null, null, sql, null, "5s", 3));
    return this;
  }

  MigrationFixture probe(String name) {
    HttpCheck http = new HttpCheck("/healthz", 8080, null, null, null);
    probes.add(new Probe(name, http, null, null, null, "5s", "2s", 3));
    return this;
  }

  /** A SchemaMigration is a stage. */
  MigrationFixture schema(String name, SchemaWhen when, OnRollback onRollback) {
    stages.add(new SchemaStage(name, when, onRollback));
    return this;
  }

  /** A SchemaMigration as it is now. */
  MigrationFixture sees(SchemaMigration schema) {
    schemas.put(schema.getMetadata().getName(), schema);
    return this;
  }

  MigrationFixture withoutSchemas() {
    schemas.clear();
    return this;
  }

  /** What is measured. */
  MigrationFixture health(HealthSpec spec) {
    health = Optional.of(spec);
    return this;
  }

  /** How a metric stands. */
  MigrationFixture measured(String id, MetricState state) {
    metrics.put(id, state);
    return this;
  }

  /** Green is compared with blue under load. */
  MigrationFixture performance(Performance what) {
    performance = what;
    return this;
  }

  /** The operator is configured without an image for the load. */
  MigrationFixture withoutRunner() {
    runner = Optional.empty();
    return this;
  }

  MigrationFixture schema(String name, SchemaWhen when) {
    return schema(name, when, OnRollback.TAKE_BACK);
  }

  MigrationFixture gates(Gates others) {
    gates = others;
    return this;
  }

  MigrationFixture createdBy(String user) {
    createdBy = user;
    return this;
  }

  /** Somebody answers a gate. */
  MigrationFixture answered(MigrationApproval answer) {
    approvals.add(answer);
    return this;
  }

  MigrationFixture withoutAnswers() {
    approvals.clear();
    return this;
  }

  /** Whether the operator has read the answers since its start. */
  MigrationFixture answersKnown(boolean known) {
    areAnswersKnown = known;
    return this;
  }

  /** The services move in turns of at most so many. */
  MigrationFixture rolling(int atOnce) {
    maxConcurrent = Optional.of(atOnce);
    return this;
  }

  /** Old versions are given up one by one. */
  MigrationFixture retiring() {
    retire = Retire.AFTER_EACH;
    return rolling(1);
  }

  private Strategy strategy() {
    return maxConcurrent
        .map(
            atOnce ->
                new Strategy(
                    null,
                    new Rolling(
                        smokeTests,
                        null,
                        performance,
                        atOnce,
                        "10m",
                        "10m",
                        "1m",
                        "1h",
                        "30s",
                        cleanup,
                        retire,
                        gates)))
        .orElseGet(
            () ->
                new Strategy(
                    new BlueGreen(
                        smokeTests, null, performance, "10m", "10m", "1h", "30s", cleanup, gates),
                    null));
  }

  MigrationSpec spec() {
    return new MigrationSpec(
        null,
        "2.0",
        services.stream().map(service -> service.plan().spec()).toList(),
        strategy(),
        health.orElse(probes.isEmpty() ? null : HealthSpec.of(probes)),
        stages.isEmpty() ? null : stages,
        onFailure,
        onUndoFailure,
        paused,
        abort,
        createdBy);
  }

  Plan plan() {
    return PlanCompiler.compile(
        spec(), ServiceFixture.MAKER, services.stream().map(ServiceFixture::plan).toList());
  }

  Journal journal() {
    if (journal == null) {
      journal = Journal.begin(plan(), START);
    }
    return journal;
  }

  MigrationFixture journal(Journal other) {
    journal = other;
    return this;
  }

  Entry entry(String step) {
    return journal().entry(step);
  }

  Observation seen() {
    return new Observation(
        services.stream()
            .filter(service -> !unseen.contains(service.name()))
            .collect(Collectors.toMap(ServiceFixture::name, ServiceFixture::view)),
        jobs,
        checks,
        probeStates(),
        metrics,
        services.stream()
            .flatMap(service -> service.snapshot().stream())
            .collect(Collectors.toMap(one -> one.getMetadata().getName(), one -> one)),
        Map.of(),
        schemas,
        areAnswersKnown ? Optional.of(List.copyOf(approvals)) : Optional.empty(),
        runner,
        needs,
        unseen,
        rejections);
  }

  MigrationFixture shown(Need... some) {
    needs = EnumSet.noneOf(Need.class);
    needs.addAll(Arrays.asList(some));
    return this;
  }

  MigrationFixture paused(boolean value) {
    paused = value;
    return this;
  }

  MigrationFixture aborted() {
    abort = true;
    return this;
  }

  MigrationFixture deleted() {
    deleted = true;
    return this;
  }

  MigrationFixture checkEnded(String id, boolean passed) {
    checks.put(id, new CheckResult(passed, passed ? "" : "10.0.0.1: expected 200 but was 500"));
    return this;
  }

  /**
   * What is said of a probe is true; those of which nothing is said have just been answered well.
   */
  private Map<String, ProbeState> probeStates() {
    Map<String, ProbeState> states = new HashMap<>(probeStates);
    if (areProbesAnswered) {
      asked.forEach(id -> states.putIfAbsent(id, new ProbeState(now, 0, "", Answers.NONE)));
    }
    return states;
  }

  /** Which services are not looked at. */
  MigrationFixture unseen(String... names) {
    unseen = Set.of(names);
    return this;
  }

  /** Nothing is known of a probe before something is said of it. */
  MigrationFixture unansweredProbes() {
    areProbesAnswered = false;
    return this;
  }

  MigrationFixture probeFailed(String id, int times) {
    probeStates.put(id, new ProbeState(now, times, "expected 200 but was 503", Answers.NONE));
    return this;
  }

  MigrationFixture probeAnswered(String id, int asked, int failed, double seconds) {
    probeStates.put(
        id, new ProbeState(now, 0, "", new Answers(asked, failed, OptionalDouble.of(seconds))));
    return this;
  }

  MigrationFixture job(Job job, String log) {
    jobs.put(job.getMetadata().getName(), new JobView(job, log));
    return this;
  }

  /** A Job that is over, and how its program has ended. */
  MigrationFixture jobEnded(Job job, JobEnd end) {
    jobs.put(job.getMetadata().getName(), new JobView(job, "", Optional.of(end)));
    return this;
  }

  /** Somebody has deleted all Jobs. */
  MigrationFixture withoutJobs() {
    jobs.clear();
    return this;
  }

  MigrationFixture rejected(String step, String message) {
    rejections.put(step, message);
    return this;
  }

  MigrationFixture rejectedNothing() {
    rejections.clear();
    return this;
  }

  MigrationFixture after(Duration time) {
    now = now.plus(time);
    return this;
  }

  boolean isStuck() {
    return Planner.isStuck(plan(), journal(), onUndoFailure);
  }

  Instant now() {
    return now;
  }

  /** Decides without recording it. */
  Decision peek() {
    return Planner.decide(
        plan(),
        journal(),
        seen(),
        new Controls(paused, back(), false, onFailure, onUndoFailure),
        now);
  }

  private Optional<Controls.Back> back() {
    if (deleted) {
      return Optional.of(Controls.Back.deleted("Migration"));
    }
    return abort ? Optional.of(Controls.Back.ABORTED) : Optional.empty();
  }

  /** Decides and records; what was to be done is in the answer and not done. */
  Decision decide() {
    Decision decision = peek();
    journal = decision.journal();
    asked = decision.probes().stream().map(ProbeRequest::id).collect(Collectors.toSet());
    return decision;
  }

  /** Takes the services as far as that their traffic is on green, and monitoring has begun. */
  MigrationFixture untilMonitoring() {
    services.forEach(ServiceFixture::held);
    decide();
    services.forEach(service -> service.green(3, 3));
    decide();
    smokeTests.stream()
        .filter(check -> check.http() != null)
        .forEach(
            check ->
                services.forEach(
                    service ->
                        checkEnded(service.name() + "/smoke-tests/" + check.name() + "#1", true)));
    for (int level = 0; level < services.size(); level++) {
      decide();
      services.stream()
          .filter(service -> journal.wasBegun(service.name() + "/switch"))
          .forEach(ServiceFixture::servesFromGreen);
      decide();
    }
    return this;
  }

  /** Takes the services as far as that all waiting is over and the clean-up begins. */
  MigrationFixture untilCleanup() {
    untilMonitoring();
    after(Duration.ofMinutes(10)).decide();
    after(Duration.ofHours(1)).decide();
    after(Duration.ofSeconds(30)).decide();
    return this;
  }

  /** Names of the steps in a state, in the order of the plan. */
  List<String> steps(StepState state) {
    return journal().entries().stream()
        .filter(entry -> entry.state() == state)
        .map(Entry::step)
        .toList();
  }
}
