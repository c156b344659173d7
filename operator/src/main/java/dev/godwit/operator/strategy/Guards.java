package dev.godwit.operator.strategy;

import dev.godwit.api.v1alpha1.MigrationSpec;
import dev.godwit.api.v1alpha1.Probe;
import dev.godwit.api.v1alpha1.Retire;
import dev.godwit.operator.guard.BlueIntact;
import dev.godwit.operator.guard.GreenHealthy;
import dev.godwit.operator.guard.MembersHealthy;
import dev.godwit.operator.guard.ProbePasses;
import dev.godwit.operator.guard.RetiredHealthy;
import dev.godwit.operator.guard.RotationHeld;
import dev.godwit.operator.guard.TrafficHeld;
import dev.godwit.operator.plan.Guard;
import dev.godwit.operator.plan.ServicePlan;
import java.util.ArrayList;
import java.util.List;

/**
 * The guards of a migration: the same in every strategy, each on for as long as its service says.
 */
final class Guards {

  private Guards() {}

  static List<Guard> of(MigrationSpec spec, List<ServicePlan> services) {
    List<Guard> guards = new ArrayList<>();
    boolean retires = retiresEarly(spec);
    for (ServicePlan plan : services) {
      guards.addAll(
          plan.inPlace().isPresent() ? ofInPlace(plan, services) : ofReplaced(plan, retires));
      for (Probe probe : probes(spec)) {
        if (names(probe.services(), plan)) {
          guards.add(new ProbePasses(plan, probe, retires));
        }
      }
    }
    return guards;
  }

  private static List<Guard> ofInPlace(ServicePlan plan, List<ServicePlan> services) {
    return List.of(
        new MembersHealthy(plan), new RotationHeld(plan, Dependencies.neighbours(plan, services)));
  }

  private static List<Guard> ofReplaced(ServicePlan plan, boolean retires) {
    List<Guard> guards =
        new ArrayList<>(
            List.of(new BlueIntact(plan), new GreenHealthy(plan), new TrafficHeld(plan)));
    if (retires) {
      guards.add(new RetiredHealthy(plan));
    }
    return guards;
  }

  private static boolean retiresEarly(MigrationSpec spec) {
    return spec.strategy().rolling() != null
        && spec.strategy().rolling().retire() == Retire.AFTER_EACH;
  }

  private static List<Probe> probes(MigrationSpec spec) {
    return spec.health() == null || spec.health().probes() == null
        ? List.of()
        : spec.health().probes();
  }

  /** Whether a list of services, where null means all, has this one in it. */
  static boolean names(List<String> names, ServicePlan plan) {
    return names == null || names.contains(plan.name());
  }
}
