package dev.godwit.operator.step;

import dev.godwit.api.v1alpha1.PreImage;
import dev.godwit.operator.plan.Action;
import dev.godwit.operator.plan.Assessment;
import dev.godwit.operator.plan.Need;
import dev.godwit.operator.plan.Observation;
import dev.godwit.operator.plan.Reason;
import dev.godwit.operator.plan.ServicePlan;
import dev.godwit.operator.plan.Situation;
import dev.godwit.operator.plan.Step;
import dev.godwit.operator.resource.Marks;
import dev.godwit.operator.resource.RotationService;
import dev.godwit.operator.resource.Selectors;
import dev.godwit.operator.resource.Workload;
import io.fabric8.kubernetes.api.model.Service;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Lets the Services of a service select by what is in rotation, or as they did before: first every
 * pod gets the label, then the selectors ask for it, and the other way round. Each is the undo of
 * the other, and is confirmed from the EndpointSlices.
 *
 * <p>Between the two it waits until the first has got about: the controller that makes
 * EndpointSlices hears of pods and of Services apart, and would leave out pods of which it knows no
 * label yet, or not any more. That it knows the labels shows in the endpoints of the {@link
 * RotationService}; that it knows the selectors in the labels of the EndpointSlices, see {@link
 * Marks#SELECTS}.
 *
 * @param neighbours the other services of the migration that stand behind the same Service
 * @param on whether they select by rotation from then on
 * @param answers what is noted of the old version before they do
 */
public record SelectByRotation(
    ServicePlan plan,
    Marks.Maker maker,
    List<ServicePlan> neighbours,
    boolean on,
    AnswerBaseline answers)
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
  public Set<Need> needs() {
    return Set.of(Need.ROTATION);
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
        .orElseGet(() -> turned(rotation, on, patience(situation, begin), situation));
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
      return unlabelled(rotation, made(situation));
    }
    Instant patience = begin.plus(CONFIRMATION);
    boolean contested =
        !on && !situation.now().isBefore(patience) && rotation.wasSetByOthersSince(begin);
    // The way back does not depend on who wins: members go back while they get traffic.
    return contested
        ? Assessment.done("somebody else keeps setting the selectors: going back without them")
        : turned(rotation, !on, patience, situation);
  }

  /**
   * Whether a Service led elsewhere before this began, as it does now: it never will have these
   * pods behind it.
   */
  private boolean isAstray(Rotation rotation, Situation situation) {
    return stray(rotation, situation).isPresent() && rotation.selectAll().isEmpty();
  }

  private Rotation rotation(Situation situation) {
    return new Rotation(plan, neighbours, situation.seen(), situation.journal());
  }

  private Assessment turned(
      Rotation rotation, boolean wanted, Instant patience, Situation situation) {
    return wanted
        ? turnedOn(rotation, patience, situation)
        : turnedOff(rotation, patience, situation);
  }

  private Assessment turnedOn(Rotation rotation, Instant patience, Situation situation) {
    List<Action> selectors = rotation.selectByRotation();
    if (!selectors.isEmpty()) {
      return obstacle(patience, situation)
          .or(() -> label(rotation, patience, situation))
          .orElseGet(() -> Assessment.act("letting Services select by rotation", selectors));
    }
    List<Action> labels = rotation.labels();
    if (!labels.isEmpty()) {
      return Assessment.act("labelling the pods that are in rotation", labels);
    }
    if (!rotation.isFollowed() || !rotation.isExact()) {
      return confirmation("the pods that are in rotation", patience, situation);
    }
    List<Action> made = made(situation);
    return made.isEmpty()
        ? Assessment.done()
        : Assessment.act("removing what showed who is in rotation", made);
  }

  /** What there is to do or to wait for before it can be seen which labels are known. */
  private Optional<Assessment> obstacle(Instant patience, Situation situation) {
    Optional<Service> service = situation.seen().service(plan.name()).rotation();
    if (service.isEmpty()) {
      return Optional.of(
          Assessment.act(
              "making a Service that shows who is in rotation",
              new Action.Create(RotationService.of(plan, maker))));
    }
    String name = "Service " + RotationService.name(plan);
    if (!Marks.wasMadeBy(service.get(), maker.uid())) {
      return Optional.of(
          Assessment.failed(
              Reason.REJECTED,
              name + " exists already and was not made by this migration: rename or delete it"));
    }
    if (!Marks.wasMadeFor(service.get(), maker.uid(), plan.name())) {
      return Optional.of(untilThen(name + " to be free again", patience, situation));
    }
    return Optional.empty();
  }

  /**
   * What there is to do or to wait for before a selector may ask for the labels. Pods that have had
   * them before must be known to have lost them, else nobody could tell the new ones from those.
   */
  private Optional<Assessment> label(Rotation rotation, Instant patience, Situation situation) {
    String service = "Service " + RotationService.name(plan);
    List<Action> labels = rotation.labels();
    if (!labels.isEmpty()) {
      return Optional.of(
          rotation.isLackKnown()
              ? Assessment.act("labelling the pods that are in rotation", labels)
              : untilThen(service + " to list no pod without the label", patience, situation));
    }
    return rotation.areLabelsKnown()
        ? Optional.empty()
        : Optional.of(
            untilThen(service + " to list all pods that are in rotation", patience, situation));
  }

  private Assessment turnedOff(Rotation rotation, Instant patience, Situation situation) {
    if (rotation.isNeededByOthers()) {
      List<Action> made = made(situation);
      return made.isEmpty()
          ? Assessment.done("the Services go on selecting by rotation for another service")
          : Assessment.act("removing what showed who is in rotation", made);
    }
    List<Action> selectors = rotation.selectAll();
    if (!selectors.isEmpty()) {
      return Assessment.act("letting Services select as before", selectors);
    }
    if (!rotation.isFollowed() || !rotation.isAll()) {
      return confirmation("all ready pods", patience, situation);
    }
    return unlabelled(rotation, made(situation));
  }

  private static Assessment unlabelled(Rotation rotation, List<Action> made) {
    List<Action> leftovers = Stream.concat(rotation.noLabels().stream(), made.stream()).toList();
    return leftovers.isEmpty()
        ? Assessment.done()
        : Assessment.act("removing the label of rotation", leftovers);
  }

  /** The writes that remove the Service that was made to see who is in rotation. */
  private List<Action> made(Situation situation) {
    return situation.seen().service(plan.name()).rotation().stream()
        .filter(service -> Marks.wasMadeFor(service, maker.uid(), plan.name()))
        .map(service -> (Action) new Action.Delete(service))
        .toList();
  }

  private Assessment confirmation(String what, Instant patience, Situation situation) {
    return untilThen(
        "the endpoints of " + String.join(", ", plan.traffic()) + " to be " + what,
        patience,
        situation);
  }

  private static Assessment untilThen(String what, Instant patience, Situation situation) {
    return situation.await(
        what, patience, Reason.DEADLINE_EXCEEDED, "waited a minute in vain for " + what);
  }
}
