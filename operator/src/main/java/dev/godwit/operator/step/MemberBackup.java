package dev.godwit.operator.step;

import dev.godwit.api.v1alpha1.JobCheck;
import dev.godwit.api.v1alpha1.PreImage;
import dev.godwit.api.v1alpha1.ServiceSpec;
import dev.godwit.api.v1alpha1.TimeSpan;
import dev.godwit.operator.plan.Action;
import dev.godwit.operator.plan.Assessment;
import dev.godwit.operator.plan.Observation;
import dev.godwit.operator.plan.Reason;
import dev.godwit.operator.plan.ServicePlan;
import dev.godwit.operator.plan.ServiceView;
import dev.godwit.operator.plan.Situation;
import dev.godwit.operator.plan.Step;
import dev.godwit.operator.resource.CheckJob;
import dev.godwit.operator.resource.JobEnvironment;
import dev.godwit.operator.resource.Marks;
import dev.godwit.operator.resource.VolumeSnapshots;
import dev.godwit.operator.resource.Workload;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Saves what a member has, while it is out of rotation and before it is upgraded: by the user's own
 * Job, by snapshots of its claims, or both. On the way back the user's Job restores it, after the
 * old version runs again and before the member returns.
 */
public record MemberBackup(Member member, Marks.Maker maker) implements Step {

  private static final String RESTORE = "restore";

  @Override
  public String name() {
    return member.step(Verbs.BACKUP);
  }

  private ServicePlan plan() {
    return member.plan();
  }

  private ServiceSpec.Backup backup() {
    return plan().spec().backup();
  }

  private Optional<ServiceSpec.VolumeSnapshot> volumes() {
    return Optional.ofNullable(backup().volumeSnapshot());
  }

  @Override
  public PreImage preImage(Observation seen) {
    List<String> made =
        claims(seen.service(plan().name())).stream()
            .map(claim -> VolumeSnapshots.KIND + "/" + VolumeSnapshots.name(claim, maker))
            .toList();
    return made.isEmpty() ? PreImage.NONE : PreImages.made(made);
  }

  /** The claims of which snapshots are made. */
  private List<String> claims(ServiceView view) {
    if (volumes().isEmpty()) {
      return List.of();
    }
    return view.statefulSet().stream()
        .map(Workload.OfStatefulSet::new)
        .flatMap(
            set -> ordinals(set).flatMap(number -> VolumeSnapshots.claims(set, number).stream()))
        .toList();
  }

  private Stream<Integer> ordinals(Workload.OfStatefulSet set) {
    int first = plan().inPlace().orElseThrow().firstOrdinal();
    return member.ordinal().isPresent()
        ? member.ordinal().stream().boxed()
        : IntStream.range(first, first + set.wanted()).boxed();
  }

  @Override
  public Assessment assess(Situation situation) {
    Instant end = situation.entry().since().plus(TimeSpan.parse(backup().timeout()));
    Assessment volumes = saveVolumes(situation, end);
    if (!(volumes instanceof Assessment.Done) || backup().job() == null) {
      return volumes;
    }
    return JobRun.assess(
        situation,
        jobName(Verbs.BACKUP, situation.entry().attempt()),
        "backup of " + member.name(),
        Reason.CHECK_FAILED,
        end,
        () ->
            job(
                situation,
                jobName(Verbs.BACKUP, situation.entry().attempt()),
                backup().job(),
                backup().timeout()));
  }

  private Assessment saveVolumes(Situation situation, Instant end) {
    List<Action> missing = new ArrayList<>();
    List<String> waiting = new ArrayList<>();
    for (String claim : claims(situation.seen().service(plan().name()))) {
      GenericKubernetesResource snapshot =
          situation.seen().volumeSnapshots().get(VolumeSnapshots.name(claim, maker));
      if (snapshot == null) {
        missing.add(
            new Action.Create(
                VolumeSnapshots.of(
                    claim, volumes().map(ServiceSpec.VolumeSnapshot::className), plan(), maker)));
      } else if (!VolumeSnapshots.isReady(snapshot)) {
        waiting.add(
            VolumeSnapshots.KIND
                + " "
                + snapshot.getMetadata().getName()
                + " to be ready"
                + VolumeSnapshots.error(snapshot).map(why -> ": " + why).orElse(""));
      }
    }
    if (!missing.isEmpty()) {
      return Assessment.act("making snapshots of the claims of " + member.name(), missing);
    }
    if (waiting.isEmpty()) {
      return Assessment.done();
    }
    String what = String.join(", ", waiting);
    return situation.await(what, end, Reason.DEADLINE_EXCEEDED);
  }

  /** What was to be saved and can't be restored from any more, if anything. */
  Optional<String> missing(Situation situation) {
    if (!situation.journal().isDone(name())) {
      return Optional.of("the backup of " + member.name() + " was never made");
    }
    List<String> made = situation.journal().entry(name()).preImage().made();
    return Stream.ofNullable(made)
        .flatMap(List::stream)
        .map(key -> key.substring(key.indexOf('/') + 1))
        .filter(
            name ->
                Optional.ofNullable(situation.seen().volumeSnapshots().get(name))
                    .filter(VolumeSnapshots::isReady)
                    .isEmpty())
        .findFirst()
        .map(name -> VolumeSnapshots.KIND + " " + name + " is gone");
  }

  /** Restores, where something was changed since; what was made stays until all is over. */
  @Override
  public Assessment assessUndo(Situation situation) {
    ServiceSpec.Restore restore = plan().spec().restore();
    if (restore == null || !situation.journal().wasBegun(member.step(Verbs.UPGRADE))) {
      return Assessment.done();
    }
    String name = jobName(RESTORE, situation.entry().attempt());
    Assessment answer =
        JobRun.assess(
            situation,
            name,
            "restore of " + member.name(),
            Reason.RESTORE_FAILED,
            situation.entry().undoStartedAt().orElseThrow().plus(TimeSpan.parse(restore.timeout())),
            () -> job(situation, name, restore.job(), restore.timeout()));
    return answer instanceof Assessment.Failed failed
        ? Assessment.failed(
            failed.reason(),
            failed.message()
                + ". "
                + member.name()
                + " runs the old version and stays out of rotation. "
                + Commands.runAgain(name, maker.namespace()))
        : answer;
  }

  private Job job(Situation situation, String name, JobCheck job, String timeout) {
    ServiceView view = situation.seen().service(plan().name());
    JobEnvironment environment =
        JobEnvironment.ofMember(
            plan(),
            view,
            maker,
            member.name(),
            member.ordinal(),
            member.pods(view).stream()
                .flatMap(pod -> Stream.ofNullable(pod.getStatus()))
                .flatMap(status -> Stream.ofNullable(status.getPodIP()))
                .findFirst());
    Duration most = TimeSpan.parse(timeout);
    return CheckJob.of(name, job, most, 1, plan(), environment, maker);
  }

  private String jobName(String what, int attempt) {
    return CheckJob.name(maker.migration(), plan().name(), member.own(what), attempt);
  }

  /** What was made for it and goes when all is over, as far as it is still there. */
  Stream<HasMetadata> leftovers(Observation seen, int attempts) {
    Stream<HasMetadata> jobs =
        IntStream.rangeClosed(1, Math.max(1, attempts))
            .boxed()
            .flatMap(
                attempt -> Stream.of(jobName(Verbs.BACKUP, attempt), jobName(RESTORE, attempt)))
            .flatMap(name -> Stream.ofNullable(seen.jobs().get(name)))
            .map(view -> view.job());
    boolean kept = volumes().filter(volume -> Boolean.TRUE.equals(volume.keep())).isPresent();
    Stream<HasMetadata> snapshots =
        kept
            ? Stream.empty()
            : claims(seen.service(plan().name())).stream()
                .flatMap(
                    claim ->
                        Stream.ofNullable(
                            seen.volumeSnapshots().get(VolumeSnapshots.name(claim, maker))));
    return Stream.concat(jobs, snapshots).filter(object -> Marks.wasMadeBy(object, maker.uid()));
  }
}
