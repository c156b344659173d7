package dev.godwit.operator.strategy;

import dev.godwit.api.v1alpha1.SchemaBackup;
import dev.godwit.api.v1alpha1.TimeSpan;
import dev.godwit.contract.schema.SchemaOrder;
import dev.godwit.operator.guard.BaselineMeasured;
import dev.godwit.operator.guard.DatabaseUser;
import dev.godwit.operator.guard.MetricWithin;
import dev.godwit.operator.guard.ProbePasses;
import dev.godwit.operator.guard.UsersServe;
import dev.godwit.operator.metric.AnswerTriggers;
import dev.godwit.operator.metric.ServiceMetric;
import dev.godwit.operator.metric.ServiceProbe;
import dev.godwit.operator.plan.Guard;
import dev.godwit.operator.plan.Plan;
import dev.godwit.operator.plan.SchemaRun;
import dev.godwit.operator.plan.ServicePlan;
import dev.godwit.operator.plan.Stage;
import dev.godwit.operator.plan.Step;
import dev.godwit.operator.step.AnswerBaseline;
import dev.godwit.operator.step.BackUp;
import dev.godwit.operator.step.Baseline;
import dev.godwit.operator.step.CompareSchema;
import dev.godwit.operator.step.DataWatches;
import dev.godwit.operator.step.Delay;
import dev.godwit.operator.step.LockDatabase;
import dev.godwit.operator.step.MoveVersions;
import dev.godwit.operator.step.NoteAnswers;
import dev.godwit.operator.step.Restore;
import dev.godwit.operator.step.StandBy;
import dev.godwit.operator.step.UnlockDatabase;
import dev.godwit.operator.step.Verbs;
import dev.godwit.operator.step.Watch;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Compiles the versions that a database is to have, or to lose, into a plan: gate · backup ·
 * version by version, with a wait after each, and as a stage of a Migration until that has ended.
 * On the way back the versions are taken back in reverse order, and the schema is compared with
 * what it was. A run that restores its dump keeps others out of the database from before that is
 * made until all versions are there, or the dump is restored.
 */
public final class SchemaCompiler {

  private SchemaCompiler() {}

  /** The plan. The same run always has the same plan: it is compiled anew for every decision. */
  public static Plan compile(SchemaRun run) {
    List<Stage> versions = batches(run).stream().flatMap(batch -> stages(batch, run)).toList();
    List<String> moves =
        versions.stream()
            .flatMap(stage -> stage.steps().stream())
            .filter(MoveVersions.class::isInstance)
            .map(Step::name)
            .toList();
    List<Stage> stages = new ArrayList<>(beforeVersions(moves, run));
    if (isWatched(run)) {
      stages.add(stage("CheckingHealth", watch(Verbs.HEALTH, Duration.ZERO, "", run)));
    }
    List<Baseline> baselines = baselines(run);
    Stream.concat(baselines.stream(), answers(run))
        .forEach(step -> stages.add(stage("MeasuringBaseline", step)));
    stages.addAll(versions);
    if (isLocked(run)) {
      stages.add(stage("Unlocking", new UnlockDatabase(run)));
    }
    if (run.isStaged()) {
      stages.add(stage("StandingBy", new StandBy(run)));
    }
    List<Guard> guards = new ArrayList<>(GateStages.guards(stages));
    baselines.stream().map(BaselineMeasured::new).forEach(guards::add);
    metrics(run)
        .map(metric -> new MetricWithin(metric, run.namespace(), user(metric.plan())))
        .forEach(guards::add);
    probes(run).map(probe -> new ProbePasses(probe, user(probe.plan()))).forEach(guards::add);
    probes(run)
        .map(ServiceProbe::plan)
        .distinct()
        .map(plan -> new UsersServe(user(plan)))
        .forEach(guards::add);
    return new Plan(stages, guards);
  }

  /** Under a lock the dump is restored before the comparison, and others come in after it. */
  private static List<Stage> beforeVersions(List<String> moves, SchemaRun run) {
    Stage comparing = stage("Starting", new CompareSchema(run, moves));
    List<Stage> stages = new ArrayList<>(GateStages.beforeVersions(run));
    if (isLocked(run)) {
      stages.add(stage("Locking", new LockDatabase(run)));
      stages.add(comparing);
    } else {
      stages.addFirst(comparing);
    }
    if (isBackedUp(run)) {
      stages.add(stage("BackingUp", new BackUp(run)));
    }
    if (isLocked(run)) {
      stages.add(stage("BackingUp", new Restore(run, moves)));
    }
    return stages;
  }

  private static boolean isLocked(SchemaRun run) {
    return run.restores() && !run.plan().versions().isEmpty();
  }

  private static DatabaseUser user(ServicePlan plan) {
    return new DatabaseUser(plan, Verbs.HEALTH);
  }

  /** The services that use the database, where something is to be run. */
  private static Stream<ServicePlan> users(SchemaRun run) {
    return run.plan().versions().isEmpty() ? Stream.of() : run.services().stream();
  }

  private static Stream<ServiceMetric> metrics(SchemaRun run) {
    return users(run).flatMap(user -> ServiceMetric.of(run.spec().health(), user).stream());
  }

  private static Stream<ServiceProbe> probes(SchemaRun run) {
    return users(run).flatMap(user -> ServiceProbe.of(run.spec().health(), user).stream());
  }

  private static boolean isWatched(SchemaRun run) {
    return Stream.concat(metrics(run), probes(run)).findAny().isPresent();
  }

  /** Ends only when metrics and probes are known to be good. */
  private static Watch watch(String name, Duration length, String why, SchemaRun run) {
    return new Watch(
        name,
        length,
        why,
        metrics(run).toList(),
        probes(run).toList(),
        true,
        DataWatches.of(List.of(), null));
  }

  private static List<Baseline> baselines(SchemaRun run) {
    Map<ServicePlan, List<ServiceMetric>> relative =
        metrics(run)
            .filter(ServiceMetric::isRelative)
            .collect(
                Collectors.groupingBy(
                    ServiceMetric::plan, LinkedHashMap::new, Collectors.toList()));
    return relative.entrySet().stream()
        .map(one -> new Baseline(one.getKey(), one.getValue(), run.namespace()))
        .toList();
  }

  /** What is noted of answers to probes, where those of later are compared with them. */
  private static Stream<Step> answers(SchemaRun run) {
    AnswerTriggers triggers = AnswerTriggers.of(run.spec().health());
    if (triggers.ratio().isEmpty()) {
      return Stream.of();
    }
    return users(run)
        .map(
            user ->
                new NoteAnswers(
                    user,
                    new AnswerBaseline(
                        ServiceProbe.of(run.spec().health(), user).stream()
                            .map(probe -> probe.probe().name())
                            .toList(),
                        triggers.least())))
        .filter(step -> !step.answers().probes().isEmpty())
        .map(Step.class::cast);
  }

  private static boolean isBackedUp(SchemaRun run) {
    SchemaBackup backup = run.spec().backup();
    return backup != null
        && !run.plan().versions().isEmpty()
        && switch (backup.policy()) {
          case ALWAYS -> true;
          case ON_DESTRUCTIVE -> run.plan().destructive() > 0 || !run.isUp();
          case NEVER -> false;
        };
  }

  private static Stream<Stage> stages(List<String> versions, SchemaRun run) {
    MoveVersions move = new MoveVersions(run, versions);
    Stream.Builder<Stage> stages = Stream.builder();
    stages.add(stage(run.isUp() ? "Migrating" : "TakingBack", move));
    Duration settle = TimeSpan.parse(run.spec().settle());
    if (!settle.isZero()) {
      stages.add(
          stage("Settling", settle(versions.getLast() + "/settle", settle, move.name(), run)));
    }
    return stages.build();
  }

  /** A wait alone, where nobody is watched. */
  private static Step settle(String name, Duration length, String move, SchemaRun run) {
    String why = "the time that a version is given to settle";
    return isWatched(run)
        ? watch(name, length, why, run)
        : new Delay(name, length, List.of(move), why);
  }

  /** What is asked of one Job; a version that there is no way back from is on its own. */
  private static List<List<String>> batches(SchemaRun run) {
    int most = Math.min(run.spec().batch(), SchemaOrder.MOST_VERSIONS);
    List<List<String>> batches = new ArrayList<>();
    List<String> batch = new ArrayList<>();
    for (String version : run.plan().versions()) {
      boolean alone = run.isUp() && !run.isReversible(List.of(version));
      if (!batch.isEmpty() && (alone || batch.size() == most)) {
        batches.add(batch);
        batch = new ArrayList<>();
      }
      batch.add(version);
      if (alone) {
        batches.add(batch);
        batch = new ArrayList<>();
      }
    }
    if (!batch.isEmpty()) {
      batches.add(batch);
    }
    return batches;
  }

  private static Stage stage(String phase, Step step) {
    return new Stage(step.name(), phase, List.of(step));
  }
}
