package dev.godwit.operator.step;

import dev.godwit.operator.plan.Action;
import dev.godwit.operator.plan.Assessment;
import dev.godwit.operator.plan.JobView;
import dev.godwit.operator.plan.Observation;
import dev.godwit.operator.plan.Reason;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import java.util.Objects;
import java.util.function.Supplier;

/** A Job that a step runs to its end. */
final class JobRun {

  private JobRun() {}

  /** Whether a Job is over, whatever came of it. */
  static boolean hasEnded(Job job) {
    return hasCondition(job, "Complete") || hasCondition(job, "Failed");
  }

  /**
   * How far a Job is.
   *
   * @param what the Job is for, as in messages
   * @param making the Job, where it is not there yet
   */
  static Assessment assess(
      Observation seen, String name, String what, Reason reason, Supplier<Job> making) {
    JobView job = seen.jobs().get(name);
    if (job == null) {
      return Assessment.act("starting Job " + name, new Action.Create(making.get()));
    }
    if (hasCondition(job.job(), "Complete")) {
      return Assessment.done();
    }
    return hasCondition(job.job(), "Failed")
        ? Assessment.failed(reason, what + ": Job " + name + " failed" + why(job))
        : Assessment.await("Job " + name + " to finish");
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

  static boolean hasCondition(Job job, String type) {
    return job.getStatus() != null
        && job.getStatus().getConditions() != null
        && job.getStatus().getConditions().stream()
            .anyMatch(
                condition ->
                    type.equals(condition.getType()) && "True".equals(condition.getStatus()));
  }
}
