package dev.godwit.operator.strategy;

import dev.godwit.api.v1alpha1.MigrationSpec;
import dev.godwit.operator.plan.Plan;
import dev.godwit.operator.plan.ServicePlan;
import dev.godwit.operator.plan.Stage;
import dev.godwit.operator.resource.Marks;
import java.util.ArrayList;
import java.util.List;

/**
 * Blue-green: schemas are expanded, then all services go side by side through snapshot, backup,
 * deploy green, smoke tests, tests, hold the autoscalers, gates, switch in the order of
 * dependencies, monitor, stability, gates, clean up; at the end schemas are contracted.
 */
final class BlueGreenCompiler {

  private BlueGreenCompiler() {}

  static Plan compile(MigrationSpec spec, Marks.Maker maker, List<ServicePlan> services) {
    GateStages gates = new GateStages(spec, maker);
    List<Stage> stages = new ArrayList<>();
    stages.addAll(SchemaStages.expand(spec, maker));
    stages.addAll(Stages.of(spec, maker, "", services).prepare().list());
    stages.addAll(gates.beforeSwitch(""));
    stages.addAll(Stages.of(spec, maker, "", services).move().watch().stabilize().list());
    stages.addAll(gates.beforeCleanup());
    stages.addAll(SchemaStages.check(spec, maker));
    stages.addAll(Stages.of(spec, maker, "", services).cleanUp().list());
    stages.addAll(SchemaStages.contract(spec, maker));
    stages.addAll(Stages.of(spec, maker, "", services).release().list());
    return new Plan(stages, Guards.of(spec, maker, services, stages));
  }
}
