package dev.godwit.operator.strategy;

import dev.godwit.api.v1alpha1.SchemaBackup;
import dev.godwit.api.v1alpha1.TimeSpan;
import dev.godwit.contract.schema.SchemaOrder;
import dev.godwit.operator.guard.BaselineMeasured;
import dev.godwit.operator.guard.DatabaseUser;
import dev.godwit.operator.guard.MetricWithin;
import dev.godwit.operator.metric.ServiceMetric;
import dev.godwit.operator.plan.Guard;
import dev.godwit.operator.plan.Plan;
import dev.godwit.operator.plan.SchemaRun;
import dev.godwit.operator.plan.ServicePlan;
import dev.godwit.operator.plan.Stage;
import dev.godwit.operator.plan.Step;
import dev.godwit.operator.step.BackUp;
import dev.godwit.operator.step.Baseline;
import dev.godwit.operator.step.CompareSchema;
import dev.godwit.operator.step.DataWatches;
import dev.godwit.operator.step.Delay;
import dev.godwit.operator.step.MoveVersions;
import dev.godwit.operator.step.StandBy;
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
 * what it was.
 */
public final class SchemaCompiler {

  /** The step from which on the services that use the database are watched. */
  private static final String HEALTH = "health";

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
    List<Stage> stages = new ArrayList<>();
    stages.add(stage("Starting", new CompareSchema(run, moves)));
    stages.addAll(GateStages.beforeVersions(run));
    if (isBackedUp(run)) {
      stages.add(stage("BackingUp", new BackUp(run)));
    }
    List<ServiceMetric> metrics = metrics(run).toList();
    if (!metrics.isEmpty()) {
      stages.add(
          stage(
              "CheckingHealth",
              new Watch(HEALTH, Duration.ZERO, "", metrics, DataWatches.of(List.of(), null))));
    }
    List<Baseline> baselines = baselines(run);
    baselines.forEach(baseline -> stages.add(stage("MeasuringBaseline", baseline)));
    stages.addAll(versions);
    if (run.isStaged()) {
      stages.add(stage("StandingBy", new StandBy(run)));
    }
    List<Guard> guards = new ArrayList<>(GateStages.guards(stages));
    baselines.stream().map(BaselineMeasured::new).forEach(guards::add);
    metrics.stream()
        .map(
            metric ->
                new MetricWithin(metric, run.namespace(), new DatabaseUser(metric.plan(), HEALTH)))
        .forEach(guards::add);
    return new Plan(stages, guards);
  }

  /** What is asked of the services that use the database, where something is to be run. */
  private static Stream<ServiceMetric> metrics(SchemaRun run) {
    if (run.plan().versions().isEmpty()) {
      return Stream.of();
    }
    return run.services().stream()
        .flatMap(service -> ServiceMetric.of(run.spec().health(), service).stream());
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

  /** A wait alone; with metrics one that ends only when they are known to be good. */
  private static Step settle(String name, Duration length, String move, SchemaRun run) {
    String why = "the time that a version is given to settle";
    List<ServiceMetric> metrics = metrics(run).toList();
    return metrics.isEmpty()
        ? new Delay(name, length, List.of(move), why)
        : new Watch(name, length, why, metrics, DataWatches.of(List.of(), null));
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
