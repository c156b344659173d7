package dev.godwit.operator.step;

import dev.godwit.api.v1alpha1.PreImage;
import dev.godwit.operator.plan.Action;
import dev.godwit.operator.plan.Assessment;
import dev.godwit.operator.plan.Journal;
import dev.godwit.operator.plan.Observation;
import dev.godwit.operator.plan.Reason;
import dev.godwit.operator.plan.ServicePlan;
import dev.godwit.operator.plan.ServiceView;
import dev.godwit.operator.plan.Situation;
import dev.godwit.operator.plan.Step;
import dev.godwit.operator.resource.Changes;
import dev.godwit.operator.resource.FieldManagers;
import dev.godwit.operator.resource.Rollouts;
import dev.godwit.operator.resource.Selectors;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * Moves the traffic of a service from blue to green by the selectors of its Services, when green
 * has as many ready pods as blue has replicas, and confirms it from the EndpointSlices.
 *
 * <p>Taking it back restores the selectors that were recorded, and at the same time gives blue as
 * many replicas as green has grown to. A selector that somebody else has set to something that is
 * neither blue's nor green's is left alone.
 *
 * @param deadline how long green may take to have as many ready pods as blue has by then
 * @param answers what is noted of blue before
 */
public record Switch(ServicePlan plan, Duration deadline, AnswerBaseline answers) implements Step {

  /** How often traffic is switched at the most when somebody else takes it back each time. */
  public static final int MAX_ATTEMPTS = 4;

  private static final Duration FIRST_PAUSE = Duration.ofSeconds(5);
  private static final int PAUSE_GROWTH = 3;
  private static final Duration CONFIRMATION = Duration.ofMinutes(1);

  /** How long other services wait on the way back for a blue that has no ready pod. */
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  @Override
  public String name() {
    return plan.step(Verbs.SWITCH);
  }

  @Override
  public PreImage preImage(Observation seen) {
    Map<String, Map<String, String>> selectors =
        new Traffic(plan, seen.service(plan.name())).selectors();
    return PreImages.selectors(selectors, answers.noted(plan, seen));
  }

  @Override
  public Assessment assess(Situation situation) {
    ServiceView view = situation.seen().service(plan.name());
    Instant begin = begin(situation.entry());
    if (situation.now().isBefore(begin)) {
      return Assessment.await(situation.entry().message(), begin);
    }
    Instant end = begin.plus(deadline);
    Optional<Assessment> growing = Grow.growing(plan, end, situation);
    if (growing.isPresent()) {
      return growing.get();
    }
    int needed = Grow.needed(view);
    Traffic traffic = new Traffic(plan, view);
    Optional<String> missing =
        plan.traffic().stream().filter(name -> !view.traffic().containsKey(name)).findFirst();
    if (missing.isPresent()) {
      return Assessment.failed(
          Reason.SERVICE_DELETED, "Service " + missing.get() + " was deleted by somebody else");
    }
    Map<String, Map<String, String>> recorded = situation.entry().preImage().selectors();
    Optional<Assessment> stray = stray(view, recorded);
    if (stray.isPresent()) {
      return stray.get();
    }
    Map<String, Map<String, String>> foreign = traffic.foreign(recorded);
    if (!foreign.isEmpty()) {
      return Assessment.failed(
          Reason.TRAFFIC_CONTESTED,
          "somebody else has set the selectors of Services while they were switched: " + foreign);
    }
    List<Action> moves = traffic.moves(traffic.towardsGreen(recorded));
    if (moves.isEmpty()) {
      return confirm(situation, traffic, needed, movedAt(view, begin));
    }
    // The controller that makes EndpointSlices may hear of a selector before it hears of the pods.
    OptionalInt known = traffic.knownOnGreen();
    return known.isPresent() && known.getAsInt() < needed
        ? Grow.awaiting("Service " + plan.preview(), needed, known.getAsInt(), end, situation)
        : Assessment.act("switching traffic to green", moves);
  }

  /** A Service that did not lead to blue when the switch began is somebody else's by now. */
  private Optional<Assessment> stray(ServiceView view, Map<String, Map<String, String>> recorded) {
    if (view.blue().isEmpty()) {
      return Optional.empty();
    }
    Map<String, String> labels = Selectors.podLabels(view.blue().get());
    return plan.traffic().stream()
        .filter(name -> !Selectors.matches(recorded.getOrDefault(name, Map.of()), labels))
        .findFirst()
        .map(
            name ->
                Assessment.failed(
                    Reason.TRAFFIC_CONTESTED,
                    "Service "
                        + name
                        + " does not lead to Deployment "
                        + plan.workload()
                        + " any more: somebody else has set its selector to "
                        + recorded.get(name)));
  }

  private Assessment confirm(Situation situation, Traffic traffic, int needed, Instant moved) {
    if (traffic.isOnGreen(needed)) {
      return Assessment.done();
    }
    Instant deadline = moved.plus(CONFIRMATION);
    return situation.await(
        "the endpoints of " + String.join(", ", plan.traffic()) + " to be green's pods",
        deadline,
        Reason.DEADLINE_EXCEEDED,
        "the endpoints of "
            + String.join(", ", plan.traffic())
            + " are not exactly green's ready pods a minute after the switch");
  }

  /** When the last selector was set; the step may have waited for green to grow before. */
  static Instant movedAt(ServiceView view, Instant begin) {
    return view.traffic().values().stream()
        .flatMap(service -> FieldManagers.godwitWroteAt(service, "f:spec", "f:selector").stream())
        .filter(when -> when.isAfter(begin))
        .max(Comparator.naturalOrder())
        .orElse(begin);
  }

  /** When the latest attempt may write for the first time: not before the pause that it makes. */
  public static Instant begin(Journal.Entry entry) {
    return entry.since().plus(pause(entry.attempt()));
  }

  private static Duration pause(int attempt) {
    return attempt < 2
        ? Duration.ZERO
        : FIRST_PAUSE.multipliedBy((long) Math.pow(PAUSE_GROWTH, attempt - 2.0));
  }

  @Override
  public Assessment assessUndo(Situation situation) {
    ServiceView view = situation.seen().service(plan.name());
    if (view.blue().isEmpty()) {
      return Assessment.failed(
          Reason.BLUE_DELETED,
          "Deployment "
              + plan.workload()
              + " was deleted by somebody else: traffic stays on green. Create it again to go"
              + " back, or delete the Migration to stay on green");
    }
    Deployment blue = view.blue().get();
    List<Action> actions = new ArrayList<>(scaling(view, blue));
    int greenReady = view.green().map(Rollouts::ready).orElse(0);
    if (Rollouts.ready(blue) == 0 && greenReady > 0) {
      String why = "blue has no ready pod: traffic stays on green until it has";
      Instant patience = situation.entry().undoStartedAt().orElseThrow().plus(PATIENCE);
      if (actions.isEmpty()) {
        return situation.await(why, patience, Reason.PODS_UNHEALTHY, why);
      }
      return Assessment.act(why, actions);
    }
    Map<String, Map<String, String>> recorded = situation.entry().preImage().selectors();
    Traffic traffic = new Traffic(plan, view);
    actions.addAll(traffic.moves(restorable(traffic, recorded)));
    if (!actions.isEmpty()) {
      return Assessment.act("switching traffic back to blue", actions);
    }
    Set<String> restored = new HashSet<>(traffic.selectors().keySet());
    restored.removeAll(traffic.foreign(recorded).keySet());
    return traffic.isOffGreen(restored, Rollouts.ready(blue) > 0)
        ? Assessment.done()
        : Assessment.await(
            "the endpoints of " + String.join(", ", plan.traffic()) + " to be blue's pods");
  }

  private List<Action> scaling(ServiceView view, Deployment blue) {
    int grown = view.green().map(Rollouts::wanted).orElse(0);
    return Rollouts.wanted(blue) < grown ? List.of(Changes.replicas(blue, grown)) : List.of();
  }

  /** The recorded selectors; what is neither blue's nor green's stays as somebody else set it. */
  private static Map<String, Map<String, String>> restorable(
      Traffic traffic, Map<String, Map<String, String>> recorded) {
    Map<String, Map<String, String>> wanted = new HashMap<>(recorded);
    traffic.foreign(recorded).forEach(wanted::put);
    return wanted;
  }
}
