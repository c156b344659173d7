package dev.godwit.operator.strategy;

import dev.godwit.api.v1alpha1.SchemaBackup;
import dev.godwit.api.v1alpha1.TimeSpan;
import dev.godwit.contract.schema.SchemaOrder;
import dev.godwit.operator.plan.Plan;
import dev.godwit.operator.plan.SchemaRun;
import dev.godwit.operator.plan.Stage;
import dev.godwit.operator.plan.Step;
import dev.godwit.operator.step.BackUp;
import dev.godwit.operator.step.CompareSchema;
import dev.godwit.operator.step.Delay;
import dev.godwit.operator.step.MoveVersions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Compiles the versions that a database is to have, or to lose, into a plan: gate · backup ·
 * version by version, with a wait after each. On the way back the versions are taken back in
 * reverse order, and the schema is compared with what it was.
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
    List<Stage> stages = new ArrayList<>();
    stages.add(stage("Starting", new CompareSchema(run, moves)));
    stages.addAll(GateStages.beforeVersions(run));
    if (isBackedUp(run)) {
      stages.add(stage("BackingUp", new BackUp(run)));
    }
    stages.addAll(versions);
    return new Plan(stages, GateStages.guards(stages));
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
          stage(
              "Settling",
              new Delay(
                  versions.getLast() + "/settle",
                  settle,
                  List.of(move.name()),
                  "the time that a version is given to settle")));
    }
    return stages.build();
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
