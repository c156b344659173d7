package dev.godwit.operator.guard;

import dev.godwit.operator.plan.Guard;
import dev.godwit.operator.plan.Journal;
import dev.godwit.operator.plan.Need;
import dev.godwit.operator.plan.Reason;
import dev.godwit.operator.plan.ServicePlan;
import dev.godwit.operator.plan.ServiceView;
import dev.godwit.operator.plan.Situation;
import dev.godwit.operator.plan.Verdict;
import dev.godwit.operator.resource.Rollouts;
import dev.godwit.operator.resource.Templates;
import dev.godwit.operator.step.Verbs;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/**
 * A service whose old version was given up after its own turn, from the moment that the original
 * workload has the traffic again: nobody else may change or delete it, its containers may not crash
 * again and again, and it may not be without ready pods, nor short of them for longer than {@link
 * GreenHealthy#TOLERANCE}.
 */
public record RetiredHealthy(ServicePlan plan) implements Guard {

  @Override
  public Set<Need> needs(Journal journal) {
    return isOn(journal) ? Set.of(Need.ORIGINAL_PODS) : Set.of();
  }

  private boolean isOn(Journal journal) {
    return journal.isDone(plan.step(Verbs.RETURN)) && !journal.wasBegun(plan.step(Verbs.RELEASE));
  }

  @Override
  public Verdict evaluate(Situation situation) {
    if (!isOn(situation.journal())) {
      return Verdict.fine();
    }
    ServiceView view = situation.seen().service(plan.name());
    if (view.blue().isEmpty()) {
      return new Verdict.Halt(Reason.BLUE_DELETED, plan.title() + " was deleted by somebody else");
    }
    Deployment original = view.blue().get();
    String known = situation.journal().entry(plan.step(Verbs.UPGRADE)).preImage().templateHash();
    if (!Templates.hash(original.getSpec().getTemplate()).equals(known)) {
      return new Verdict.Trip(
          Reason.WORKLOAD_CHANGED,
          "the pod template of " + plan.title() + " was changed by somebody else");
    }
    return health(original, view, situation.now());
  }

  private Verdict health(Deployment original, ServiceView view, Instant now) {
    boolean crashes = view.members().stream().anyMatch(Rollouts::isCrashing);
    Optional<String> failure = Rollouts.failure(original);
    int wanted = Rollouts.wanted(original);
    int ready = Rollouts.ready(original);
    String count = ready + " of " + wanted + " pods are ready";
    if (crashes || failure.isPresent() || (ready == 0 && wanted > 0)) {
      return unhealthy(view, failure.orElse(crashes ? "its containers crash" : count));
    }
    if (ready >= wanted) {
      return Verdict.fine();
    }
    Instant patience =
        GreenHealthy.shortSince(view.members()).orElse(now).plus(GreenHealthy.TOLERANCE);
    return now.isBefore(patience)
        ? new Verdict.Fine(Optional.of(patience))
        : unhealthy(view, count + " for " + GreenHealthy.TOLERANCE.toSeconds() + " s");
  }

  private Verdict unhealthy(ServiceView view, String what) {
    return new Verdict.Trip(
        Reason.PODS_UNHEALTHY,
        plan.title() + " is not healthy: " + Rollouts.podTrouble(view.members()).orElse(what));
  }
}
