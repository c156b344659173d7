package dev.godwit.operator.step;

import dev.godwit.contract.schema.SchemaReport;
import dev.godwit.operator.plan.Assessment;
import dev.godwit.operator.plan.JobEnd;
import dev.godwit.operator.plan.SchemaRun;
import dev.godwit.operator.plan.Situation;
import dev.godwit.operator.resource.SchemaJob;
import java.util.Optional;

/**
 * Keeps everybody else out of the database, so that its dump can be restored without a loss. The
 * way back lets them in again, when all else is taken back.
 */
public record LockDatabase(SchemaRun run) implements SchemaJobStep {

  /** Its name. */
  public static final String NAME = "lock";

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public String job(boolean forwards, int attempt) {
    return SchemaJob.name(run, forwards ? NAME : NAME + "-back", attempt);
  }

  @Override
  public Assessment assess(Situation situation) {
    return assess(
        situation,
        job(true, situation.entry().attempt()),
        SchemaJob.locking(run),
        situation.entry().since(),
        LockDatabase::locked);
  }

  private static Assessment locked(Optional<JobEnd> end) {
    return Assessment.done(
        "nobody else can connect"
            + SchemaReports.read(end, SchemaReport.Locked.class)
                .map(report -> ", sessions ended: " + report.ended())
                .orElse(""));
  }

  /** Who locks late would never be followed by anybody who unlocks. */
  @Override
  public Assessment assessUndo(Situation situation) {
    return stillAtWork(situation)
        .orElseGet(
            () ->
                assessBack(
                    situation,
                    job(false, situation.entry().attempt()),
                    SchemaJob.unlocking(run),
                    end -> Assessment.done(UnlockDatabase.OPEN)));
  }
}
