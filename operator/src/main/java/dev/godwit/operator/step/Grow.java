package dev.godwit.operator.step;

import dev.godwit.operator.plan.Action;
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
import java.util.List;
import java.util.Optional;

/**
 * Gives each green as many ready pods as its blue has replicas by now. Where several services move
 * together, all of them grow before the first one moves: none is waited for while others serve the
 * new version already.
 *
 * @param name name of the step
 * @param plans those that move together
 * @param deadline how long that may take
 */
public record Grow(String name, List<ServicePlan> plans, Duration deadline) implements Step {

  private static final String GROWING = "giving green blue's replicas";

  /** Copies the list. */
  public Grow {
    plans = List.copyOf(plans);
  }

  @Override
  public Assessment assess(Situation situation) {
    Instant end = situation.entry().since().plus(deadline);
    List<Assessment> open =
        plans.stream().flatMap(plan -> growing(plan, end, situation).stream()).toList();
    List<Action> actions =
        open.stream()
            .filter(Assessment.Act.class::isInstance)
            .flatMap(each -> ((Assessment.Act) each).actions().stream())
            .toList();
    Optional<Assessment> failed =
        open.stream().filter(Assessment.Failed.class::isInstance).findFirst();
    if (failed.isPresent() || actions.isEmpty()) {
      return failed.or(() -> open.stream().findFirst()).orElse(Assessment.done());
    }
    return Assessment.actSideBySide(GROWING, actions);
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
      return Optional.of(Assessment.act(GROWING, Changes.replicas(green, needed)));
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
