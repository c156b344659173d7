package dev.godwit.operator.step;

import dev.godwit.api.v1alpha1.PreImage;
import dev.godwit.operator.plan.Action;
import dev.godwit.operator.plan.Assessment;
import dev.godwit.operator.plan.Observation;
import dev.godwit.operator.plan.Reason;
import dev.godwit.operator.plan.ServicePlan;
import dev.godwit.operator.plan.Situation;
import dev.godwit.operator.plan.Step;
import dev.godwit.operator.resource.Selectors;
import dev.godwit.operator.resource.Workload;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Lets the Services of a service select by what is in rotation, or as they did before: first every
 * pod gets the label, then the selectors ask for it, and the other way round. Each is the undo of
 * the other, and is confirmed from the EndpointSlices.
 *
 * @param neighbours the other services of the migration that stand behind the same Service
 * @param on whether they select by rotation from then on
 * @param answers what is noted of the old version before they do
 */
public record SelectByRotation(
    ServicePlan plan, List<ServicePlan> neighbours, boolean on, AnswerBaseline answers)
    implements Step {

  private static final Duration CONFIRMATION = Duration.ofMinutes(1);

  /** Copies the list. */
  public SelectByRotation {
    neighbours = List.copyOf(neighbours);
  }

  @Override
  public String name() {
    return plan.step(on ? Verbs.ROTATION_ON : Verbs.ROTATION_OFF);
  }

  @Override
  public PreImage preImage(Observation seen) {
    return on
        ? PreImages.selectors(
            new Traffic(plan, seen.service(plan.name())).selectors(), answers.noted(plan, seen))
        : PreImage.NONE;
  }

  @Override
  public Assessment assess(Situation situation) {
    Instant begin = Switch.begin(situation.entry());
    if (situation.now().isBefore(begin)) {
      return Assessment.await(situation.entry().message(), begin);
    }
    Rotation rotation = rotation(situation);
    if (rotation.missing().isPresent()) {
      return Assessment.failed(
          Reason.SERVICE_DELETED,
          "Service " + rotation.missing().get() + " was deleted by somebody else");
    }
    if (on && !rotation.foreign().isEmpty()) {
      return Assessment.failed(
          Reason.TRAFFIC_CONTESTED,
          "somebody else has set the selectors of Services: " + rotation.foreign());
    }
    return stray(rotation, situation)
        .orElseGet(() -> turned(rotation, on, patience(situation, begin), situation.now()));
  }

  /** From the write on: what comes before it, a window among it, may take its time. */
  private Instant patience(Situation situation, Instant begin) {
    return Switch.movedAt(situation.seen().service(plan.name()), begin).plus(CONFIRMATION);
  }

  /** A Service that did not lead to the workload when this began is somebody else's by now. */
  private Optional<Assessment> stray(Rotation rotation, Situation situation) {
    Optional<Workload> workload = Workload.of(situation.seen().service(plan.name()));
    if (!on || workload.isEmpty()) {
      return Optional.empty();
    }
    return rotation.recorded().entrySet().stream()
        .filter(one -> !Selectors.matches(one.getValue(), workload.get().podLabels()))
        .findFirst()
        .map(
            one ->
                Assessment.failed(
                    Reason.TRAFFIC_CONTESTED,
                    "Service "
                        + one.getKey()
                        + " does not lead to "
                        + plan.title()
                        + " any more: somebody else has set its selector to "
                        + one.getValue()));
  }

  @Override
  public Assessment assessUndo(Situation situation) {
    Instant begin = situation.entry().undoStartedAt().orElseThrow();
    Rotation rotation = rotation(situation);
    if (isAstray(rotation, situation)) {
      return unlabelled(rotation);
    }
    Instant patience = begin.plus(CONFIRMATION);
    boolean contested =
        !on && !situation.now().isBefore(patience) && rotation.wasSetByOthersSince(begin);
    // The way back does not depend on who wins: members go back while they get traffic.
    return contested
        ? Assessment.done("somebody else keeps setting the selectors: going back without them")
        : turned(rotation, !on, patience, situation.now());
  }

  /**
   * Whether a Service led elsewhere before this began, as it does now: it never will have these
   * pods behind it.
   */
  private boolean isAstray(Rotation rotation, Situation situation) {
    return stray(rotation, situation).isPresent() && rotation.select(rotation.recorded()).isEmpty();
  }

  private Rotation rotation(Situation situation) {
    return new Rotation(plan, neighbours, situation.seen(), situation.journal());
  }

  private Assessment turned(Rotation rotation, boolean wanted, Instant patience, Instant now) {
    return wanted ? turnedOn(rotation, patience, now) : turnedOff(rotation, patience, now);
  }

  private Assessment turnedOn(Rotation rotation, Instant patience, Instant now) {
    List<Action> labels = rotation.labels();
    if (!labels.isEmpty()) {
      return Assessment.act("labelling the pods that are in rotation", labels);
    }
    List<Action> selectors = rotation.select(rotation.byRotation(rotation.recorded()));
    if (!selectors.isEmpty()) {
      return Assessment.act("letting Services select by rotation", selectors);
    }
    return rotation.isExact()
        ? Assessment.done()
        : confirmation("the pods that are in rotation", patience, now);
  }

  private Assessment turnedOff(Rotation rotation, Instant patience, Instant now) {
    if (rotation.isNeededByOthers()) {
      return Assessment.done("the Services go on selecting by rotation for another service");
    }
    List<Action> selectors = rotation.select(rotation.recorded());
    if (!selectors.isEmpty()) {
      return Assessment.act("letting Services select as before", selectors);
    }
    if (!rotation.isAll()) {
      return confirmation("all ready pods", patience, now);
    }
    return unlabelled(rotation);
  }

  private static Assessment unlabelled(Rotation rotation) {
    List<Action> labels = rotation.noLabels();
    return labels.isEmpty()
        ? Assessment.done()
        : Assessment.act("removing the label of rotation", labels);
  }

  private Assessment confirmation(String what, Instant patience, Instant now) {
    String endpoints = "the endpoints of " + String.join(", ", plan.traffic());
    return now.isBefore(patience)
        ? Assessment.await(endpoints + " to be " + what, patience)
        : Assessment.failed(
            Reason.DEADLINE_EXCEEDED, endpoints + " are not " + what + " after a minute");
  }
}
