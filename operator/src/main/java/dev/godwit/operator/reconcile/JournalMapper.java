package dev.godwit.operator.reconcile;

import dev.godwit.api.v1alpha1.Direction;
import dev.godwit.api.v1alpha1.Failure;
import dev.godwit.api.v1alpha1.MigrationSpec;
import dev.godwit.api.v1alpha1.MigrationStatus;
import dev.godwit.api.v1alpha1.PreImage;
import dev.godwit.api.v1alpha1.ServiceSpec;
import dev.godwit.api.v1alpha1.ServiceStatus;
import dev.godwit.api.v1alpha1.StepState;
import dev.godwit.api.v1alpha1.StepStatus;
import dev.godwit.operator.plan.Journal;
import dev.godwit.operator.plan.Journal.Entry;
import dev.godwit.operator.plan.Plan;
import dev.godwit.operator.plan.ServicePlan;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Turns what is recorded in a status into journal and service plans, and a journal into steps. */
final class JournalMapper {

  private JournalMapper() {}

  /**
   * The journal in a status, brought to the steps of a plan: a plan that another release of the
   * operator compiles may have steps that are not recorded, which are pending then.
   */
  static Journal journal(MigrationStatus status, Plan plan) {
    return journal(
        status.startTime(),
        status.completionTime(),
        status.direction(),
        status.failure(),
        status.steps(),
        plan);
  }

  /** The same, by the fields of a status of any kind; what is not there is null. */
  static Journal journal(
      Instant startTime,
      Instant completionTime,
      Direction direction,
      Failure failure,
      List<StepStatus> steps,
      Plan plan) {
    Map<String, Entry> recorded = new LinkedHashMap<>();
    for (StepStatus step : orEmpty(steps)) {
      recorded.put(step.name(), entry(step));
    }
    List<Entry> entries = new ArrayList<>();
    for (Entry pending : Journal.begin(plan, startTime).entries()) {
      Entry known = recorded.remove(pending.step());
      entries.add(known == null ? pending : known);
    }
    recorded.values().stream()
        .filter(entry -> entry.state() != StepState.PENDING)
        .forEach(entries::add);
    return new Journal(
        startTime,
        Optional.ofNullable(completionTime),
        Optional.ofNullable(direction).orElse(Direction.FORWARD),
        Optional.ofNullable(failure),
        entries);
  }

  private static Entry entry(StepStatus step) {
    int begun = step.state() == StepState.PENDING ? 0 : 1;
    return new Entry(
        step.name(),
        step.stage(),
        step.state(),
        Optional.ofNullable(step.startedAt()),
        Optional.ofNullable(step.finishedAt()),
        Optional.ofNullable(step.undoStartedAt()),
        Optional.ofNullable(step.undoneAt()),
        Optional.ofNullable(step.attempt()).orElse(begun),
        Optional.ofNullable(step.message()).orElse(""),
        Optional.ofNullable(step.preImage()).orElse(PreImage.NONE));
  }

  /** The steps of a journal as they are recorded; long messages are cut. */
  static List<StepStatus> steps(Journal journal) {
    return journal.entries().stream().map(JournalMapper::step).toList();
  }

  private static StepStatus step(Entry entry) {
    return new StepStatus(
        entry.step(),
        entry.stage(),
        entry.state(),
        entry.startedAt().orElse(null),
        entry.finishedAt().orElse(null),
        entry.undoStartedAt().orElse(null),
        entry.undoneAt().orElse(null),
        entry.attempt() > 1 ? entry.attempt() : null,
        entry.message().isEmpty() ? null : Messages.shortened(entry.message(), Messages.STEP),
        entry.preImage().equals(PreImage.NONE) ? null : entry.preImage());
  }

  /**
   * What was found of each service when the migration started.
   *
   * @throws IllegalArgumentException if the status has a service that the specification hasn't
   */
  static List<ServicePlan> services(MigrationSpec spec, MigrationStatus status) {
    Map<String, ServiceSpec> specs =
        spec.services().stream().collect(Collectors.toMap(ServiceSpec::name, Function.identity()));
    return orEmpty(status.services()).stream()
        .map(service -> service(specs.get(service.name()), service, spec.to()))
        .toList();
  }

  private static ServicePlan service(ServiceSpec spec, ServiceStatus status, String to) {
    if (spec == null) {
      throw new IllegalArgumentException(
          "service " + status.name() + " is no longer in the specification");
    }
    return new ServicePlan(
        spec,
        Optional.ofNullable(status.version()).orElse(""),
        Optional.ofNullable(status.toVersion()).orElse(to),
        status.green(),
        Optional.ofNullable(status.greenLabels()).orElse(Map.of()),
        orEmpty(status.services()),
        Optional.ofNullable(status.autoscaler()),
        orEmpty(status.twins()),
        Optional.ofNullable(status.inPlace()).map(JournalMapper::inPlace));
  }

  private static ServicePlan.InPlace inPlace(ServiceStatus.InPlace status) {
    return new ServicePlan.InPlace(
        Optional.ofNullable(status.members()).orElse(0),
        Optional.ofNullable(status.firstOrdinal()).orElse(0),
        status.minAvailable(),
        status.selector(),
        orEmpty(status.peers()));
  }

  /** How a service is upgraded in place, as it is recorded. */
  static ServiceStatus.InPlace inPlace(ServicePlan.InPlace plan) {
    return new ServiceStatus.InPlace(
        plan.members() == 0 ? null : plan.members(),
        plan.firstOrdinal() == 0 ? null : plan.firstOrdinal(),
        plan.minAvailable(),
        plan.selector(),
        plan.peers().isEmpty() ? null : plan.peers());
  }

  private static <T> List<T> orEmpty(List<T> list) {
    return list == null ? List.of() : list;
  }
}
