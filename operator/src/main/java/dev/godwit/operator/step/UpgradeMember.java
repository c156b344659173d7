package dev.godwit.operator.step;

import com.fasterxml.jackson.databind.JsonNode;
import dev.godwit.api.v1alpha1.StepState;
import dev.godwit.operator.plan.Action;
import dev.godwit.operator.plan.Assessment;
import dev.godwit.operator.plan.Journal;
import dev.godwit.operator.plan.Reason;
import dev.godwit.operator.plan.ServicePlan;
import dev.godwit.operator.plan.ServiceView;
import dev.godwit.operator.plan.Situation;
import dev.godwit.operator.plan.Step;
import dev.godwit.operator.resource.Changes;
import dev.godwit.operator.resource.Marks;
import dev.godwit.operator.resource.Rollouts;
import dev.godwit.operator.resource.Snapshots;
import dev.godwit.operator.resource.Templates;
import dev.godwit.operator.resource.Workload;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.apps.ControllerRevision;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Brings a member, which is out of rotation, to the new version.
 *
 * <p>A pod of a StatefulSet is upgraded by {@code partition}: those below it keep the template that
 * they have, also when they are made anew. On the way back the whole old template is put back, with
 * the strategy {@code OnDelete}, and the operator deletes the pod itself: by partition the highest
 * ordinal would go first, while the one that failed must, and a pod that never became ready would
 * never be replaced.
 *
 * @param backup what is saved of the member before, if anything
 * @param deadline how long its pods may take to become ready
 * @param drain how long its pods stay after traffic has left them
 */
public record UpgradeMember(
    Member member,
    Marks.Maker maker,
    Optional<MemberBackup> backup,
    Duration deadline,
    Duration drain)
    implements Step {

  @Override
  public String name() {
    return member.step(Verbs.UPGRADE);
  }

  private ServicePlan plan() {
    return member.plan();
  }

  @Override
  public Assessment assess(Situation situation) {
    ServiceView view = situation.seen().service(plan().name());
    Optional<Workload> workload = Workload.of(view);
    if (workload.isEmpty()) {
      return gone();
    }
    Instant begin = begin(situation);
    boolean drains = situation.now().isBefore(begin);
    if (isForeign(workload.get(), drains, situation.journal())) {
      return Assessment.failed(
          Reason.WORKLOAD_CHANGED,
          "the pod template of " + plan().title() + " was changed by somebody else");
    }
    if (drains) {
      return draining(begin);
    }
    Optional<Action> write =
        switch (workload.get()) {
          case Workload.OfStatefulSet set -> forward(set.object(), set, situation);
          case Workload.OfDeployment deployment -> forward(deployment, situation);
        };
    if (write.isPresent()) {
      return Assessment.act("bringing " + member.name() + " to the new version", write.get());
    }
    return isAt(workload.get(), view) && isSettled(workload.get(), situation)
        ? Assessment.done(
            PreImages.upgraded(
                Templates.hash(workload.get().template()), workload.get().revision().orElse(null)))
        : progress(view, begin.plus(deadline), situation.now());
  }

  private Assessment gone() {
    return Assessment.failed(Reason.BLUE_DELETED, plan().title() + " was deleted by somebody else");
  }

  private static Assessment draining(Instant end) {
    return Assessment.await("open connections to finish", end);
  }

  /** When its connections have had their time: counted from when traffic had left it. */
  private Instant begin(Situation situation) {
    return situation
        .journal()
        .entry(member.step(Verbs.OUT))
        .finishedAt()
        .orElseGet(situation.entry()::since)
        .plus(drain);
  }

  private Optional<Action> forward(
      StatefulSet seen, Workload.OfStatefulSet set, Situation situation) {
    boolean old = isOld(set, situation.journal());
    boolean whole = member.ordinal().isEmpty();
    int partition = whole ? 0 : member.partition();
    if (old) {
      JsonNode change = Templates.change(plan().spec(), set);
      return Optional.of(Changes.partition(seen, Optional.of(change), partition));
    }
    if (isOver(set, situation)) {
      return UpdateStrategy.putBack(seen, situation.seen(), plan(), maker);
    }
    // The strategy that was put back is no partition that is still to be lowered.
    return set.isObserved() && UpdateStrategy.partition(seen) > partition
        ? Optional.of(Changes.partition(seen, Optional.empty(), partition))
        : Optional.empty();
  }

  private Optional<Action> forward(Workload.OfDeployment deployment, Situation situation) {
    return isOld(deployment, situation.journal())
        ? Optional.of(
            Changes.template(deployment.object(), Templates.change(plan().spec(), deployment)))
        : Optional.empty();
  }

  /** Whether the last member has its new template, and so have pods that are lost from now on. */
  private boolean isOver(Workload.OfStatefulSet set, Situation situation) {
    ServiceView view = situation.seen().service(plan().name());
    return member.isLast() && isAt(set, view) && UpdateStrategy.isSettled(set.object());
  }

  /** Whether nothing is left to be done to the workload itself. */
  private boolean isSettled(Workload workload, Situation situation) {
    return switch (workload) {
      case Workload.OfDeployment deployment -> true;
      case Workload.OfStatefulSet set -> !member.isLast() || isOver(set, situation);
    };
  }

  /**
   * Whether a template that is not the old one is not ours either: nothing was written yet for the
   * first member, or it has another image. (What a later member finds is watched by a guard.)
   */
  private boolean isForeign(Workload workload, boolean drains, Journal journal) {
    if (isOld(workload, journal)) {
      return false;
    }
    boolean unwritten =
        drains && Member.of(plan()).stream().noneMatch(other -> other.isUpgraded(journal));
    return unwritten || !hasImage(workload);
  }

  private boolean hasImage(Workload workload) {
    String wanted = plan().spec().image();
    Optional<String> container = Templates.container(plan().spec(), workload);
    return wanted == null
        || workload.template().getSpec().getContainers().stream()
            .filter(one -> container.filter(one.getName()::equals).isPresent())
            .anyMatch(one -> wanted.equals(one.getImage()));
  }

  private boolean isOld(Workload workload, Journal journal) {
    String before = journal.entry(plan().step(Verbs.SNAPSHOT)).preImage().templateHash();
    return Templates.hash(workload.template()).equals(before);
  }

  /** Whether the member's pods are ready and run the revision that the workload makes now. */
  private boolean isAt(Workload workload, ServiceView view) {
    return switch (workload) {
      case Workload.OfDeployment deployment -> deployment.isRolledOut();
      case Workload.OfStatefulSet set -> {
        if (member.ordinal().isEmpty()) {
          yield set.isRolledOut();
        }
        List<Pod> pods = member.pods(view);
        yield set.isObserved()
            && pods.size() == 1
            && pods.stream().allMatch(pod -> Rollouts.isReady(pod) && runs(pod, set));
      }
    };
  }

  private static boolean runs(Pod pod, Workload.OfStatefulSet set) {
    return Workload.revisionOf(pod)
        .filter(of -> set.revision().filter(of::equals).isPresent())
        .isPresent();
  }

  private Assessment progress(ServiceView view, Instant end, Instant now) {
    List<Pod> pods = member.pods(view);
    String trouble = Rollouts.podTrouble(pods).map(why -> ": " + why).orElse("");
    if (!now.isBefore(end)) {
      return Assessment.failed(
          Reason.DEADLINE_EXCEEDED,
          member.name() + " did not become ready on the new version in time" + trouble);
    }
    return Assessment.await(member.name() + " to be ready on the new version" + trouble, end);
  }

  @Override
  public Assessment assessUndo(Situation situation) {
    ServiceView view = situation.seen().service(plan().name());
    Optional<Workload> workload = Workload.of(view);
    if (workload.isEmpty()) {
      return Assessment.failed(
          Reason.BLUE_DELETED,
          plan().title() + " was deleted by somebody else: create it again to go back");
    }
    Optional<ControllerRevision> snapshot = Snapshots.find(situation.seen(), plan(), maker);
    if (snapshot.isEmpty() && !isOld(workload.get(), situation.journal())) {
      return Assessment.failed(
          Reason.BACKUP_MISSING,
          "ControllerRevision "
              + Snapshots.name(plan(), maker)
              + ", which has the old pod template of "
              + plan().title()
              + ", was deleted by somebody else: "
              + member.name()
              + " stays on the new version. "
              + Commands.restoreTemplate(plan(), maker));
    }
    Optional<String> unsaved = backup.flatMap(saved -> saved.missing(situation));
    if (unsaved.isPresent()) {
      return Assessment.failed(
          Reason.BACKUP_MISSING,
          unsaved.get()
              + ": "
              + member.name()
              + " stays on the new version, and is not touched. "
              + Commands.leaveAsItIs(maker));
    }
    Instant drained = leftAt(situation).plus(drain);
    if (situation.now().isBefore(drained)) {
      return draining(drained);
    }
    return switch (workload.get()) {
      case Workload.OfStatefulSet set -> back(set, snapshot, view, situation);
      case Workload.OfDeployment deployment -> back(deployment, snapshot, view, situation);
    };
  }

  /** When traffic had left it on the way back; long ago where it had never returned. */
  private Instant leftAt(Situation situation) {
    return situation.journal().entry(member.step(Verbs.IN)).undoneAt().orElse(Instant.EPOCH);
  }

  private Assessment back(
      Workload.OfDeployment deployment,
      Optional<ControllerRevision> snapshot,
      ServiceView view,
      Situation situation) {
    if (!isOld(deployment, situation.journal())) {
      PodTemplateSpec template = Snapshots.template(snapshot.orElseThrow());
      return Assessment.act(
          "putting the old pod template of " + plan().title() + " back",
          Changes.restoreTemplate(deployment.object(), template));
    }
    return isAt(deployment, view) && haveEnded(deployment, view)
        ? Assessment.done()
        : progressBack(view, situation);
  }

  /**
   * Whether no pod of the member is left that is ending. A Deployment does not count those, and
   * what they still write must not come after what is restored.
   */
  private boolean haveEnded(Workload.OfDeployment deployment, ServiceView view) {
    long left = view.members().stream().filter(pod -> member.owns(pod, view)).count();
    return left == deployment.wanted() && member.pods(view).size() == left;
  }

  private Assessment back(
      Workload.OfStatefulSet set,
      Optional<ControllerRevision> snapshot,
      ServiceView view,
      Situation situation) {
    if (!isOld(set, situation.journal())) {
      return Assessment.act(
          "putting the old pod template of " + plan().title() + " back",
          Changes.restoreOnDelete(set.object(), Snapshots.template(snapshot.orElseThrow())));
    }
    if (!set.isObserved()) {
      return Assessment.await("the controller of " + plan().title() + " to have seen its template");
    }
    if (!UpdateStrategy.isOnDelete(set.object()) && isAnyWrong(set, view)) {
      return Assessment.act(
          "letting no pod of " + plan().title() + " be replaced by itself",
          Changes.restoreOnDelete(set.object(), set.template()));
    }
    Optional<Pod> next = nextToDelete(set, view);
    if (next.isPresent()) {
      return Assessment.act(
          "bringing " + next.get().getMetadata().getName() + " back to the old version",
          new Action.Delete(next.get()));
    }
    if (!isAt(set, view)) {
      return progressBack(view, situation);
    }
    Optional<Action> strategy =
        isLastToGoBack(situation)
            ? UpdateStrategy.putBack(set.object(), situation.seen(), plan(), maker)
            : Optional.empty();
    return strategy
        .map(write -> Assessment.act("putting the update strategy back", write))
        .orElse(Assessment.done());
  }

  /** Whether a pod of any member is not of the present template. */
  private boolean isAnyWrong(Workload.OfStatefulSet set, ServiceView view) {
    return Member.of(plan()).stream()
        .flatMap(one -> one.pods(view).stream())
        .anyMatch(pod -> !runs(pod, set));
  }

  /**
   * The next pod of the new version that goes: one that is not ready first, else the highest, and
   * no other before those that went are back.
   */
  private Optional<Pod> nextToDelete(Workload.OfStatefulSet set, ServiceView view) {
    List<Pod> pods = member.pods(view);
    int all = member.ordinal().isPresent() ? 1 : set.wanted();
    List<Pod> wrong = pods.stream().filter(pod -> !runs(pod, set)).toList();
    boolean allThere =
        pods.size() == all
            && pods.stream().filter(pod -> runs(pod, set)).allMatch(Rollouts::isReady);
    return allThere
        ? wrong.stream()
            .min(
                Comparator.comparing(Rollouts::isReady)
                    .thenComparing(pod -> pod.getMetadata().getName(), Comparator.reverseOrder()))
        : Optional.empty();
  }

  /** Members go back lowest first: this is the last one if no higher one was ever begun. */
  private boolean isLastToGoBack(Situation situation) {
    return Member.of(plan()).stream()
        .filter(other -> !other.equals(member))
        .map(other -> situation.journal().entry(other.step(Verbs.UPGRADE)).state())
        .allMatch(state -> state == StepState.PENDING || state == StepState.UNDONE);
  }

  private Assessment progressBack(ServiceView view, Situation situation) {
    Instant end = situation.entry().undoStartedAt().orElseThrow().plus(drain).plus(deadline);
    String what =
        member.name()
            + " to be ready on the old version"
            + Rollouts.podTrouble(member.pods(view)).map(why -> ": " + why).orElse("");
    return situation.await(
        what,
        end,
        Reason.PODS_UNHEALTHY,
        "waited in vain for " + what + ". " + Commands.look(plan(), maker));
  }
}
