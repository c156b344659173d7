package dev.godwit.operator.reconcile;

import dev.godwit.api.v1alpha1.FrozenFile;
import dev.godwit.api.v1alpha1.OnTimeout;
import dev.godwit.api.v1alpha1.SchemaBackup;
import dev.godwit.api.v1alpha1.SchemaMigration;
import dev.godwit.api.v1alpha1.SchemaMigrationSpec;
import dev.godwit.api.v1alpha1.SchemaMigrationStatus;
import dev.godwit.api.v1alpha1.SchemaMode;
import dev.godwit.api.v1alpha1.SchemaPlan;
import dev.godwit.contract.schema.SchemaFiles;
import dev.godwit.contract.schema.SchemaReport;
import dev.godwit.operator.cluster.Cluster;
import dev.godwit.operator.cluster.Permission;
import dev.godwit.operator.cluster.RejectedException;
import dev.godwit.operator.cluster.RequiredPermissions;
import dev.godwit.operator.plan.JobEnd;
import dev.godwit.operator.plan.JobView;
import dev.godwit.operator.plan.Journal;
import dev.godwit.operator.plan.Plan;
import dev.godwit.operator.plan.RunnerImage;
import dev.godwit.operator.plan.SchemaRun;
import dev.godwit.operator.plan.Wanted;
import dev.godwit.operator.resource.Marks;
import dev.godwit.operator.resource.SchemaJob;
import dev.godwit.operator.resource.SpecHash;
import dev.godwit.operator.schema.Bundles;
import dev.godwit.operator.schema.Catalogue;
import dev.godwit.operator.schema.CatalogueReading;
import dev.godwit.operator.schema.SchemaPlans;
import dev.godwit.operator.step.BackUp;
import dev.godwit.operator.step.SchemaReports;
import dev.godwit.operator.strategy.SchemaCompiler;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Finds out what is to be run, and what stands against it: freezes the SQL in ConfigMaps, and lets
 * a Job look at the database. Nothing is written to that.
 */
final class SchemaStart {

  private final Cluster cluster;
  private final Holders holders;
  private final Optional<RunnerImage> runner;
  private final Recorder<SchemaMigrationStatus, SchemaMigration> recorder;
  private final SchemaListener listener;
  private final SchemaHealth health;
  private final SchemaProbes probes;

  /** When a Job that has failed is tried again, by UID. */
  private final Map<String, Instant> again = new ConcurrentHashMap<>();

  /** UIDs of those of which such a Job is tried again: what the last one said stands meanwhile. */
  private final Set<String> retried = ConcurrentHashMap.newKeySet();

  SchemaStart(
      Cluster cluster,
      Optional<RunnerImage> runner,
      Recorder<SchemaMigrationStatus, SchemaMigration> recorder,
      SchemaListener listener,
      SchemaHealth health,
      SchemaProbes probes) {
    this.health = health;
    this.probes = probes;
    this.cluster = cluster;
    this.holders = new Holders(cluster);
    this.runner = runner;
    this.recorder = recorder;
    this.listener = listener;
  }

  /** Either what to wait for, or a course that may begin. */
  sealed interface Answer {

    /** Not yet. */
    record NotYet(Outcome<SchemaMigration> outcome) implements Answer {}

    /** Everything is known; the SchemaMigration has the finalizer. */
    record Begin(SchemaCourse course) implements Answer {}
  }

  /** Forgets what is remembered of a SchemaMigration. */
  void forget(SchemaMigration migration) {
    probes.forget(migration);
    again.remove(migration.getMetadata().getUid());
    retried.remove(migration.getMetadata().getUid());
  }

  Answer check(SchemaMigration migration, Pace pace, Instant now) {
    if (isPlannedOnly(migration) && SchemaSources.isPlanned(cluster, migration)) {
      return new Answer.NotYet(Outcome.waiting(migration));
    }
    boolean isWanted = Marks.wanted(migration).filter(Wanted.RUN::equals).isPresent();
    boolean isStaged = migration.getSpec().mode() == SchemaMode.STAGED;
    if (isStaged && !isWanted) {
      return stage(migration, now);
    }
    SchemaMigrationSpec spec = health.resolved(migration);
    List<String> problems = new ArrayList<>(problems(migration, spec));
    Optional<Catalogue> catalogue =
        problems.isEmpty()
            ? switch (SchemaSources.read(cluster, migration)) {
              case CatalogueReading.Complete(Catalogue complete) -> Optional.of(complete);
              case CatalogueReading.Refused(List<String> refused) -> {
                problems.addAll(refused);
                yield Optional.empty();
              }
            }
            : Optional.empty();
    if (catalogue.isEmpty()) {
      return stay(migration, new Look(migration, spec, now), problems, pace);
    }
    List<SchemaSources.Kept> kept =
        SchemaSources.kept(catalogue.get(), new Look(migration, spec, now).run(Optional.empty()));
    Look look = new Look(migration, spec, catalogue.get(), kept, now);
    List<String> others =
        kept.stream()
            .flatMap(
                one ->
                    present(migration, one.file().name())
                        .flatMap(there -> one.problem(there, migration.getMetadata().getUid()))
                        .stream())
            .toList();
    if (!others.isEmpty()) {
      return stay(migration, look, others, pace);
    }
    try {
      return ask(freeze(look, kept), look, catalogue.get(), pace);
    } catch (RejectedException e) {
      return stay(recorder.newest(migration), look, List.of(e.getMessage()), pace);
    }
  }

  /** What was found out for a Migration that wants it no more says nothing to the next one. */
  private Answer stage(SchemaMigration migration, Instant now) {
    probes.forget(migration);
    SchemaMigrationStatus waiting =
        new Look(migration, migration.getSpec(), now)
            .status(Optional.empty())
            .staged(
                Optional.ofNullable(migration.getStatus())
                    .map(SchemaMigrationStatus::files)
                    .orElse(List.of()));
    SchemaMigration latest = recorder.record(migration, waiting);
    cluster.jobs(latest).stream()
        .filter(job -> Marks.wasMadeBy(job, latest.getMetadata().getUid()))
        .forEach(cluster::delete);
    return new Answer.NotYet(Outcome.waiting(latest));
  }

  /** Whether all that was asked for was done for this very specification. */
  private static boolean isPlannedOnly(SchemaMigration migration) {
    SchemaMigrationStatus status = migration.getStatus();
    return migration.getSpec().mode() == SchemaMode.PLAN_ONLY
        && status != null
        && status.plan() != null
        && migration.getMetadata().getGeneration().equals(status.observedGeneration());
  }

  /** What is known before the start. */
  private record Look(
      SchemaMigration migration,
      SchemaMigrationSpec spec,
      List<FrozenFile> files,
      Optional<String> sqlHash,
      Optional<String> target,
      Instant now) {

    Look(SchemaMigration migration, SchemaMigrationSpec spec, Instant now) {
      this(migration, spec, List.of(), Optional.empty(), Optional.empty(), now);
    }

    Look(
        SchemaMigration migration,
        SchemaMigrationSpec spec,
        Catalogue catalogue,
        List<SchemaSources.Kept> kept,
        Instant now) {
      this(
          migration,
          spec,
          kept.stream().map(SchemaSources.Kept::file).toList(),
          Optional.of(Bundles.sqlHash(catalogue)),
          Optional.of(
              Optional.ofNullable(migration.getSpec().to()).orElse(catalogue.names().getLast())),
          now);
    }

    SchemaPreflightStatus status(Optional<SchemaPlan> plan) {
      return new SchemaPreflightStatus(
          migration,
          files,
          sqlHash,
          target,
          plan,
          plan.map(this::planHash),
          plan.flatMap(any -> SchemaHealth.kept(spec)),
          now);
    }

    private String planHash(SchemaPlan plan) {
      return SpecHash.ofPlan(
          migration.getMetadata().getUid(), SpecHash.of(spec), plan, sqlHash.orElseThrow());
    }

    SchemaRun run(Optional<SchemaPlan> plan) {
      return SchemaCourse.run(
          migration,
          spec,
          plan.orElse(null),
          plan.map(this::planHash).orElse(""),
          sqlHash.orElse(""),
          files.stream().map(FrozenFile::name).toList());
    }
  }

  private List<String> problems(SchemaMigration migration, SchemaMigrationSpec spec) {
    List<String> problems = new ArrayList<>();
    String namespace = migration.getMetadata().getNamespace();
    cluster.denied(RequiredPermissions.of(spec), namespace).stream()
        .map(Permission::toString)
        .map(permission -> "the operator may not " + permission)
        .forEach(problems::add);
    if (runner.isEmpty()) {
      problems.add(
          "the operator is configured without the runner's image: set runner.image of the chart");
    }
    if (problems.isEmpty()) {
      problems.addAll(health.problems(spec));
      problems.addAll(noHolder(migration).stream().toList());
      atWork(migration)
          .map(
              other -> "spec.database: SchemaMigration " + other + " works on it: wait for its end")
          .forEach(problems::add);
    }
    return problems;
  }

  /** A mark that has outlived its Migration sets nothing going. */
  private Optional<String> noHolder(SchemaMigration migration) {
    ObjectMeta metadata = migration.getMetadata();
    return migration.getSpec().mode() != SchemaMode.STAGED || holders.areAt(migration)
        ? Optional.empty()
        : Optional.of(
            "spec.mode: Staged, and the Migration that wants it is not there, or has not come to"
                + " it. Where none will: kubectl annotate schemamigration/%1$s --namespace=%2$s"
                    .formatted(metadata.getName(), metadata.getNamespace())
                + " %s- && kubectl label schemamigration/%s --namespace=%s %s- lets it wait for"
                    .formatted(
                        Marks.WANTED, metadata.getName(), metadata.getNamespace(), Marks.MIGRATION)
                + " another one");
  }

  /** Others that have started on the same database. */
  private Stream<String> atWork(SchemaMigration migration) {
    return cluster.list(SchemaMigration.class, migration.getMetadata().getNamespace()).stream()
        .filter(
            other ->
                !other.getMetadata().getUid().equals(migration.getMetadata().getUid())
                    && other.getSpec().database().equals(migration.getSpec().database())
                    && other.getStatus() != null
                    && other.getStatus().startTime() != null
                    && other.getStatus().completionTime() == null)
        .map(other -> other.getMetadata().getName());
  }

  /** Records where the SQL is kept, and then puts it there. */
  private SchemaMigration freeze(Look look, List<SchemaSources.Kept> kept) {
    SchemaMigration migration = look.migration();
    boolean isNoted =
        migration.getStatus() != null && look.files().equals(migration.getStatus().files());
    SchemaMigration noted =
        isNoted
            ? migration
            : recorder.record(
                migration, look.status(Optional.empty()).planning("the SQL is kept as it is now"));
    if (!isNoted) {
      Stream.ofNullable(migration.getStatus())
          .flatMap(status -> Stream.ofNullable(status.files()))
          .flatMap(List::stream)
          .filter(old -> !look.files().contains(old))
          .flatMap(old -> present(migration, old.name()).stream())
          .filter(old -> Marks.wasMadeBy(old, migration.getMetadata().getUid()))
          .forEach(cluster::delete);
    }
    kept.stream()
        .filter(one -> present(migration, one.file().name()).isEmpty())
        .forEach(one -> cluster.create(one.configMap()));
    return noted;
  }

  private Optional<ConfigMap> present(SchemaMigration migration, String name) {
    return cluster.get(ConfigMap.class, migration.getMetadata().getNamespace(), name);
  }

  private Answer ask(SchemaMigration migration, Look look, Catalogue catalogue, Pace pace) {
    SchemaRun run = look.run(Optional.empty());
    String name = SchemaJob.planName(run, migration.getMetadata().getGeneration());
    Optional<Job> job =
        cluster.jobs(migration).stream()
            .filter(one -> one.getMetadata().getName().equals(name))
            .findFirst();
    if (job.isEmpty()) {
      cluster.create(
          SchemaJob.of(
              name,
              SchemaJob.planning(look.target().orElseThrow(), run),
              run,
              runner.orElseThrow()));
      return new Answer.NotYet(Outcome.waiting(planning(migration, look, name)));
    }
    if (JobView.hasFailed(job.get())) {
      return failed(migration, look, job.get(), pace);
    }
    if (!JobView.isComplete(job.get())) {
      return new Answer.NotYet(Outcome.waiting(planning(migration, look, name)));
    }
    Optional<JobEnd> end = cluster.jobEnd(migration.getMetadata().getNamespace(), name);
    Optional<SchemaPlan> plan =
        SchemaReports.read(end, SchemaReport.Planned.class)
            .flatMap(
                report ->
                    SchemaPlans.of(
                        report,
                        catalogue.names(),
                        reversible(catalogue, run),
                        look.target().orElseThrow()));
    if (plan.isEmpty()) {
      // Lost, or written by somebody else: the next one may say it.
      cluster.delete(job.get());
      return new Answer.NotYet(
          Outcome.recheck(
              migration, pace.afterPreflight(migration.getMetadata().getGeneration(), look.now())));
    }
    return planned(migration, look, plan.get(), pace);
  }

  private static Set<String> reversible(Catalogue catalogue, SchemaRun run) {
    return catalogue.entries().stream()
        .filter(entry -> run.restores() || entry.texts().containsKey(SchemaFiles.Text.DOWN))
        .map(entry -> entry.version().version())
        .collect(Collectors.toUnmodifiableSet());
  }

  private SchemaMigration planning(SchemaMigration migration, Look look, String job) {
    SchemaPreflightStatus status = look.status(Optional.empty());
    return retried.contains(migration.getMetadata().getUid()) && status.isOfFailure()
        ? migration
        : recorder.record(migration, status.planning("Job " + job + " looks at the database"));
  }

  private Answer failed(SchemaMigration migration, Look look, Job job, Pace pace) {
    String namespace = migration.getMetadata().getNamespace();
    String name = job.getMetadata().getName();
    String uid = migration.getMetadata().getUid();
    Instant when = again.get(uid);
    if (when != null && !look.now().isBefore(when)) {
      again.remove(uid);
      retried.add(uid);
      cluster.delete(job);
      return new Answer.NotYet(Outcome.recheck(migration, look.now()));
    }
    String why =
        SchemaReports.read(cluster.jobEnd(namespace, name), SchemaReport.Failed.class)
            .map(SchemaReport.Failed::message)
            .orElseGet(
                () ->
                    "Job " + name + " failed; it wrote last: " + cluster.logTail(namespace, name));
    Answer.NotYet answer = stay(migration, look, List.of(why), pace);
    if (when == null) {
      answer.outcome().recheck().ifPresent(next -> again.put(uid, next));
    }
    return answer;
  }

  private Answer planned(SchemaMigration migration, Look look, SchemaPlan plan, Pace pace) {
    SchemaMigrationSpec spec = migration.getSpec();
    SchemaPreflightStatus status = look.status(Optional.of(plan));
    if (spec.mode() == SchemaMode.PLAN_ONLY) {
      probes.forget(migration);
      SchemaMigration latest = recorder.record(migration, status.planned());
      listener.planned(latest, SchemaWords.plan(plan));
      return new Answer.NotYet(Outcome.waiting(latest));
    }
    if (plan.destructive() > 0 && !mayDestroy(spec)) {
      return stay(
          migration,
          status,
          List.of(
              "spec.allowDestructive: "
                  + SchemaWords.destructive(plan)
                  + " (status.plan.findings): set it to true, or let a person decide by"
                  + " spec.gate.approval with onTimeout: Fail"),
          pace,
          look.now());
    }
    SchemaRun run = look.run(Optional.of(plan));
    Plan compiled = SchemaCompiler.compile(run);
    Optional<String> problem =
        StatusSize.problem(compiled, look.spec()).or(() -> noClaim(compiled, migration));
    if (problem.isPresent()) {
      return stay(migration, status, List.of(problem.get()), pace, look.now());
    }
    Optional<List<String>> answers = probes.problems(migration, run);
    if (answers.isEmpty()) {
      return new Answer.NotYet(Outcome.waiting(migration));
    }
    if (!answers.get().isEmpty()) {
      return stay(migration, status, answers.get(), pace, look.now());
    }
    SchemaMigration kept = recorder.keep(recorder.record(migration, status.ready()), true);
    listener.planned(kept, SchemaWords.plan(plan));
    return new Answer.Begin(
        new SchemaCourse(
            kept,
            run,
            compiled,
            SpecHash.of(spec),
            Optional.empty(),
            Journal.begin(compiled, look.now())));
  }

  /**
   * A pod without its claim would wait without an end; where nobody may look it is taken on trust.
   */
  private Optional<String> noClaim(Plan plan, SchemaMigration migration) {
    String namespace = migration.getMetadata().getNamespace();
    return plan.steps()
        .filter(BackUp.class::isInstance)
        .flatMap(step -> Stream.ofNullable(migration.getSpec().backup().claim()))
        .map(SchemaBackup.Claim::name)
        .filter(name -> cluster.may(RequiredPermissions.READ_CLAIMS, namespace))
        .filter(name -> cluster.get(PersistentVolumeClaim.class, namespace, name).isEmpty())
        .map(name -> "spec.backup.claim: PersistentVolumeClaim " + name + " is not there")
        .findFirst();
  }

  /** That nobody says anything is no word for it. */
  private static boolean mayDestroy(SchemaMigrationSpec spec) {
    return Boolean.TRUE.equals(spec.allowDestructive())
        || (spec.gate() != null
            && spec.gate().approval() != null
            && spec.gate().approval().onTimeout() == OnTimeout.FAIL);
  }

  private Answer.NotYet stay(
      SchemaMigration migration, Look look, List<String> problems, Pace pace) {
    return stay(migration, look.status(Optional.empty()), problems, pace, look.now());
  }

  private Answer.NotYet stay(
      SchemaMigration migration,
      SchemaPreflightStatus preflight,
      List<String> problems,
      Pace pace,
      Instant now) {
    probes.forget(migration);
    retried.remove(migration.getMetadata().getUid());
    SchemaMigrationStatus status = preflight.failed(problems);
    SchemaMigration latest = recorder.record(migration, status);
    if (!status.equals(migration.getStatus())) {
      listener.preflightFailed(latest, problems);
    }
    long generation = migration.getMetadata().getGeneration();
    return new Answer.NotYet(Outcome.recheck(latest, pace.afterPreflight(generation, now)));
  }
}
