package dev.godwit.operator.step;

import dev.godwit.operator.plan.Assessment;
import dev.godwit.operator.plan.Reason;
import dev.godwit.operator.plan.ServicePlan;
import dev.godwit.operator.plan.ServiceView;
import dev.godwit.operator.plan.Situation;
import dev.godwit.operator.plan.Step;
import dev.godwit.operator.resource.Changes;
import dev.godwit.operator.resource.Rollouts;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * Gives green as many ready pods as blue has replicas by now. Where several services move, all of
 * them grow before the first one moves: none is waited for while others serve the new version.
 *
 * @param deadline how long that may take
 */
public record Grow(ServicePlan plan, Duration deadline) implements Step {

  @Override
  public String name() {
    return plan.step(Verbs.GROW);
  }

  @Override
  public Assessment assess(Situation situation) {
    return growing(plan, situation.entry().since().plus(deadline), situation)
        .orElse(Assessment.done());
  }

  /**
   * What is still to be done, or waited for, until green is as large as blue; empty when it is.
   *
   * @param end until when it is waited for
   */
  static Optional<Assessment> growing(ServicePlan plan, Instant end, Situation situation) {
    ServiceView view = situation.seen().service(plan.name());
    if (view.green().isEmpty()) {
      return Optional.of(
          Assessment.failed(
              Reason.GREEN_DELETED,
              "Deployment " + plan.green() + " was deleted by somebody else"));
    }
    Deployment green = view.green().get();
    int needed = needed(view);
    if (Rollouts.wanted(green) < needed) {
      return Optional.of(
          Assessment.act("giving green blue's replicas", Changes.replicas(green, needed)));
    }
    int ready = plan.makesGreen() ? Rollouts.ready(view.greenPods()) : Rollouts.ready(green);
    return ready < needed
        ? Optional.of(awaiting("Deployment " + plan.green(), needed, ready, end, situation))
        : Optional.empty();
  }

  /** How many ready pods green must have. */
  static int needed(ServiceView view) {
    return view.blue().map(Rollouts::wanted).orElse(1);
  }

  /** Waits for ready pods. */
  static Assessment awaiting(String of, int needed, int ready, Instant end, Situation situation) {
    String what = of + " to have " + needed + " ready pods, as blue has";
    return situation.await(
        what, end, Reason.DEADLINE_EXCEEDED, "waited in vain for " + what + ": it has " + ready);
  }
}
