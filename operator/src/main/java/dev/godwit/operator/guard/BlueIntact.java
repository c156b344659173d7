package dev.godwit.operator.guard;

import dev.godwit.api.v1alpha1.PreImage;
import dev.godwit.operator.plan.Guard;
import dev.godwit.operator.plan.Reason;
import dev.godwit.operator.plan.ServicePlan;
import dev.godwit.operator.plan.Situation;
import dev.godwit.operator.plan.Verdict;
import dev.godwit.operator.resource.Templates;
import dev.godwit.operator.step.Verbs;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import java.util.Optional;

/**
 * Blue, as it was recorded, is the way back: when somebody else changes or deletes it, the
 * migration stops; one that is created again from the same template will do as well. Before the
 * switch a changed blue serves, so green goes; after it green serves, and going back would put
 * users on something that nobody has seen serving.
 */
public record BlueIntact(ServicePlan plan) implements Guard {

  @Override
  public Verdict evaluate(Situation situation) {
    boolean isOn =
        Span.isSince(plan, Verbs.SNAPSHOT, situation.journal())
            && !situation.journal().wasBegun(plan.step(Verbs.HANDOVER));
    if (!isOn) {
      return Verdict.fine();
    }
    Optional<Deployment> blue = situation.seen().service(plan.name()).blue();
    PreImage recorded = situation.journal().entry(plan.step(Verbs.SNAPSHOT)).preImage();
    boolean serves = !Span.isSwitchBegun(plan, situation.journal());
    if (blue.isEmpty()) {
      return new Verdict.Halt(
          Reason.BLUE_DELETED,
          "Deployment "
              + plan.workload()
              + " was deleted by somebody else"
              + (serves ? "" : " while green serves"));
    }
    boolean same =
        Templates.hash(blue.get().getSpec().getTemplate()).equals(recorded.templateHash());
    if (same) {
      return Verdict.fine();
    }
    String what = "Deployment " + plan.workload() + " was changed by somebody else";
    return serves
        ? new Verdict.Trip(Reason.BLUE_CHANGED, what)
        : new Verdict.Halt(
            Reason.BLUE_CHANGED,
            what
                + " while green serves: it is not what ran before. Put its pod template back and"
                + " set spec.paused to true and to false again, or set spec.abort to switch traffic"
                + " to it as it is");
  }
}
