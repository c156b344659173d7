package dev.godwit.operator.strategy;

import dev.godwit.api.v1alpha1.MigrationSpec;
import dev.godwit.operator.plan.Plan;
import dev.godwit.operator.plan.ServicePlan;
import dev.godwit.operator.resource.Marks;
import java.util.List;

/** Compiles what a user asks for into a plan. */
public final class PlanCompiler {

  private PlanCompiler() {}

  /**
   * The plan. The same arguments always give the same plan: it is compiled anew for every decision.
   *
   * @param maker the migration, as it marks what it holds and makes
   * @param services what was found and frozen when the migration started
   */
  public static Plan compile(MigrationSpec spec, Marks.Maker maker, List<ServicePlan> services) {
    return spec.strategy().rolling() == null
        ? BlueGreenCompiler.compile(spec, maker, services)
        : RollingCompiler.compile(spec, maker, services);
  }
}
