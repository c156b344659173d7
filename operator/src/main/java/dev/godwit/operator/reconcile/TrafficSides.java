package dev.godwit.operator.reconcile;

import dev.godwit.api.v1alpha1.ServiceStatus;
import dev.godwit.api.v1alpha1.StepState;
import dev.godwit.operator.plan.Journal;
import dev.godwit.operator.plan.Journal.Entry;
import dev.godwit.operator.plan.ServicePlan;
import dev.godwit.operator.reconcile.Conditions.Truth;
import dev.godwit.operator.step.Member;
import dev.godwit.operator.step.Verbs;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

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

  /** Where a service is: a word for people. */
  private String side(ServicePlan service) {
    if (service.inPlace().isPresent()) {
      List<Member> members = Member.of(service);
      return "InPlace " + upgraded(service).count() + "/" + members.size();
    }
    return isOnGreen(service) ? "Green" : "Blue";
  }

  /** A service that is being switched back counts as on green until that is confirmed. */
  private boolean isOnGreen(ServicePlan service) {
    if (service.inPlace().isPresent()) {
      return upgraded(service).count() == Member.of(service).size();
    }
    return journal.find(switchOf(service)).map(Entry::state).filter(ON_GREEN::contains).isPresent();
  }

  /** What a member was brought to the new version by, as long as that was not taken back. */
  private Stream<Entry> upgraded(ServicePlan service) {
    return Member.of(service).stream()
        .map(member -> journal.entry(member.step(Verbs.UPGRADE)))
        .filter(entry -> ON_GREEN.contains(entry.state()));
  }

  private Instant since(ServicePlan service) {
    List<Entry> moves =
        service.inPlace().isPresent()
            ? Member.of(service).stream()
                .map(member -> journal.entry(member.step(Verbs.UPGRADE)))
                .toList()
            : journal.find(switchOf(service)).stream().toList();
    return moves.stream()
        .flatMap(TrafficSides::moved)
        .max(Comparator.naturalOrder())
        .orElse(journal.started());
  }

  /** When what a step does was last done, or taken back. */
  private static Stream<Instant> moved(Entry entry) {
    return ON_GREEN.contains(entry.state())
        ? entry.finishedAt().or(entry::startedAt).stream()
        : entry.undoneAt().stream();
  }

  List<ServiceStatus> statuses() {
    return services.stream()
        .map(
            service ->
                new ServiceStatus(
                    service.name(),
                    side(service),
                    since(service),
                    service.version().isEmpty() ? null : service.version(),
                    service.toVersion(),
                    service.inPlace().isPresent() ? null : service.green(),
                    service.greenLabels().isEmpty() ? null : service.greenLabels(),
                    service.traffic(),
                    service.autoscaler().orElse(null),
                    service.twins().isEmpty() ? null : service.twins(),
                    service.inPlace().map(JournalMapper::inPlace).orElse(null)))
        .toList();
  }

  private List<String> onGreen() {
    return services.stream().filter(this::isOnGreen).map(ServicePlan::name).toList();
  }

  /** How far the way back is, where several services had moved; as in {@code 2/4}. */
  String takenBack() {
    List<StepState> moved =
        services.stream()
            .flatMap(service -> journal.find(firstMoveOf(service)).stream())
            .map(Entry::state)
            .filter(state -> state != StepState.PENDING)
            .toList();
    long back = moved.stream().filter(state -> state == StepState.UNDONE).count();
    return moved.size() < 2 ? "" : " " + back + "/" + moved.size();
  }

  /** Name of the step whose undo means that users are back on the old version. */
  private static String firstMoveOf(ServicePlan service) {
    return service.inPlace().isPresent()
        ? service.step(Verbs.ROTATION_ON)
        : service.step(Verbs.SWITCH);
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
    List<String> partly =
        services.stream()
            .filter(service -> isPartly(service))
            .map(service -> service.name() + " (" + side(service) + ")")
            .toList();
    List<String> blue =
        services.stream()
            .filter(service -> !isPartly(service) && !isOnGreen(service))
            .map(ServicePlan::name)
            .toList();
    return Stream.of(
            named("on green: ", green),
            named("partly on green: ", partly),
            named("on blue: ", blue))
        .filter(part -> !part.isEmpty())
        .collect(Collectors.joining("; "));
  }

  private static String named(String where, List<String> names) {
    return names.isEmpty() ? "" : where + String.join(", ", names);
  }

  private boolean isPartly(ServicePlan service) {
    return service.inPlace().isPresent()
        && !isOnGreen(service)
        && upgraded(service).findAny().isPresent();
  }
}
