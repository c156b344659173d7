package dev.godwit.operator.step;

import dev.godwit.api.v1alpha1.Check;
import dev.godwit.api.v1alpha1.SqlCheck;
import dev.godwit.api.v1alpha1.TimeSpan;
import dev.godwit.contract.sql.SqlQuestion;
import dev.godwit.operator.plan.JobView;
import dev.godwit.operator.plan.Observation;
import dev.godwit.operator.plan.RunnerImage;
import dev.godwit.operator.plan.ServicePlan;
import dev.godwit.operator.resource.CheckJob;
import dev.godwit.operator.resource.Marks;
import dev.godwit.operator.resource.SqlJob;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import java.time.Duration;
import java.util.Optional;

/**
 * A check of kind sql, as it is made: once by a step, and again and again while the new version
 * serves, by a Job that goes on until the answer is bad.
 *
 * @param check one of kind sql
 */
public record DataWatch(ServicePlan plan, Check check, Marks.Maker maker) {

  private static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(5);
  private static final Duration DEFAULT_INTERVAL = Duration.ofSeconds(10);
  private static final Duration LONGEST = Duration.ofHours(1);
  private static final int DEFAULT_FAILURES = 2;
  private static final int DEFAULT_ATTEMPTS = 3;

  /** Why a check can't be made, where it is one of kind sql that can't. */
  public static Optional<String> problem(Check check) {
    boolean isLong =
        check.sql() != null && check.timeout() != null && timeout(check).compareTo(LONGEST) > 0;
    return isLong
        ? Optional.of("timeout is " + check.timeout() + ", and that of sql is at most 1h")
        : Optional.empty();
  }

  /** As in {@code orders/no-negative-totals}. */
  public String id() {
    return plan.name() + "/" + check.name();
  }

  /** Name of the Job that asks again and again: one for each service, whatever was tried before. */
  String jobName() {
    return CheckJob.name(maker.migration(), plan.name(), "watch-" + check.name(), 0);
  }

  /** The Job that asks again and again, if it is there. */
  public Optional<JobView> seen(Observation seen) {
    return Optional.ofNullable(seen.jobs().get(jobName()))
        .filter(view -> Marks.wasMadeBy(view.job(), maker.uid()));
  }

  /** Whether the last answer was good. */
  public boolean isGood(Observation seen) {
    return seen(seen)
        .filter(view -> !isBad(view))
        .map(JobView::job)
        .filter(job -> job.getStatus() != null && job.getStatus().getReady() != null)
        .filter(job -> job.getStatus().getReady() > 0)
        .isPresent();
  }

  /** Whether it has ended, which it does when the answers were bad. */
  public static boolean isBad(JobView view) {
    return JobView.hasFailed(view.job());
  }

  /** What the answers were that ended it, in words: the last line that the runner writes. */
  public static String why(JobView view) {
    return view.logTail()
        .lines()
        .filter(line -> !line.isBlank())
        .reduce((before, last) -> last)
        .map(last -> "; it wrote last: " + last)
        .orElseGet(() -> JobRun.why(view));
  }

  /** The Job that asks again and again. */
  public Job watching(RunnerImage image) {
    SqlCheck sql = check.sql();
    Duration interval =
        Optional.ofNullable(sql.interval()).map(TimeSpan::parse).orElse(DEFAULT_INTERVAL);
    SqlQuestion.Watch watch =
        new SqlQuestion.Watch(
            Math.toIntExact(interval.toMillis()),
            Optional.ofNullable(sql.failures()).orElse(DEFAULT_FAILURES),
            SqlJob.PORT);
    return SqlJob.watching(
        jobName(),
        new SqlQuestion(sql.query(), timeout(), null, watch),
        sql.database(),
        image,
        plan,
        maker);
  }

  /** The Job that asks until the answer is good, as often as the check has attempts. */
  Job once(String name, RunnerImage image) {
    return SqlJob.once(name, question(), check.sql().database(), image, plan, maker);
  }

  private SqlQuestion question() {
    int attempts = Optional.ofNullable(check.attempts()).orElse(DEFAULT_ATTEMPTS);
    return new SqlQuestion(check.sql().query(), timeout(), attempts, null);
  }

  /** How long the Job that asks until the answer is good may run. */
  Duration longest() {
    return SqlJob.longest(question());
  }

  private int timeout() {
    return Math.toIntExact(timeout(check).toMillis());
  }

  private static Duration timeout(Check check) {
    return Optional.ofNullable(check.timeout()).map(TimeSpan::parse).orElse(DEFAULT_TIMEOUT);
  }
}
