package dev.godwit.operator.guard;

import dev.godwit.operator.plan.Guard;
import dev.godwit.operator.plan.Reason;
import dev.godwit.operator.plan.ServicePlan;
import dev.godwit.operator.plan.ServiceView;
import dev.godwit.operator.plan.Situation;
import dev.godwit.operator.plan.Verdict;
import dev.godwit.operator.resource.Rollouts;
import dev.godwit.operator.resource.Selectors;
import dev.godwit.operator.resource.Templates;
import dev.godwit.operator.step.Verbs;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The health of green's pods, always on once green is deployed: nobody else may change or delete
 * it, its containers may not crash again and again, its rollout may not fail, and once it serves it
 * may not be without ready pods, nor short of what blue had for longer than {@link #TOLERANCE}.
 *
 * @param retires whether the way back stays open when the old version is given up
 */
public record GreenHealthy(ServicePlan plan, boolean retires) implements Guard {

  /** How long some of the pods may be missing: a node that is drained is no reason to go back. */
  public static final Duration TOLERANCE = Duration.ofSeconds(30);

  @Override
  public Verdict evaluate(Situation situation) {
    if (!Span.isSince(plan, Verbs.DEPLOY, retires, situation.journal())) {
      return Verdict.fine();
    }
    ServiceView view = situation.seen().service(plan.name());
    if (view.green().isEmpty()) {
      return new Verdict.Trip(
          Reason.GREEN_DELETED, "Deployment " + plan.green() + " was deleted by somebody else");
    }
    Deployment green = view.green().get();
    String recorded = situation.journal().entry(plan.step(Verbs.DEPLOY)).preImage().templateHash();
    if (!Templates.hash(green.getSpec().getTemplate()).equals(recorded)) {
      return new Verdict.Trip(
          Reason.GREEN_CHANGED,
          "the pod template of Deployment " + plan.green() + " was changed by somebody else");
    }
    if (view.preview().isEmpty()) {
      return new Verdict.Trip(
          Reason.GREEN_DELETED,
          "green's Service " + plan.preview() + " was deleted by somebody else");
    }
    Optional<String> failure = Rollouts.failure(green);
    if (view.greenPods().stream().anyMatch(Rollouts::isCrashing) || failure.isPresent()) {
      return unhealthy(view, failure.orElse("its containers crash"));
    }
    return Span.isSwitchBegun(plan, situation.journal()) && isSelected(view, green)
        ? serving(view, green, situation.now())
        : Verdict.fine();
  }

  /** Before that it may still be growing to what blue has meanwhile. */
  private static boolean isSelected(ServiceView view, Deployment green) {
    Map<String, String> labels = Selectors.podLabels(green);
    return view.traffic().values().stream()
        .anyMatch(service -> Selectors.matches(service.getSpec().getSelector(), labels));
  }

  private Verdict serving(ServiceView view, Deployment green, Instant now) {
    int needed = Math.min(Rollouts.wanted(green), view.blue().map(Rollouts::wanted).orElse(1));
    int ready = plan.makesGreen() ? Rollouts.ready(view.greenPods()) : Rollouts.ready(green);
    if (ready >= needed) {
      return Verdict.fine();
    }
    String count = ready + " of " + needed + " pods are ready";
    if (ready == 0) {
      return unhealthy(view, count);
    }
    Instant patience = shortSince(view.greenPods()).orElse(now).plus(TOLERANCE);
    return now.isBefore(patience)
        ? new Verdict.Fine(Optional.of(patience))
        : unhealthy(view, count + " for " + TOLERANCE.toSeconds() + " s");
  }

  /**
   * Since when a pod is not ready. A pod that is missing altogether was wanted just now, or is
   * being replaced: it is there in a moment, or the Deployment says what keeps it away.
   */
  static Optional<Instant> shortSince(List<Pod> pods) {
    return pods.stream()
        .filter(pod -> pod.getMetadata().getDeletionTimestamp() == null)
        .flatMap(pod -> Rollouts.notReadySince(pod).stream())
        .min(Comparator.naturalOrder());
  }

  private Verdict unhealthy(ServiceView view, String what) {
    return new Verdict.Trip(
        Reason.PODS_UNHEALTHY,
        "Deployment "
            + plan.green()
            + " is not healthy: "
            + Rollouts.podTrouble(view.greenPods()).orElse(what));
  }
}
