package dev.godwit.operator.guard;

import dev.godwit.operator.plan.Guard;
import dev.godwit.operator.plan.Journal;
import dev.godwit.operator.plan.Reason;
import dev.godwit.operator.plan.ServicePlan;
import dev.godwit.operator.plan.ServiceView;
import dev.godwit.operator.plan.Situation;
import dev.godwit.operator.plan.Verdict;
import dev.godwit.operator.resource.Rollouts;
import dev.godwit.operator.resource.Templates;
import dev.godwit.operator.resource.Workload;
import dev.godwit.operator.step.Member;
import dev.godwit.operator.step.Verbs;
import io.fabric8.kubernetes.api.model.Pod;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A workload that is upgraded in place, from its snapshot on: nobody else may change or delete it,
 * and its members of the new version may neither crash again and again nor be without ready pods
 * for longer than {@link GreenHealthy#TOLERANCE} once they are in rotation.
 */
public record MembersHealthy(ServicePlan plan) implements Guard {

  @Override
  public Verdict evaluate(Situation situation) {
    Journal journal = situation.journal();
    if (!journal.isDone(plan.step(Verbs.SNAPSHOT)) || journal.wasBegun(plan.step(Verbs.RELEASE))) {
      return Verdict.fine();
    }
    ServiceView view = situation.seen().service(plan.name());
    Optional<Workload> workload = Workload.of(view);
    if (workload.isEmpty()) {
      return new Verdict.Halt(Reason.BLUE_DELETED, plan.title() + " was deleted by somebody else");
    }
    return changed(workload.get(), journal)
        .map(what -> (Verdict) new Verdict.Trip(Reason.WORKLOAD_CHANGED, what))
        .orElseGet(() -> health(view, journal, situation.now()));
  }

  private Optional<String> changed(Workload workload, Journal journal) {
    Integer recorded = journal.entry(plan.step(Verbs.SNAPSHOT)).preImage().replicas();
    boolean byOnes = plan.inPlace().orElseThrow().members() > 0;
    if (byOnes && workload.wanted() != recorded) {
      return Optional.of(
          plan.title()
              + " was scaled from "
              + recorded
              + " to "
              + workload.wanted()
              + " by somebody else while its members were upgraded one by one");
    }
    Set<String> known = knownTemplates(journal);
    boolean upgrading =
        members().anyMatch(member -> isUnderWay(member, journal))
            && members().noneMatch(member -> member.isUpgraded(journal));
    return upgrading || known.contains(Templates.hash(workload.template()))
        ? Optional.empty()
        : Optional.of("the pod template of " + plan.title() + " was changed by somebody else");
  }

  /**
   * The template that was recorded, and the new one in its place as soon as a member has come to
   * it: one who puts the old one back then takes members back behind the migration's back.
   */
  private Set<String> knownTemplates(Journal journal) {
    List<String> upgrades =
        members()
            .filter(member -> member.isUpgraded(journal))
            .map(member -> member.step(Verbs.UPGRADE))
            .toList();
    List<String> steps = upgrades.isEmpty() ? List.of(plan.step(Verbs.SNAPSHOT)) : upgrades;
    return steps.stream()
        .map(step -> journal.entry(step).preImage().templateHash())
        .collect(Collectors.toSet());
  }

  private static boolean isUnderWay(Member member, Journal journal) {
    return journal.wasBegun(member.step(Verbs.UPGRADE)) && !member.isUpgraded(journal);
  }

  private Stream<Member> members() {
    return Member.of(plan).stream();
  }

  private Verdict health(ServiceView view, Journal journal, Instant now) {
    List<Member> upgraded = members().filter(member -> member.isUpgraded(journal)).toList();
    Optional<Instant> patience = Optional.empty();
    for (Member member : upgraded) {
      List<Pod> pods = member.pods(view);
      if (pods.stream().anyMatch(Rollouts::isCrashing)) {
        return unhealthy(member, pods, "its containers crash");
      }
      boolean serves = journal.isDone(member.step(Verbs.IN));
      Optional<Instant> since = serves ? GreenHealthy.shortSince(pods) : Optional.empty();
      if (since.isPresent()) {
        Instant end = since.get().plus(GreenHealthy.TOLERANCE);
        if (!now.isBefore(end)) {
          return unhealthy(
              member, pods, "not ready for " + GreenHealthy.TOLERANCE.toSeconds() + " s");
        }
        patience = patience.filter(end::isAfter).or(() -> Optional.of(end));
      }
    }
    return new Verdict.Fine(patience);
  }

  private Verdict unhealthy(Member member, List<Pod> pods, String what) {
    return new Verdict.Trip(
        Reason.PODS_UNHEALTHY,
        member.name() + " is not healthy: " + Rollouts.podTrouble(pods).orElse(what));
  }
}
