package dev.godwit.operator.plan;

import io.fabric8.kubernetes.api.model.batch.v1.Job;
import java.util.Optional;

/**
 * A Job and the end of what it wrote.
 *
 * @param logTail the last lines of the log of a Job that failed, else empty
 * @param end how its program has ended; only with {@link Need#JOB_ENDS}, and only while its pod is
 *     there
 */
public record JobView(Job job, String logTail, Optional<JobEnd> end) {

  /** A Job of which nobody asks how its program has ended. */
  public JobView(Job job, String logTail) {
    this(job, logTail, Optional.empty());
  }

  /** Whether a Job has ended well. */
  public static boolean isComplete(Job job) {
    return hasCondition(job, "Complete");
  }

  /** Whether a Job has ended otherwise. */
  public static boolean hasFailed(Job job) {
    return hasCondition(job, "Failed");
  }

  private static boolean hasCondition(Job job, String type) {
    return job.getStatus() != null
        && job.getStatus().getConditions() != null
        && job.getStatus().getConditions().stream()
            .anyMatch(
                condition ->
                    type.equals(condition.getType()) && "True".equals(condition.getStatus()));
  }
}
