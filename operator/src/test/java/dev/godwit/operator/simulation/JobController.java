package dev.godwit.operator.simulation;

import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobStatusBuilder;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.Predicate;

/** Runs Jobs: each ends after a while, well or not. */
final class JobController {

  private static final String NAME = "job-controller";

  private final World world;
  private final Predicate<Job> passes;
  private final FakeRunner runner;
  private final FakeDatabase database;
  private final Map<String, Instant> due = new HashMap<>();

  JobController(World world, Predicate<Job> passes, FakeRunner runner, FakeDatabase database) {
    this.world = world;
    this.runner = runner;
    this.database = database;
    this.passes = passes;
  }

  void act(double probability) {
    for (Job job : world.server.list(Job.class, World.NAMESPACE)) {
      if (world.chance(probability)) {
        act(job);
      }
    }
  }

  private void act(Job job) {
    if (isOver(job)) {
      Instant end = Instant.parse(job.getStatus().getCompletionTime());
      Integer kept = job.getSpec().getTtlSecondsAfterFinished();
      if (kept != null && !world.now().isBefore(end.plusSeconds(kept))) {
        world.server.delete("ttl-controller", job);
      }
      return;
    }
    if (FakeDatabase.isWatching(job)) {
      watch(job);
      return;
    }
    Instant end =
        due.computeIfAbsent(
            job.getMetadata().getUid(),
            uid ->
                world
                    .now()
                    .plus(world.seconds(1, 20))
                    .plus(FakeRunner.length(job).orElse(Duration.ZERO)));
    world.alarm(end);
    if (!world.now().isBefore(end)) {
      boolean isLoad = FakeRunner.length(job).isPresent();
      if (isLoad && runner.truth(job) == FakeRunner.Truth.DELETED) {
        world.server.delete("somebody", job);
        return;
      }
      boolean passed = isLoad ? runner.end(job, world.now()) : passes.test(job);
      end(job, passed, passed ? "CompletionsReached" : "BackoffLimitExceeded");
    }
  }

  /** One that asks again and again ends with a bad answer only. */
  private void watch(Job job) {
    FakeDatabase.Course course = database.course(job, world.now());
    world.alarm(course.next(world.now()));
    switch (course.at(world.now())) {
      case DELETED -> world.server.delete("somebody", job);
      case BAD -> end(job, false, "PodFailurePolicy");
      case AWAY -> ready(job, 0);
      case GOOD -> ready(job, 1);
    }
  }

  private void ready(Job job, int pods) {
    boolean isSame = job.getStatus() != null && Objects.equals(job.getStatus().getReady(), pods);
    if (!isSame) {
      Job next = Shallow.copy(job, job.getMetadata());
      next.setStatus(new JobStatusBuilder().withReady(pods).build());
      world.server.status(NAME, next);
    }
  }

  private void end(Job job, boolean passed, String why) {
    Job next = Shallow.copy(job, job.getMetadata());
    next.setStatus(
        new JobStatusBuilder()
            .withCompletionTime(world.now().toString())
            .addNewCondition()
            .withType(passed ? "Complete" : "Failed")
            .withStatus("True")
            .withReason(why)
            .endCondition()
            .build());
    world.server.status(NAME, next);
    world.alarm(world.now().plus(Duration.ofSeconds(1)));
  }

  static boolean hasFailed(Job job) {
    return isOver(job) && !hasPassed(job);
  }

  static boolean hasPassed(Job job) {
    return isOver(job)
        && job.getStatus().getConditions().stream()
            .anyMatch(condition -> "Complete".equals(condition.getType()));
  }

  private static boolean isOver(Job job) {
    return job.getStatus() != null && job.getStatus().getCompletionTime() != null;
  }
}
