package dev.godwit.operator.step;

import dev.godwit.api.v1alpha1.PreImage;
import dev.godwit.contract.load.LoadPlan;
import dev.godwit.contract.load.LoadReport;
import dev.godwit.operator.metric.LoadReports;
import dev.godwit.operator.metric.PerformanceSettings;
import dev.godwit.operator.metric.Usage;
import dev.godwit.operator.plan.Action;
import dev.godwit.operator.plan.Assessment;
import dev.godwit.operator.plan.JobView;
import dev.godwit.operator.plan.MetricRequest;
import dev.godwit.operator.plan.Need;
import dev.godwit.operator.plan.Observation;
import dev.godwit.operator.plan.ServicePlan;
import dev.godwit.operator.plan.Situation;
import dev.godwit.operator.resource.LoadJob;
import dev.godwit.operator.resource.Marks;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Green is compared with blue under the same load, before any traffic moves: a Job makes the load
 * and reports response time and throughput, and then Prometheus is asked what cpu and memory were.
 * What was found is kept in the pre-image. A load whose Job is gone before it was read is made
 * anew, as often as {@value #RUNS} times in all.
 */
public record Compare(PerformanceSettings settings, Marks.Maker maker) implements JobStep {

  private static final int RUNS = 3;

  @Override
  public String name() {
    return plan().step(Verbs.PERFORMANCE);
  }

  private ServicePlan plan() {
    return settings.plan();
  }

  @Override
  public Set<Need> needs() {
    return Set.of(Need.JOB_ENDS);
  }

  /** What a comparison that has ended has found; empty while nothing is found. */
  public static Optional<PreImage.Comparison> found(PreImage noted) {
    return Optional.ofNullable(noted.comparison()).filter(found -> found.metrics() != null);
  }

  private record Run(int number, Optional<JobView> job, boolean wasSeen) {}

  @Override
  public Assessment assess(Situation situation) {
    Run run = run(situation);
    if (run.job().isEmpty()) {
      return run.number() > RUNS
          ? unmeasured("the Job of the load was deleted " + RUNS + " times")
          : begin(run, situation);
    }
    Job job = run.job().get().job();
    if (!JobRun.hasEnded(job)) {
      return waiting(job, "Job " + job.getMetadata().getName() + " to finish", Optional.empty());
    }
    return switch (read(run.job().get(), situation)) {
      case LoadReports.Read.Unusable(String why) -> unmeasured(why(why, run.job().get()));
      case LoadReports.Read.Usable(LoadReport.Measured report) -> judge(report, job, situation);
    };
  }

  /** The run that is under way, or that is to begin. */
  private Run run(Situation situation) {
    int attempt = situation.entry().attempt();
    String seen =
        Optional.ofNullable(situation.entry().preImage().comparison())
            .map(PreImage.Comparison::job)
            .orElse("");
    int last =
        IntStream.rangeClosed(1, RUNS)
            .filter(number -> jobName(attempt, number).equals(seen))
            .findFirst()
            .orElse(0);
    Optional<JobView> known = job(situation.seen(), attempt, Math.max(1, last));
    if (known.isPresent() || last == 0) {
      return new Run(Math.max(1, last), known, last > 0);
    }
    return new Run(last + 1, job(situation.seen(), attempt, last + 1), false);
  }

  private Optional<JobView> job(Observation seen, int attempt, int number) {
    return Optional.ofNullable(seen.jobs().get(jobName(attempt, number)))
        .filter(view -> Marks.wasMadeBy(view.job(), maker.uid()));
  }

  private String jobName(int attempt, int number) {
    return LoadJob.name(maker.migration(), plan().name(), attempt, number);
  }

  private Assessment begin(Run run, Situation situation) {
    if (situation.seen().runner().isEmpty()) {
      return unmeasured("the operator is configured without an image for the load (runner.image)");
    }
    Optional<LoadPlan> load = load(situation.seen());
    if (load.isEmpty()) {
      return unmeasured("Service " + plan().traffic().getFirst() + " has no port any more");
    }
    String name = jobName(situation.entry().attempt(), run.number());
    Job job = LoadJob.of(name, load.get(), situation.seen().runner().get(), plan(), maker);
    return Assessment.act("starting Job " + name, new Action.Create(job));
  }

  private Optional<LoadPlan> load(Observation seen) {
    return LoadJob.port(
            seen.service(plan().name()).traffic(), Optional.ofNullable(settings.asked().port()))
        .map(
            port ->
                settings.load(
                    LoadJob.url(plan().traffic().getFirst(), port, maker),
                    LoadJob.url(plan().preview(), port, maker)));
  }

  /** That the Job was there is recorded: one that is missing after that is gone. */
  private static Assessment waiting(Job job, String why, Optional<Instant> until) {
    return new Assessment.Wait(
        why,
        until,
        Optional.of(
            PreImages.comparison(new PreImage.Comparison(job.getMetadata().getName(), null))));
  }

  private LoadReports.Read read(JobView job, Situation situation) {
    return LoadReports.read(
        job.end(), settings.load("", ""), situation.entry().since(), situation.now());
  }

  /** A Job that ran out of time has no pod any more that could have said so. */
  private static String why(String why, JobView view) {
    if (!JobView.hasFailed(view.job())) {
      return why;
    }
    String said =
        view.end().isPresent() ? why : "Job " + view.job().getMetadata().getName() + " failed";
    return said + JobRun.why(view);
  }

  private Assessment judge(LoadReport.Measured report, Job job, Situation situation) {
    if (settings.provider().isEmpty()) {
      return concluded(Findings.of(settings, report));
    }
    Usage usage = usage(report);
    return switch (usage.answer(situation.seen().metrics(), situation.now())) {
      case Usage.Answer.Pending(String why, Optional<Instant> until) -> waiting(job, why, until);
      case Usage.Answer.Known known -> concluded(Findings.of(settings, report, usage, known));
    };
  }

  private Usage usage(LoadReport.Measured report) {
    return new Usage(settings, maker.namespace(), report);
  }

  /** What is to be asked about cpu and memory by now, while the step is under way. */
  public List<MetricRequest> questions(Situation situation) {
    Optional<JobView> ended =
        run(situation).job().filter(view -> JobRun.hasEnded(view.job())).filter(this::isShown);
    return settings.provider().isPresent()
            && ended.isPresent()
            && read(ended.get(), situation) instanceof LoadReports.Read.Usable(var report)
        ? usage(report).requests(situation.now())
        : List.of();
  }

  private boolean isShown(JobView view) {
    return view.end().isPresent();
  }

  private Assessment unmeasured(String why) {
    return concluded(Findings.none(settings, why));
  }

  private Assessment concluded(Findings findings) {
    return findings
        .failure()
        .<Assessment>map(
            reason ->
                new Assessment.Failed(reason, findings.message(), Optional.of(findings.preImage())))
        .orElseGet(() -> new Assessment.Done(findings.words(), Optional.of(findings.preImage())));
  }

  @Override
  public Assessment assessUndo(Situation situation) {
    List<Action> deletions =
        jobs(situation.seen(), situation.entry().attempt())
            .map(job -> (Action) new Action.Delete(job))
            .toList();
    return deletions.isEmpty()
        ? Assessment.done()
        : Assessment.act("removing the Job of the load", deletions);
  }

  @Override
  public Stream<Job> jobs(Observation seen, int attempts) {
    return IntStream.rangeClosed(1, attempts)
        .boxed()
        .flatMap(
            attempt ->
                IntStream.rangeClosed(1, RUNS).mapToObj(number -> job(seen, attempt, number)))
        .flatMap(Optional::stream)
        .map(JobView::job)
        .filter(Objects::nonNull);
  }
}
