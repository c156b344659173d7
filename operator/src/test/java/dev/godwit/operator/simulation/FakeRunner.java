package dev.godwit.operator.simulation;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.godwit.contract.load.LoadPlan;
import dev.godwit.operator.metric.LoadReportFixture;
import dev.godwit.operator.plan.JobEnd;
import dev.godwit.operator.resource.LoadJob;
import dev.godwit.operator.resource.Marks;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

/**
 * What the Jobs that make load find and report: drawn by a chance of its own for each, so that the
 * rest of a run stays what it is.
 */
final class FakeRunner {

  private static final ObjectMapper JSON = new ObjectMapper();

  /** How green is, or what goes wrong. */
  enum Truth {
    /** Green is as good as blue. */
    SAME,
    /** Its answers take longer. */
    SLOW,
    /** It answers less. */
    THIN,
    /** It needs more of the processor. */
    HUNGRY,
    /** It needs more memory. */
    FAT,
    /** Blue differs from itself. */
    NOISY,
    /** The load could not be made. */
    SATURATED,
    /** Green can't be reached. */
    UNREACHABLE,
    /** The program crashes without a word. */
    CRASHED,
    /** Somebody writes something else. */
    GARBAGE,
    /** The pod is deleted before its report is read. */
    FORGOTTEN,
    /** Somebody deletes the Job. */
    DELETED
  }

  private final Random random;
  private final Optional<Truth> told;
  private final Map<String, Truth> truths = new HashMap<>();
  private final Map<String, JobEnd> ends = new HashMap<>();
  private final Map<String, Truth> latest = new HashMap<>();

  /**
   * Nothing was run yet.
   *
   * @param told what is true of every load; empty: it is drawn by lot
   */
  FakeRunner(Random random, Optional<Truth> told) {
    this.random = random;
    this.told = told;
  }

  /** What is true of a load; half of them find nothing. */
  Truth truth(Job job) {
    return truths.computeIfAbsent(
        job.getMetadata().getUid(),
        unknown ->
            told.orElseGet(
                () ->
                    random.nextBoolean()
                        ? Truth.SAME
                        : List.of(Truth.values()).get(random.nextInt(Truth.values().length))));
  }

  /** How long the load of a Job takes; empty where a Job makes none. */
  static Optional<Duration> length(Job job) {
    if (!LoadJob.isOne(job)) {
      return Optional.empty();
    }
    LoadPlan plan = plan(job);
    return Optional.of(Duration.ofMillis(plan.durationMillis() + 2L * plan.warmUpMillis()));
  }

  private static LoadPlan plan(Job job) {
    String told =
        job.getSpec()
            .getTemplate()
            .getSpec()
            .getContainers()
            .getFirst()
            .getEnv()
            .getFirst()
            .getValue()
            .replace("$$", "$");
    try {
      return JSON.readValue(told, LoadPlan.class);
    } catch (JsonProcessingException e) {
      throw new AssertionError("the load is told something that is no plan: " + told, e);
    }
  }

  /** The load of a Job ends; whether that succeeds. */
  boolean end(Job job, Instant now) {
    Truth truth = truth(job);
    LoadPlan plan = plan(job);
    LoadReportFixture report =
        LoadReportFixture.of(plan, now.minusMillis(plan.durationMillis() + 500L));
    JobEnd end =
        switch (truth) {
          case SAME, HUNGRY, FAT, FORGOTTEN, DELETED -> new JobEnd(0, report.json());
          case SLOW -> new JobEnd(0, report.slower(1.5).json());
          case THIN -> new JobEnd(0, report.answering(0.7).json());
          case NOISY -> new JobEnd(0, report.noisy(0.3).json());
          case SATURATED -> new JobEnd(0, report.saturated().json());
          case UNREACHABLE ->
              new JobEnd(3, "{\"outcome\":\"unreachable\",\"side\":\"green\",\"message\":\"no\"}");
          case CRASHED -> new JobEnd(1, "");
          case GARBAGE -> new JobEnd(0, report.json().substring(20));
        };
    latest.put(job.getMetadata().getAnnotations().get(Marks.SERVICE), truth);
    if (truth != Truth.FORGOTTEN) {
      ends.put(job.getMetadata().getName(), end);
    }
    return end.exitCode() == 0;
  }

  /** What is left of the pod of a Job. */
  Optional<JobEnd> end(String job) {
    return Optional.ofNullable(ends.get(job));
  }

  /** What was true of the last load of a service that has ended. */
  Truth latest(String service) {
    return latest.getOrDefault(service, Truth.CRASHED);
  }

  /** What Prometheus has of a turn, from the id of what is asked. */
  double usage(String id) {
    boolean green = id.contains("/green/");
    Truth truth = latest(id.split("/", 2)[0]);
    if (id.contains("/memory/")) {
      return green && truth == Truth.FAT ? 2e8 : 1e8;
    }
    double users = green ? 0 : 0.5;
    double load = green && truth == Truth.HUNGRY ? 0.3 : 0.2;
    return users + (id.endsWith("/loaded") ? load : 0);
  }
}
