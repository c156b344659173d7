package dev.godwit.operator.guard;

import dev.godwit.api.v1alpha1.StepState;
import dev.godwit.operator.plan.Action;
import dev.godwit.operator.plan.Decision.StepAction;
import dev.godwit.operator.plan.Guard;
import dev.godwit.operator.plan.Journal;
import dev.godwit.operator.plan.Reason;
import dev.godwit.operator.plan.ServicePlan;
import dev.godwit.operator.plan.ServiceView;
import dev.godwit.operator.plan.Situation;
import dev.godwit.operator.plan.Verdict;
import dev.godwit.operator.resource.FieldManagers;
import dev.godwit.operator.step.Rotation;
import dev.godwit.operator.step.Switch;
import dev.godwit.operator.step.Verbs;
import io.fabric8.kubernetes.api.model.Service;
import java.util.List;
import java.util.Map;

/**
 * While Services select by rotation, they go on to, and the pods that are in rotation carry the
 * label: one that is evicted is made anew without it. Somebody else who sets a selector back lets
 * every ready pod in, an unchecked one too; it is set again a bounded number of times, with growing
 * pauses, and then everything goes back.
 */
public record RotationHeld(ServicePlan plan, List<ServicePlan> neighbours) implements Guard {

  /** Copies the list. */
  public RotationHeld {
    neighbours = List.copyOf(neighbours);
  }

  @Override
  public Verdict evaluate(Situation situation) {
    Journal journal = situation.journal();
    if (!isWatched(journal)) {
      return Verdict.fine();
    }
    ServiceView view = situation.seen().service(plan.name());
    Rotation rotation = new Rotation(plan, neighbours, situation.seen(), journal);
    for (String name : plan.traffic()) {
      Service service = view.traffic().get(name);
      if (service == null) {
        return new Verdict.Trip(
            Reason.SERVICE_DELETED, "Service " + name + " was deleted by somebody else");
      }
      Map<String, String> foreign = rotation.foreign().get(name);
      if (foreign != null) {
        return new Verdict.Trip(Reason.TRAFFIC_CONTESTED, contested(service) + " to " + foreign);
      }
      boolean asBefore = rotation.selectors().get(name).equals(rotation.recorded().get(name));
      if (asBefore && isOn(journal)) {
        return takenBack(service, journal.entry(plan.step(Verbs.ROTATION_ON)));
      }
    }
    return Verdict.fine();
  }

  /**
   * To the end of the migration: a Service that is pointed elsewhere serves nobody of the new
   * version.
   */
  private boolean isWatched(Journal journal) {
    return journal.isDone(plan.step(Verbs.ROTATION_ON))
        && !journal.wasBegun(plan.step(Verbs.RELEASE));
  }

  /** While the selectors ask for it: there, and again on the way back. */
  private boolean isOn(Journal journal) {
    StepState off = journal.entry(plan.step(Verbs.ROTATION_OFF)).state();
    return journal.isDone(plan.step(Verbs.ROTATION_ON))
        && (off == StepState.PENDING || off == StepState.UNDONE);
  }

  private static Verdict takenBack(Service service, Journal.Entry entry) {
    String message =
        contested(service)
            + " back, so that pods get traffic before their checks have passed. To keep it from"
            + " doing so with Argo CD: ignoreDifferences with managedFieldsManagers: [godwit] for"
            + " kind Service, and RespectIgnoreDifferences=true";
    return entry.attempt() < Switch.MAX_ATTEMPTS
        ? new Verdict.Reopen(entry.step(), message)
        : new Verdict.Trip(Reason.TRAFFIC_CONTESTED, message);
  }

  private static String contested(Service service) {
    return FieldManagers.latestOf(service, "f:spec", "f:selector")
            .map(manager -> "field manager " + manager)
            .orElse("somebody else")
        + " set the selector of Service "
        + service.getMetadata().getName();
  }

  @Override
  public List<StepAction> upkeep(Situation situation) {
    if (!isOn(situation.journal())) {
      return List.of();
    }
    Rotation rotation = new Rotation(plan, neighbours, situation.seen(), situation.journal());
    List<Action> labels = rotation.labels();
    return labels.stream()
        .map(label -> new StepAction(plan.step(Verbs.ROTATION_ON), label))
        .toList();
  }
}
