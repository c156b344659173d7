package dev.godwit.operator.step;

import dev.godwit.api.v1alpha1.PreImage;
import dev.godwit.operator.plan.Action;
import dev.godwit.operator.plan.Assessment;
import dev.godwit.operator.plan.Need;
import dev.godwit.operator.plan.Observation;
import dev.godwit.operator.plan.ServicePlan;
import dev.godwit.operator.plan.Situation;
import dev.godwit.operator.plan.Step;
import dev.godwit.operator.resource.Changes;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscaler;
import java.util.Optional;
import java.util.Set;

/**
 * Keeps blue's HorizontalPodAutoscaler from scaling down: an idle blue would shrink, and be no
 * backup.
 */
public record HoldAutoscaler(ServicePlan plan) implements Step {

  @Override
  public String name() {
    return plan.step(Verbs.HOLD_AUTOSCALER);
  }

  @Override
  public Set<Need> needs() {
    return Set.of(Need.AUTOSCALER);
  }

  @Override
  public PreImage preImage(Observation seen) {
    String policy =
        seen.service(plan.name()).autoscaler().flatMap(Changes::scaleDownPolicy).orElse("");
    return PreImages.scaleDownPolicy(policy);
  }

  @Override
  public Assessment assess(Situation situation) {
    Optional<HorizontalPodAutoscaler> autoscaler =
        situation.seen().service(plan.name()).autoscaler();
    if (autoscaler.isEmpty()) {
      return Assessment.done("the HorizontalPodAutoscaler is gone");
    }
    return isHeld(autoscaler.get())
        ? Assessment.done()
        : Assessment.act(
            "keeping HorizontalPodAutoscaler "
                + autoscaler.get().getMetadata().getName()
                + " from scaling blue down",
            Changes.scaleDownPolicy(autoscaler.get(), Optional.of(Changes.DISABLED)));
  }

  @Override
  public Assessment assessUndo(Situation situation) {
    return giveBack(
            situation.seen().service(plan.name()).autoscaler(),
            situation.entry().preImage().scaleDownPolicy())
        .map(action -> Assessment.act("giving back the HorizontalPodAutoscaler", action))
        .orElse(Assessment.done());
  }

  /** The write that restores a policy, if there is something to restore. */
  static Optional<Action> giveBack(Optional<HorizontalPodAutoscaler> autoscaler, String recorded) {
    return autoscaler
        .filter(held -> isHeld(held) && !recorded.equals(Changes.DISABLED))
        .map(
            held ->
                Changes.scaleDownPolicy(
                    held, Optional.of(recorded).filter(policy -> !policy.isEmpty())));
  }

  private static boolean isHeld(HorizontalPodAutoscaler autoscaler) {
    return Changes.scaleDownPolicy(autoscaler).filter(Changes.DISABLED::equals).isPresent();
  }
}
