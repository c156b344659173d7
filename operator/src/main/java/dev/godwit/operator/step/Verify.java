package dev.godwit.operator.step;

import dev.godwit.api.v1alpha1.Check;
import dev.godwit.api.v1alpha1.TimeSpan;
import dev.godwit.operator.plan.Action;
import dev.godwit.operator.plan.Assessment;
import dev.godwit.operator.plan.CheckRequest;
import dev.godwit.operator.plan.CheckResult;
import dev.godwit.operator.plan.JobView;
import dev.godwit.operator.plan.Observation;
import dev.godwit.operator.plan.Question;
import dev.godwit.operator.plan.Reason;
import dev.godwit.operator.plan.ServicePlan;
import dev.godwit.operator.plan.ServiceView;
import dev.godwit.operator.plan.Situation;
import dev.godwit.operator.resource.CheckJob;
import dev.godwit.operator.resource.JobEnvironment;
import dev.godwit.operator.resource.Marks;
import dev.godwit.operator.resource.Rollouts;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Checks of green, or of a member that is upgraded in place, out of rotation: all run side by side;
 * the first that fails ends the step, and all that have failed by then are named.
 *
 * @param member what is checked; empty for green
 * @param verb {@link Verbs#SMOKE_TESTS}, {@link Verbs#TESTS} or {@link Verbs#BACKUP}
 */
public record Verify(
    ServicePlan plan, Optional<Member> member, Marks.Maker maker, String verb, List<Check> checks)
    implements JobStep {

  private static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(5);
  private static final Duration DEFAULT_JOB_TIMEOUT = Duration.ofMinutes(10);
  private static final int DEFAULT_ATTEMPTS = 3;

  /** Copies the list. */
  public Verify {
    checks = List.copyOf(checks);
  }

  @Override
  public String name() {
    return member.map(one -> one.step(verb)).orElse(plan.step(verb));
  }

  @Override
  public Assessment assess(Situation situation) {
    List<Action> actions = new ArrayList<>();
    List<Assessment.Wait> waiting = new ArrayList<>();
    List<String> failures = new ArrayList<>();
    for (Check check : checks) {
      Assessment assessment = isJob(check) ? run(check, situation) : ask(check, situation);
      switch (assessment) {
        case Assessment.Act act -> actions.addAll(act.actions());
        case Assessment.Wait wait -> waiting.add(wait);
        case Assessment.Failed failed -> failures.add(failed.message());
        case Assessment.Done done -> {
          // Nothing to say of a check that has passed.
        }
      }
    }
    if (!failures.isEmpty()) {
      return Assessment.failed(Reason.CHECK_FAILED, String.join("; ", failures));
    }
    if (!actions.isEmpty()) {
      return Assessment.act("starting checks", actions);
    }
    return waiting.isEmpty() ? Assessment.done() : waiting(waiting);
  }

  private static Assessment waiting(List<Assessment.Wait> all) {
    String why = String.join(", ", all.stream().map(Assessment.Wait::why).toList());
    return all.stream()
        .flatMap(wait -> wait.until().stream())
        .min(Comparator.naturalOrder())
        .map(until -> Assessment.await(why, until))
        .orElseGet(() -> Assessment.await(why));
  }

  private static boolean isJob(Check check) {
    return check.job() != null || check.sql() != null;
  }

  private Assessment ask(Check check, Situation situation) {
    String id = name() + "/" + check.name() + "#" + situation.entry().attempt();
    CheckResult result = situation.seen().checks().get(id);
    if (result != null) {
      return result.passed()
          ? Assessment.done()
          : Assessment.failed(
              Reason.CHECK_FAILED, "check " + check.name() + ": " + result.message());
    }
    ServiceView view = situation.seen().service(plan.name());
    List<String> addresses = addresses(view);
    if (addresses.isEmpty()) {
      return Assessment.await("a ready pod for check " + check.name());
    }
    CheckRequest request =
        new CheckRequest(
            id,
            Question.of(check.http(), check.tcp(), check.grpc()),
            addresses,
            timeout(check, DEFAULT_TIMEOUT),
            attempts(check));
    return Assessment.act("asking " + check.name(), new Action.RunCheck(request));
  }

  private List<String> addresses(ServiceView view) {
    // Green's pods themselves: its Service lists them a moment later, and all are to be asked.
    Stream<Pod> pods = member.map(one -> one.pods(view)).orElseGet(view::greenPods).stream();
    return pods.filter(Rollouts::isReady).map(pod -> pod.getStatus().getPodIP()).sorted().toList();
  }

  private Assessment run(Check check, Situation situation) {
    String jobName = jobName(check, situation.entry().attempt());
    Observation seen = situation.seen();
    if (check.sql() != null && seen.runner().isEmpty() && !seen.jobs().containsKey(jobName)) {
      return Assessment.failed(
          Reason.CHECK_FAILED,
          "check "
              + check.name()
              + ": the operator is configured without an image for it (runner.image)");
    }
    return JobRun.assess(
        situation,
        jobName,
        "check " + check.name(),
        Reason.CHECK_FAILED,
        situation.entry().since().plus(longest(check)),
        () ->
            check.sql() == null
                ? CheckJob.of(
                    jobName,
                    check.job(),
                    timeout(check, DEFAULT_JOB_TIMEOUT),
                    attempts(check),
                    plan,
                    environment(seen.service(plan.name())),
                    maker)
                : watch(check).once(jobName, seen.runner().orElseThrow()));
  }

  private Duration longest(Check check) {
    return check.sql() == null ? timeout(check, DEFAULT_JOB_TIMEOUT) : watch(check).longest();
  }

  private DataWatch watch(Check check) {
    return new DataWatch(plan, check, maker);
  }

  private JobEnvironment environment(ServiceView view) {
    return member
        .map(
            one ->
                JobEnvironment.ofMember(
                    plan,
                    view,
                    maker,
                    one.name(),
                    one.ordinal(),
                    addresses(view).stream().findFirst()))
        .orElseGet(() -> JobEnvironment.of(plan, view.traffic(), maker));
  }

  private static Duration timeout(Check check, Duration otherwise) {
    return Optional.ofNullable(check.timeout()).map(TimeSpan::parse).orElse(otherwise);
  }

  private static int attempts(Check check) {
    return Optional.ofNullable(check.attempts()).orElse(DEFAULT_ATTEMPTS);
  }

  private String jobName(Check check, int attempt) {
    return CheckJob.name(
        maker.migration(),
        plan.name(),
        member.map(one -> one.own(check.name())).orElse(check.name()),
        attempt);
  }

  @Override
  public Assessment assessUndo(Situation situation) {
    List<Action> deletions =
        jobs(situation.seen(), situation.entry().attempt())
            .map(job -> (Action) new Action.Delete(job))
            .toList();
    return deletions.isEmpty() ? Assessment.done() : Assessment.act("removing Jobs", deletions);
  }

  @Override
  public Stream<Job> jobs(Observation seen, int attempts) {
    return checks.stream()
        .filter(Verify::isJob)
        .flatMap(
            check ->
                Stream.concat(
                    IntStream.rangeClosed(1, attempts).mapToObj(attempt -> jobName(check, attempt)),
                    check.sql() == null ? Stream.of() : Stream.of(watch(check).jobName())))
        .map(seen.jobs()::get)
        .filter(view -> view != null)
        .map(JobView::job)
        .filter(job -> Marks.wasMadeBy(job, maker.uid()));
  }
}
