package dev.godwit.operator.simulation;

import dev.godwit.api.v1alpha1.Migration;
import dev.godwit.api.v1alpha1.MigrationStatus;
import dev.godwit.api.v1alpha1.StepState;
import dev.godwit.api.v1alpha1.StepStatus;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/** At which steps something went wrong in a run: what the runs together leave out is not tested. */
final class Strikes {

  private final Set<String> turned = new TreeSet<>();
  private final Set<String> stuck = new TreeSet<>();
  private final Set<String> crashed = new TreeSet<>();
  private final Set<String> crashedBackwards = new TreeSet<>();
  private final Set<String> begun = new TreeSet<>();

  /** The steps that were under way when the way back began. */
  Set<String> turned() {
    return turned;
  }

  /** The steps whose undo failed. */
  Set<String> stuck() {
    return stuck;
  }

  /** The steps that were under way when the operator died. */
  Set<String> crashed() {
    return crashed;
  }

  /** The steps that were being taken back when the operator died. */
  Set<String> crashedBackwards() {
    return crashedBackwards;
  }

  /** All steps that were begun. */
  Set<String> begun() {
    return begun;
  }

  void add(Strikes others) {
    turned.addAll(others.turned);
    stuck.addAll(others.stuck);
    crashed.addAll(others.crashed);
    crashedBackwards.addAll(others.crashedBackwards);
    begun.addAll(others.begun);
  }

  /** Heeds a write of the status. */
  void heed(Migration before, Migration after) {
    List<StepStatus> steps = steps(after.getStatus());
    steps.stream()
        .filter(step -> step.state() != StepState.PENDING)
        .map(Strikes::verb)
        .forEach(begun::add);
    in(StepState.UNDO_FAILED, steps).forEach(stuck::add);
    if (failed(after) && !failed(before)) {
      in(StepState.RUNNING, steps(before.getStatus())).forEach(turned::add);
    }
  }

  /** Heeds that the operator died. */
  void heedCrash(List<StepStatus> steps) {
    in(StepState.RUNNING, steps).forEach(crashed::add);
    in(StepState.UNDOING, steps).forEach(crashedBackwards::add);
  }

  private static boolean failed(Migration migration) {
    return Optional.ofNullable(migration.getStatus()).map(MigrationStatus::failure).isPresent();
  }

  private static List<StepStatus> steps(MigrationStatus status) {
    return Optional.ofNullable(status).map(MigrationStatus::steps).orElse(List.of());
  }

  private static Stream<String> in(StepState state, List<StepStatus> steps) {
    return steps.stream().filter(step -> step.state() == state).map(Strikes::verb);
  }

  /** What is done, without the service, the member, and the number. */
  private static String verb(StepStatus step) {
    return step.name().replaceFirst(".*/", "").replaceFirst("-([0-9.]+|all)$", "");
  }
}
