package dev.godwit.operator.strategy;

import dev.godwit.api.v1alpha1.MigrationSpec;
import dev.godwit.api.v1alpha1.SchemaWhen;
import dev.godwit.operator.guard.SchemaStands;
import dev.godwit.operator.plan.Guard;
import dev.godwit.operator.plan.Stage;
import dev.godwit.operator.plan.Step;
import dev.godwit.operator.resource.Marks;
import dev.godwit.operator.step.ReleaseSchemas;
import dev.godwit.operator.step.RunSchema;
import dev.godwit.operator.step.SchemasWait;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Makes the stages of a Migration in which SchemaMigrations run: the same in every strategy. */
final class SchemaStages {

  private SchemaStages() {}

  /** What the new version needs, before anything else. */
  static List<Stage> expand(MigrationSpec spec, Marks.Maker maker) {
    return runs(spec, maker, SchemaWhen.BEFORE_DEPLOY).map(SchemaStages::stage).toList();
  }

  /**
   * What was expanded stays, and what nobody needs any more goes: in this order, since two don't
   * work on one database at a time.
   */
  static List<Stage> contract(MigrationSpec spec, Marks.Maker maker) {
    List<Stage> stages = new ArrayList<>();
    List<RunSchema> expanded = runs(spec, maker, SchemaWhen.BEFORE_DEPLOY).toList();
    if (!expanded.isEmpty()) {
      stages.add(release(new ReleaseSchemas(ReleaseSchemas.EXPANDED, expanded, maker)));
    }
    List<RunSchema> contracted = runs(spec, maker, SchemaWhen.AFTER_CLEANUP).toList();
    if (!contracted.isEmpty()) {
      contracted.stream().map(SchemaStages::stage).forEach(stages::add);
      stages.add(release(new ReleaseSchemas(ReleaseSchemas.CONTRACTED, contracted, maker)));
    }
    return stages;
  }

  private static Stage release(Step release) {
    return new Stage(release.name(), "CleaningUp", List.of(release));
  }

  /** Before the way back is given up: whether what is to be contracted still waits for it. */
  static List<Stage> check(MigrationSpec spec, Marks.Maker maker) {
    List<RunSchema> contracted = runs(spec, maker, SchemaWhen.AFTER_CLEANUP).toList();
    if (contracted.isEmpty()) {
      return List.of();
    }
    Step check = new SchemasWait(contracted);
    return List.of(new Stage(check.name(), "CleaningUp", List.of(check)));
  }

  private static Stage stage(RunSchema run) {
    return new Stage(run.name(), "MigratingSchema", List.of(run));
  }

  private static Stream<RunSchema> runs(MigrationSpec spec, Marks.Maker maker, SchemaWhen when) {
    return spec.schemas(when).stream().map(stage -> new RunSchema(stage, maker));
  }

  /** What watches over those that can be taken back, among stages. */
  static List<Guard> guards(List<Stage> stages) {
    List<Step> steps = stages.stream().flatMap(stage -> stage.steps().stream()).toList();
    Set<String> last =
        steps.stream()
            .filter(Step::pointOfNoReturn)
            .map(Step::name)
            .collect(Collectors.toUnmodifiableSet());
    return steps.stream()
        .filter(RunSchema.class::isInstance)
        .map(RunSchema.class::cast)
        .filter(run -> !run.pointOfNoReturn())
        .<Guard>map(run -> new SchemaStands(run, last))
        .toList();
  }
}
