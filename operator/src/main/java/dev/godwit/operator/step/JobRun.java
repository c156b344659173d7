package dev.godwit.operator.step;

import dev.godwit.operator.plan.Action;
import dev.godwit.operator.plan.Assessment;
import dev.godwit.operator.plan.JobView;
import dev.godwit.operator.plan.Observation;
import dev.godwit.operator.plan.Reason;
import dev.godwit.operator.plan.Situation;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.function.Supplier;

/** A Job that a step runs to its end. */
final class JobRun {

  private JobRun() {}

  /** Whether a Job is over, whatever came of it. */
  static boolean hasEnded(Job job) {
    return JobView.isComplete(job) || JobView.hasFailed(job);
  }

  /**
   * For a Job to end by its own deadline: that begins when its pod is made, and not while something
   * keeps it suspended.
   */
  private static final Duration GRACE = Duration.ofMinutes(5);

  /**
   * How far a Job is.
   *
   * @param what the Job is for, as in messages
   * @param end when its own deadline is over, had it started at once
   * @param making the Job, where it is not there yet
   */
  static Assessment assess(
      Situation situation,
      String name,
      String what,
      Reason reason,
      Instant end,
      Supplier<Job> making) {
    Observation seen = situation.seen();
    JobView job = seen.jobs().get(name);
    if (job == null) {
      return Assessment.act("starting Job " + name, new Action.Create(making.get()));
    }
    if (JobView.isComplete(job.job())) {
      return Assessment.done();
    }
    if (JobView.hasFailed(job.job())) {
      return Assessment.failed(reason, what + ": Job " + name + " failed" + why(job));
    }
    Instant latest = end.plus(GRACE);
    return situation.await(
        "Job " + name + " to finish",
        latest,
        Reason.DEADLINE_EXCEEDED,
        what
            + ": Job "
            + name
            + " has not ended in time, nor has its own deadline ended it"
            + (Boolean.TRUE.equals(job.job().getSpec().getSuspend()) ? ": it is suspended" : ""));
  }

  static String why(JobView job) {
    String reason =
        job.job().getStatus().getConditions().stream()
            .filter(condition -> "Failed".equals(condition.getType()))
            .map(condition -> condition.getReason())
            .filter(Objects::nonNull)
            .findFirst()
            .map(word -> " (" + word + ")")
            .orElse("");
    return job.logTail().isEmpty() ? reason : reason + "; it wrote last: " + job.logTail();
  }
}
