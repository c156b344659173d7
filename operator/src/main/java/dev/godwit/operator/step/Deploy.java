package dev.godwit.operator.step;

import dev.godwit.api.v1alpha1.PreImage;
import dev.godwit.operator.plan.Action;
import dev.godwit.operator.plan.Assessment;
import dev.godwit.operator.plan.Need;
import dev.godwit.operator.plan.Observation;
import dev.godwit.operator.plan.Reason;
import dev.godwit.operator.plan.ServicePlan;
import dev.godwit.operator.plan.ServiceView;
import dev.godwit.operator.plan.Situation;
import dev.godwit.operator.plan.Step;
import dev.godwit.operator.resource.Green;
import dev.godwit.operator.resource.Marks;
import dev.godwit.operator.resource.Rollouts;
import dev.godwit.operator.resource.Templates;
import dev.godwit.operator.resource.Twins;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Makes green with its preview Service and its twins, and waits until all its pods are ready.
 *
 * <p>Taking it back removes exactly what it made: objects that carry the UID of this migration.
 * Where traffic had been on green, its pods stay for {@code drain} after traffic has left them.
 *
 * @param deadline how long green may take to become ready
 * @param drain how long green's pods stay after traffic has left them
 */
public record Deploy(ServicePlan plan, Marks.Maker maker, Duration deadline, Duration drain)
    implements Step {

  @Override
  public String name() {
    return plan.step(Verbs.DEPLOY);
  }

  @Override
  public Set<Need> needs() {
    return Set.of(Need.NEW_TEMPLATE, Need.TWINS);
  }

  @Override
  public PreImage preImage(Observation seen) {
    List<String> made = new ArrayList<>();
    if (plan.makesGreen()) {
      made.add("Deployment/" + plan.green());
    }
    made.add("Service/" + plan.preview());
    return PreImages.made(made);
  }

  @Override
  public Assessment assess(Situation situation) {
    ServiceView view = situation.seen().service(plan.name());
    Instant deadlineAt = situation.entry().since().plus(deadline);
    Optional<Deployment> blue = view.blue();
    if (blue.isEmpty()) {
      return Assessment.failed(
          Reason.BLUE_DELETED, "Deployment " + plan.workload() + " was deleted by somebody else");
    }
    Optional<Assessment> obstacle = obstacle(view);
    if (obstacle.isPresent()) {
      return obstacle.get();
    }
    List<Action> missing = missing(view, blue.get());
    if (!missing.isEmpty()) {
      return situation.now().isBefore(deadlineAt)
          ? Assessment.actSideBySide("creating green", missing)
          : Assessment.failed(Reason.DEADLINE_EXCEEDED, "could not create " + names(missing));
    }
    return assessGreen(view, deadlineAt, situation.now(), situation.entry().preImage());
  }

  private Optional<Assessment> obstacle(ServiceView view) {
    if (!plan.makesGreen() && view.green().isEmpty()) {
      return Optional.of(
          Assessment.failed(
              Reason.GREEN_DELETED, "Deployment " + plan.green() + " does not exist any more"));
    }
    return Stream.concat(
            plan.makesGreen() ? view.green().stream() : Stream.empty(), view.preview().stream())
        .filter(object -> !Marks.wasMadeBy(object, maker.uid()))
        .findFirst()
        .map(
            object ->
                Assessment.failed(
                    Reason.REJECTED,
                    object.getKind()
                        + " "
                        + object.getMetadata().getName()
                        + " exists already and was not made by this migration: rename or delete"
                        + " it"));
  }

  private List<Action> missing(ServiceView view, Deployment blue) {
    List<Action> missing = new ArrayList<>();
    if (view.green().isEmpty() && view.newTemplate().isPresent()) {
      missing.add(new Action.Create(Green.deployment(blue, view.newTemplate().get(), plan, maker)));
    }
    if (view.preview().isEmpty()) {
      greenOrPlanned(view, blue)
          .ifPresent(
              green ->
                  missing.add(
                      new Action.Create(Green.preview(plan, view.traffic(), green, maker))));
    }
    Twins.missing(view.originals(), view.twins(), blue, plan, maker)
        .forEach(twin -> missing.add(new Action.Create(twin)));
    return missing;
  }

  private static String names(List<Action> creations) {
    return creations.stream()
        .map(creation -> Twins.key(((Action.Create) creation).object()))
        .collect(Collectors.joining(", "));
  }

  private Optional<Deployment> greenOrPlanned(ServiceView view, Deployment blue) {
    return view.green()
        .or(() -> view.newTemplate().map(next -> Green.deployment(blue, next, plan, maker)));
  }

  private Assessment assessGreen(
      ServiceView view, Instant deadlineAt, Instant now, PreImage before) {
    if (view.green().isEmpty()) {
      return Assessment.await("the new pod template to be known", deadlineAt);
    }
    Deployment green = view.green().get();
    boolean rolledOut =
        plan.makesGreen()
            ? Rollouts.isRolledOut(green, view.greenPods())
            : Rollouts.isRolledOut(green);
    if (rolledOut) {
      return Assessment.done(
          new PreImage(
              green.getMetadata().getUid(),
              Templates.hash(green.getSpec().getTemplate()),
              null,
              null,
              null,
              null,
              before.made(),
              null,
              null,
              null));
    }
    String trouble =
        Rollouts.podTrouble(view.greenPods()).or(() -> Rollouts.failure(green)).orElse("");
    if (!now.isBefore(deadlineAt)) {
      return Assessment.failed(
          Reason.DEADLINE_EXCEEDED,
          "Deployment "
              + plan.green()
              + " did not become ready in time ("
              + Rollouts.ready(green)
              + " of "
              + Rollouts.wanted(green)
              + " pods ready)"
              + (trouble.isEmpty() ? "" : ": " + trouble));
    }
    if (Rollouts.hasGivenUp(green)) {
      return Assessment.failed(
          Reason.PODS_UNHEALTHY, "Deployment " + plan.green() + " does not roll out: " + trouble);
    }
    return Assessment.await(
        "Deployment "
            + plan.green()
            + " to have "
            + Rollouts.wanted(green)
            + " ready pods"
            + (trouble.isEmpty() ? "" : ": " + trouble),
        deadlineAt);
  }

  @Override
  public Assessment assessUndo(Situation situation) {
    Optional<Instant> drained =
        situation
            .journal()
            .find(plan.step(Verbs.SWITCH))
            .flatMap(entry -> entry.undoneAt())
            .map(left -> left.plus(drain));
    if (drained.isPresent() && situation.now().isBefore(drained.get())) {
      return Assessment.await("open connections to green to finish", drained.get());
    }
    List<Action> deletions =
        made(situation.seen().service(plan.name()), plan, maker)
            .map(object -> (Action) new Action.Delete(object))
            .toList();
    return deletions.isEmpty() ? Assessment.done() : Assessment.act("removing green", deletions);
  }

  /** What this migration made for a service, as far as it is still there. */
  static Stream<HasMetadata> made(ServiceView view, ServicePlan plan, Marks.Maker maker) {
    Stream<HasMetadata> objects =
        Stream.of(view.green().stream(), view.preview().stream(), view.twins().values().stream())
            .flatMap(stream -> stream);
    return objects.filter(object -> Marks.wasMadeFor(object, maker.uid(), plan.name()));
  }
}
