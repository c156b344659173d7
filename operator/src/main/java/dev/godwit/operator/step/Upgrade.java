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
import dev.godwit.operator.resource.Templates;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * Brings the original workload, which is out of rotation, to the new version. From here on there is
 * no way back: what was blue is no more.
 *
 * @param deadline how long it may take
 */
public record Upgrade(ServicePlan plan, Duration deadline) implements Step {

  @Override
  public String name() {
    return plan.step(Verbs.UPGRADE);
  }

  @Override
  public boolean pointOfNoReturn() {
    return true;
  }

  @Override
  public Assessment assess(Situation situation) {
    ServiceView view = situation.seen().service(plan.name());
    if (view.blue().isEmpty()) {
      return Assessment.failed(
          Reason.BLUE_DELETED,
          "Deployment "
              + plan.workload()
              + " was deleted by somebody else; green keeps serving. Create it again with the"
              + " new version, then set spec.paused to true and to false again");
    }
    Deployment original = view.blue().get();
    int serving = view.green().map(Rollouts::wanted).orElse(0);
    if (Rollouts.wanted(original) < serving) {
      return Assessment.act(
          "giving the original green's replicas", Changes.replicas(original, serving));
    }
    String before = situation.journal().entry(plan.step(Verbs.SNAPSHOT)).preImage().templateHash();
    if (Templates.hash(original.getSpec().getTemplate()).equals(before)) {
      return Assessment.act(
          "bringing Deployment " + plan.workload() + " to the new version",
          new Action.PatchTemplate(original, Templates.change(plan.spec(), original)));
    }
    return rollout(situation, original);
  }

  private Assessment rollout(Situation situation, Deployment original) {
    if (Rollouts.isRolledOut(original)) {
      return Assessment.done();
    }
    Instant end = situation.entry().since().plus(deadline);
    Optional<String> failure = Rollouts.failure(original);
    if (!situation.now().isBefore(end) || Rollouts.hasGivenUp(original)) {
      return Assessment.failed(
          Reason.DEADLINE_EXCEEDED,
          "Deployment "
              + plan.workload()
              + " does not become ready on the new version"
              + failure.map(why -> ": " + why).orElse("")
              + "; green keeps serving. Mend it, then set spec.paused to true and to false"
              + " again");
    }
    return Assessment.await(
        "Deployment " + plan.workload() + " to be ready on the new version", end);
  }
}
