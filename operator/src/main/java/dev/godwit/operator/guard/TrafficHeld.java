package dev.godwit.operator.guard;

import dev.godwit.api.v1alpha1.StepState;
import dev.godwit.operator.plan.Guard;
import dev.godwit.operator.plan.Journal;
import dev.godwit.operator.plan.Reason;
import dev.godwit.operator.plan.ServicePlan;
import dev.godwit.operator.plan.ServiceView;
import dev.godwit.operator.plan.Situation;
import dev.godwit.operator.plan.Verdict;
import dev.godwit.operator.resource.FieldManagers;
import dev.godwit.operator.step.Switch;
import dev.godwit.operator.step.Traffic;
import dev.godwit.operator.step.Verbs;
import io.fabric8.kubernetes.api.model.Service;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The selectors stay on green until they are returned. Somebody else who sets one back to blue (a
 * GitOps tool that heals, a manifest applied again) is safe for users: traffic is switched again a
 * bounded number of times, with growing pauses, and then everything goes back. There is no fight.
 *
 * @param retires whether the way back stays open when the old version is given up
 */
public record TrafficHeld(ServicePlan plan, boolean retires) implements Guard {

  @Override
  public Verdict evaluate(Situation situation) {
    if (!isOn(situation.journal())) {
      return Verdict.fine();
    }
    ServiceView view = situation.seen().service(plan.name());
    Journal.Entry entry = situation.journal().entry(plan.step(Verbs.SWITCH));
    boolean switched = entry.state() == StepState.DONE;
    Map<String, Map<String, String>> recorded = entry.preImage().selectors();
    Traffic traffic = new Traffic(plan, view);
    Map<String, Map<String, String>> onGreen = traffic.towardsGreen(recorded);
    Map<String, Map<String, String>> foreign = traffic.foreign(recorded);
    for (String name : plan.traffic()) {
      Service service = view.traffic().get(name);
      if (service == null) {
        return new Verdict.Trip(
            Reason.SERVICE_DELETED, "Service " + name + " was deleted by somebody else");
      }
      if (foreign.containsKey(name)) {
        return new Verdict.Trip(
            Reason.TRAFFIC_CONTESTED,
            contested(service) + " to " + foreign.get(name) + ", which is neither blue nor green");
      }
      boolean onBlue = !traffic.selectors().get(name).equals(onGreen.get(name));
      if (onBlue && (switched || wasSetSince(Switch.begin(entry), service))) {
        return takenBack(service, entry);
      }
    }
    return Verdict.fine();
  }

  /** Where blue is deleted or kept, green is to have the traffic to the end. */
  private boolean isOn(Journal journal) {
    return Span.isSwitchBegun(plan, journal)
        && Stream.of(Verbs.UPGRADE, Verbs.RETURN, Verbs.RELEASE)
            .filter(verb -> !retires || !verb.equals(Verbs.UPGRADE))
            .noneMatch(verb -> journal.wasBegun(plan.step(verb)));
  }

  /**
   * While the switch is under way blue's selector is no sign, unless somebody has just set it. When
   * that was is known to the second: one who wrote in the second of the beginning counts.
   */
  private static boolean wasSetSince(Instant begin, Service service) {
    return FieldManagers.othersWroteAt(service, "f:spec", "f:selector")
        .filter(when -> !when.isBefore(begin.truncatedTo(ChronoUnit.SECONDS)))
        .isPresent();
  }

  private Verdict takenBack(Service service, Journal.Entry entry) {
    String message =
        contested(service)
            + " back to blue. To keep it from doing so with Argo CD: ignoreDifferences with"
            + " managedFieldsManagers: [godwit] for kind Service, and"
            + " RespectIgnoreDifferences=true";
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
}
