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
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;

/** A step that lets a Job work on the database of a SchemaMigration. */
public interface SchemaJobStep extends Step {

  /** For the Job to end by its own deadline, which begins when its pod is made. */
  Duration GRACE = Duration.ofMinutes(5);

  /** Of which run. */
  SchemaRun run();

  /** How long one of its Jobs may take. */
  default Duration deadline() {
    return TimeSpan.parse(run().spec().deadline());
  }

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
    Instant latest = latest(view.job(), begun);
    return situation.await(
        "Job " + name + " to finish",
        latest,
        Reason.DEADLINE_EXCEEDED,
        "Job " + name + " has not ended in time, nor has its own deadline ended it");
  }

  /** What there is to wait for while the Job of the way forward is still at work; empty if not. */
  default Optional<Assessment> stillAtWork(Situation situation) {
    String there = job(true, situation.entry().attempt());
    JobView under = situation.seen().jobs().get(there);
    if (under == null || JobRun.hasEnded(under.job())) {
      return Optional.empty();
    }
    Instant latest = latest(under.job(), situation.entry().since());
    return Optional.of(
        situation.await(
            "Job " + there + " to finish, before what it did is taken back",
            latest,
            Reason.DEADLINE_EXCEEDED,
            Commands.takeBackAgain(there, run())
                + ". What is wrong: it has not ended in time, nor has its own deadline ended it"));
  }

  /** By when a Job should have ended: one that was made anew has its whole time. */
  default Instant latest(JobView view, Instant begun) {
    return view == null ? begun.plus(deadline()).plus(GRACE) : latest(view.job(), begun);
  }

  /** By when a Job should have ended: one that was made anew has its whole time. */
  default Instant latest(Job job, Instant begun) {
    return Stream.ofNullable(job.getMetadata().getCreationTimestamp())
        .map(Instant::parse)
        .filter(begun::isBefore)
        .findFirst()
        .orElse(begun)
        .plus(deadline())
        .plus(GRACE);
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
        ? new Assessment.Failed(
            failed.reason(),
            Commands.takeBackAgain(name, run()) + ". What is wrong: " + failed.message(),
            failed.remembered())
        : answer;
  }

  private static Assessment failed(String name, JobView view) {
    return SchemaReports.read(view.end(), SchemaReport.Failed.class)
        .map(
            report ->
                new Assessment.Failed(
                    report.cause() == SchemaReport.Cause.VERIFY
                        ? Reason.VERIFY_FAILED
                        : Reason.VERSION_FAILED,
                    report.message(),
                    Optional.ofNullable(report.current())
                        .map(current -> PreImages.results(null, SchemaRun.named(current)))))
        .orElseGet(
            () ->
                new Assessment.Failed(
                    Reason.VERSION_FAILED,
                    "Job " + name + " failed" + JobRun.why(view),
                    Optional.empty()));
  }
}
