package dev.godwit.operator.step;

import dev.godwit.api.v1alpha1.TimeSpan;
import dev.godwit.contract.schema.SchemaOrder;
import dev.godwit.contract.schema.SchemaReport;
import dev.godwit.operator.plan.Action;
import dev.godwit.operator.plan.Assessment;
import dev.godwit.operator.plan.JobEnd;
import dev.godwit.operator.plan.JobView;
import dev.godwit.operator.plan.Need;
import dev.godwit.operator.plan.Reason;
import dev.godwit.operator.plan.RunnerImage;
import dev.godwit.operator.plan.SchemaRun;
import dev.godwit.operator.plan.Situation;
import dev.godwit.operator.plan.Step;
import dev.godwit.operator.resource.SchemaJob;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/** A step that lets a Job work on the database of a SchemaMigration. */
public interface SchemaJobStep extends Step {

  /** For the Job to end by its own deadline, which begins when its pod is made. */
  Duration GRACE = Duration.ofMinutes(5);

  /** Of which run. */
  SchemaRun run();

  /** The name of the Job that such an attempt makes, forwards or backwards. */
  String job(boolean forwards, int attempt);

  @Override
  default Set<Need> needs() {
    return Set.of(Need.JOB_ENDS);
  }

  /**
   * How far the Job is.
   *
   * @param name of the Job
   * @param begun when the work on it began
   * @param done what follows from how its program has ended, once that went well
   */
  default Assessment assess(
      Situation situation,
      String name,
      SchemaOrder order,
      Instant begun,
      Function<Optional<JobEnd>, Assessment> done) {
    JobView view = situation.seen().jobs().get(name);
    if (view == null) {
      Optional<RunnerImage> image = situation.seen().runner();
      return image.isEmpty()
          ? Assessment.failed(
              Reason.REJECTED, "the operator is configured without a runner's image")
          : Assessment.act(
              "starting Job " + name,
              new Action.Create(SchemaJob.of(name, order, run(), image.get())));
    }
    if (JobView.isComplete(view.job())) {
      return done.apply(view.end());
    }
    if (JobView.hasFailed(view.job())) {
      return failed(name, view);
    }
    Instant latest = begun.plus(TimeSpan.parse(run().spec().deadline())).plus(GRACE);
    return situation.now().isBefore(latest)
        ? Assessment.await("Job " + name + " to finish", latest)
        : Assessment.failed(
            Reason.DEADLINE_EXCEEDED,
            "Job " + name + " has not ended in time, nor has its own deadline ended it");
  }

  /** The same on the way back, where nobody else would try once more. */
  default Assessment assessBack(
      Situation situation,
      String name,
      SchemaOrder order,
      Function<Optional<JobEnd>, Assessment> done) {
    Instant begun = situation.entry().undoStartedAt().orElseThrow();
    Assessment answer = assess(situation, name, order, begun, done);
    return answer instanceof Assessment.Failed failed
        ? Assessment.failed(
            failed.reason(), failed.message() + ". " + Commands.runAgain(name, run().namespace()))
        : answer;
  }

  private static Assessment failed(String name, JobView view) {
    return SchemaReports.read(view.end(), SchemaReport.Failed.class)
        .map(
            report ->
                Assessment.failed(
                    report.cause() == SchemaReport.Cause.VERIFY
                        ? Reason.VERIFY_FAILED
                        : Reason.VERSION_FAILED,
                    report.message()))
        .orElseGet(
            () ->
                Assessment.failed(
                    Reason.VERSION_FAILED, "Job " + name + " failed" + JobRun.why(view)));
  }
}
