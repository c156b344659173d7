package dev.godwit.operator.step;

import dev.godwit.contract.schema.SchemaReport;
import dev.godwit.operator.plan.Assessment;
import dev.godwit.operator.plan.JobEnd;
import dev.godwit.operator.plan.Journal;
import dev.godwit.operator.plan.SchemaRun;
import dev.godwit.operator.plan.Situation;
import dev.godwit.operator.resource.SchemaJob;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Forwards there is nothing to do: the picture of the schema is taken before the first version, in
 * the same transaction. Backwards, when all versions were taken back, it says whether the schema is
 * what it was.
 *
 * @param after the steps that may have changed the schema, by name
 */
public record CompareSchema(SchemaRun run, List<String> after) implements SchemaJobStep {

  /** Its name. */
  public static final String NAME = "compare";

  /** What it begins with where nobody knows: all is taken back, and nobody waits for it. */
  public static final String UNKNOWN = "the schema was not compared with what it was before";

  /** What it says where nothing differs. */
  public static final String SAME = "the schema is what it was before";

  /** Copies the list. */
  public CompareSchema {
    after = List.copyOf(after);
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public String job(boolean forwards, int attempt) {
    return SchemaJob.name(run, NAME, attempt);
  }

  @Override
  public Assessment assess(Situation situation) {
    return Assessment.done();
  }

  @Override
  public Assessment assessUndo(Situation situation) {
    Journal journal = situation.journal();
    if (after.stream().noneMatch(journal::wasBegun)) {
      return Assessment.done(SAME);
    }
    Instant begun = situation.entry().undoStartedAt().orElseThrow();
    Assessment answer =
        assess(
            situation,
            job(false, situation.entry().attempt()),
            SchemaJob.comparing(run),
            begun,
            CompareSchema::compared);
    return answer instanceof Assessment.Failed failed
        ? Assessment.done(UNKNOWN + ": " + failed.message())
        : answer;
  }

  private static Assessment compared(Optional<JobEnd> end) {
    return SchemaReports.read(end, SchemaReport.Compared.class)
        .map(
            report ->
                report.differences().isEmpty()
                    ? SAME
                    : "the schema is not what it was before: "
                        + String.join("; ", report.differences())
                        + (report.omitted() == 0 ? "" : "; and " + report.omitted() + " more"))
        .map(Assessment::done)
        .orElseGet(() -> Assessment.done(UNKNOWN + ": its report is lost"));
  }
}
