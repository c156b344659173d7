package dev.godwit.operator.preflight;

import dev.godwit.api.v1alpha1.MigrationSpec;
import dev.godwit.api.v1alpha1.SchemaMigration;
import dev.godwit.api.v1alpha1.SchemaStage;
import dev.godwit.api.v1alpha1.SchemaWhen;
import dev.godwit.operator.preflight.PreflightResult.Problem;
import dev.godwit.operator.step.SchemaView;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Whether the SchemaMigrations that are to be stages of a Migration wait for it. */
final class SchemaChecks {

  private SchemaChecks() {}

  static List<Problem> problems(
      MigrationSpec spec, String migration, Map<String, SchemaMigration> seen) {
    List<SchemaStage> stages = Optional.ofNullable(spec.schemas()).orElse(List.of());
    List<Problem> problems = new ArrayList<>();
    for (int index = 0; index < stages.size(); index++) {
      String name = stages.get(index).migration();
      String field = "spec.schemas[" + index + "].migration";
      Optional.ofNullable(seen.get(name))
          .map(schema -> new SchemaView(schema).problem(migration))
          .orElseGet(
              () -> Optional.of(SchemaView.title(name) + " does not exist in this namespace"))
          .or(() -> shared(name, spec.schemas(SchemaWhen.BEFORE_DEPLOY), seen))
          .ifPresent(why -> problems.add(new Problem(field, why)));
    }
    return problems;
  }

  /** One that stands by has its database: another one would wait for it without an end. */
  private static Optional<String> shared(
      String name, List<SchemaStage> expanding, Map<String, SchemaMigration> seen) {
    boolean isOne = expanding.stream().anyMatch(stage -> stage.migration().equals(name));
    return expanding.stream()
        .map(SchemaStage::migration)
        .takeWhile(other -> isOne && !other.equals(name))
        .filter(seen::containsKey)
        .filter(
            other ->
                seen.get(other).getSpec().database().equals(seen.get(name).getSpec().database()))
        .map(
            other ->
                SchemaView.title(name)
                    + " works on the database of "
                    + SchemaView.title(other)
                    + ", which stands by until the end: put their versions into one")
        .findFirst();
  }
}
