package dev.godwit.operator.step;

import dev.godwit.operator.plan.Observation;
import dev.godwit.operator.plan.Situation;
import dev.godwit.operator.plan.Step;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import java.util.List;
import java.util.stream.Stream;

/** A step that runs Jobs, which stay for people to read until the clean-up. */
public interface JobStep extends Step {

  /** The Jobs that were made for it in so many attempts, as far as they are still there. */
  Stream<Job> jobs(Observation seen, int attempts);

  /** The Jobs that were made for these steps, as far as they are still there. */
  static Stream<Job> jobs(List<? extends JobStep> steps, Situation situation) {
    return steps.stream()
        .flatMap(
            step -> step.jobs(situation.seen(), situation.journal().entry(step.name()).attempt()));
  }
}
