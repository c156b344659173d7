package dev.godwit.operator.reconcile;

import dev.godwit.api.v1alpha1.ServiceStatus;
import dev.godwit.api.v1alpha1.Side;
import dev.godwit.api.v1alpha1.StepState;
import dev.godwit.operator.plan.Journal;
import dev.godwit.operator.plan.Journal.Entry;
import dev.godwit.operator.plan.ServicePlan;
import dev.godwit.operator.reconcile.Conditions.Truth;
import dev.godwit.operator.step.Verbs;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Which version of each service has the traffic, from the journal. */
final class TrafficSides {

  private static final Set<StepState> ON_GREEN =
      Set.of(StepState.DONE, StepState.UNDOING, StepState.UNDO_FAILED);

  private final List<ServicePlan> services;
  private final Journal journal;

  TrafficSides(List<ServicePlan> services, Journal journal) {
    this.services = services;
    this.journal = journal;
  }

  /** Name of the step that moves a service's traffic. */
  static String switchOf(ServicePlan service) {
    return service.step(Verbs.SWITCH);
  }

  /** A service that is being switched back counts as on green until that is confirmed. */
  Side of(ServicePlan service) {
    Optional<StepState> state = journal.find(switchOf(service)).map(Entry::state);
    return state.filter(ON_GREEN::contains).isPresent() ? Side.GREEN : Side.BLUE;
  }

  private Instant since(ServicePlan service) {
    Optional<Entry> entry = journal.find(switchOf(service));
    Optional<Instant> moved =
        switch (of(service)) {
          case GREEN -> entry.flatMap(Entry::finishedAt).or(() -> entry.flatMap(Entry::startedAt));
          case BLUE -> entry.flatMap(Entry::undoneAt);
        };
    return moved.orElse(journal.started());
  }

  List<ServiceStatus> statuses() {
    return services.stream()
        .map(
            service ->
                new ServiceStatus(
                    service.name(),
                    of(service),
                    since(service),
                    service.version().isEmpty() ? null : service.version(),
                    service.workload(),
                    service.green(),
                    service.greenLabels().isEmpty() ? null : service.greenLabels(),
                    service.traffic(),
                    service.autoscaler().orElse(null),
                    service.twins().isEmpty() ? null : service.twins()))
        .toList();
  }

  private List<String> onGreen() {
    return services.stream()
        .filter(service -> of(service) == Side.GREEN)
        .map(ServicePlan::name)
        .toList();
  }

  /** How far the way back is, where several services had moved; as in {@code 2/4}. */
  String takenBack() {
    List<StepState> moved =
        services.stream()
            .flatMap(service -> journal.find(switchOf(service)).stream())
            .map(Entry::state)
            .filter(state -> state != StepState.PENDING)
            .toList();
    long back = moved.stream().filter(state -> state == StepState.UNDONE).count();
    return moved.size() < 2 ? "" : " " + back + "/" + moved.size();
  }

  Truth truth() {
    return Truth.of(onGreen().size() == services.size());
  }

  String reason() {
    int green = onGreen().size();
    if (green == services.size()) {
      return "OnGreen";
    }
    return green == 0 ? "OnBlue" : "Partly";
  }

  String message() {
    List<String> green = onGreen();
    String blue =
        services.stream()
            .map(ServicePlan::name)
            .filter(name -> !green.contains(name))
            .collect(Collectors.joining(", "));
    String on = green.isEmpty() ? "" : "on green: " + String.join(", ", green);
    String off = blue.isEmpty() ? "" : "on blue: " + blue;
    return on.isEmpty() || off.isEmpty() ? on + off : on + "; " + off;
  }
}
