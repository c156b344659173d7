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
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Moves the traffic back to the original workload, which runs the new version now, when it has as
 * many ready pods as green. What takes it back, where there is a way back, is the undo of the
 * upgrade.
 *
 * @param hasWayBack whether the old version can be rolled out again
 * @param deadline how long the original may have too few ready pods or endpoints
 */
public record Return(ServicePlan plan, boolean hasWayBack, Duration deadline) implements Step {

  /**
   * How long pods of the old version may take to end before traffic returns all the same. The
   * Services select them too: while they end, a list of endpoints or a proxy that is a moment
   * behind would send new connections to them.
   */
  public static final Duration OLD_PODS_END = Duration.ofMinutes(1);

  @Override
  public String name() {
    return plan.step(Verbs.RETURN);
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
          "Deployment " + plan.workload() + " was deleted by somebody else; green keeps serving");
    }
    Deployment original = view.blue().get();
    int serving = view.green().map(Rollouts::wanted).orElse(1);
    if (Rollouts.wanted(original) < serving) {
      return Assessment.act(
          "giving the original green's replicas", Changes.replicas(original, serving));
    }
    if (Rollouts.ready(original) < serving) {
      return waiting(
          situation,
          "Deployment " + plan.workload() + " to have " + serving + " ready pods, as green has",
          "Deployment "
              + plan.workload()
              + " has "
              + Rollouts.ready(original)
              + " of the "
              + serving
              + " ready pods that green has");
    }
    Map<String, Map<String, String>> recorded =
        situation.journal().entry(plan.step(Verbs.SWITCH)).preImage().selectors();
    Traffic traffic = new Traffic(plan, view);
    Map<String, Map<String, String>> wanted = new HashMap<>(recorded);
    wanted.putAll(traffic.foreign(recorded));
    List<Action> moves = traffic.moves(wanted);
    Instant patience = situation.entry().since().plus(OLD_PODS_END);
    if (!moves.isEmpty() && Rollouts.ending(original) > 0 && situation.now().isBefore(patience)) {
      return Assessment.await("the old pods of " + plan.workload() + " to end", patience);
    }
    if (!moves.isEmpty()) {
      return Assessment.act("returning traffic to " + plan.workload(), moves);
    }
    Set<String> services = traffic.selectors().keySet();
    String endpoints = "the endpoints of " + String.join(", ", plan.traffic());
    return traffic.isOffGreen(services, true)
        ? Assessment.done()
        : waiting(
            situation,
            endpoints + " to be the pods of " + plan.workload(),
            endpoints + " are not the pods of " + plan.workload());
  }

  private Assessment waiting(Situation situation, String what, String trouble) {
    Instant end = situation.entry().since().plus(deadline);
    return situation.await(what, end, Reason.DEADLINE_EXCEEDED, trouble);
  }
}
