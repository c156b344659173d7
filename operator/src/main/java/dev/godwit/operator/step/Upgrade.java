package dev.godwit.operator.step;

import dev.godwit.operator.plan.Assessment;
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
import io.fabric8.kubernetes.api.model.apps.Deployment;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * Brings the original workload, which is out of rotation, to the new version: what was blue is no
 * more. At the end of a migration there is no way back from here. Where old versions are given up
 * one after the other, going back is a rollout of the template that was recorded.
 *
 * @param deadline how long it may take
 * @param hasWayBack whether it can be taken back
 */
public record Upgrade(ServicePlan plan, Marks.Maker maker, Duration deadline, boolean hasWayBack)
    implements Step {

  @Override
  public String name() {
    return plan.step(Verbs.UPGRADE);
  }

  @Override
  public boolean pointOfNoReturn() {
    return !hasWayBack;
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
          Changes.template(original, Templates.change(plan.spec(), Workload.of(original))));
    }
    return rollout(situation, original);
  }

  private Assessment rollout(Situation situation, Deployment original) {
    if (Rollouts.isRolledOut(original)) {
      return Assessment.done(
          PreImages.upgraded(Templates.hash(original.getSpec().getTemplate()), null));
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
              + "; green keeps serving");
    }
    return Assessment.await(
        "Deployment " + plan.workload() + " to be ready on the new version", end);
  }

  @Override
  public Assessment assessUndo(Situation situation) {
    ServiceView view = situation.seen().service(plan.name());
    if (view.blue().isEmpty()) {
      return Assessment.failed(
          Reason.BLUE_DELETED,
          plan.title() + " was deleted by somebody else: create it again to go back");
    }
    Deployment original = view.blue().get();
    String before = situation.journal().entry(plan.step(Verbs.SNAPSHOT)).preImage().templateHash();
    if (!Templates.hash(original.getSpec().getTemplate()).equals(before)) {
      return Snapshots.find(situation.seen(), plan, maker)
          .map(Snapshots::template)
          .map(
              template ->
                  Assessment.act(
                      "rolling the old version of " + plan.title() + " out again",
                      Changes.restoreTemplate(original, template)))
          .orElseGet(
              () ->
                  Assessment.failed(
                      Reason.BACKUP_MISSING,
                      "ControllerRevision "
                          + Snapshots.name(plan, maker)
                          + ", which has the old pod template of "
                          + plan.title()
                          + ", was deleted by somebody else. "
                          + Commands.restoreTemplate(plan, maker)));
    }
    Instant end = situation.entry().undoStartedAt().orElseThrow().plus(deadline);
    if (Rollouts.isRolledOut(original)) {
      return Assessment.done();
    }
    String what =
        plan.title()
            + " to be ready on the old version"
            + Rollouts.failure(original).map(why -> ": " + why).orElse("");
    return situation.await(
        what,
        end,
        Reason.PODS_UNHEALTHY,
        "waited in vain for " + what + ". " + Commands.look(plan, maker));
  }
}
