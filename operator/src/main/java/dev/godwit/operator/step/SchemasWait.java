package dev.godwit.operator.step;

import dev.godwit.operator.plan.Assessment;
import dev.godwit.operator.plan.Need;
import dev.godwit.operator.plan.Reason;
import dev.godwit.operator.plan.Situation;
import dev.godwit.operator.plan.Step;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The SchemaMigrations that are to run after the point of no return still wait for it: once more,
 * for what was found before the start may be long ago.
 */
public record SchemasWait(List<RunSchema> runs) implements Step {

  /** Copies the list. */
  public SchemasWait {
    runs = List.copyOf(runs);
  }

  @Override
  public String name() {
    return "check-schemas";
  }

  @Override
  public Set<Need> needs() {
    return Set.of(Need.SCHEMAS);
  }

  @Override
  public Assessment assess(Situation situation) {
    String problems =
        runs.stream()
            .flatMap(run -> run.problem(situation.seen()).stream())
            .collect(Collectors.joining("; "));
    return problems.isEmpty()
        ? Assessment.done()
        : Assessment.failed(Reason.SCHEMA_FAILED, problems);
  }
}
