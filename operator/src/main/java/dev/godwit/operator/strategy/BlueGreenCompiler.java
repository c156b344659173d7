package dev.godwit.operator.strategy;

import dev.godwit.api.v1alpha1.MigrationSpec;
import dev.godwit.operator.plan.Plan;
import dev.godwit.operator.plan.ServicePlan;
import dev.godwit.operator.resource.Marks;
import java.util.List;

/**
 * Blue-green: all services side by side through snapshot, backup, deploy green, smoke tests, tests,
 * hold the autoscalers, switch in the order of dependencies, monitor, stability, clean up.
 */
final class BlueGreenCompiler {

  private BlueGreenCompiler() {}

  static Plan compile(MigrationSpec spec, Marks.Maker maker, List<ServicePlan> services) {
    Stages stages =
        Stages.of(spec, maker, "", services)
            .prepare()
            .move()
            .watch()
            .stabilize()
            .cleanUp()
            .release();
    return new Plan(stages.list(), Guards.of(spec, maker, services));
  }
}
