package dev.godwit.operator.reconcile;

import dev.godwit.api.v1alpha1.Migration;
import dev.godwit.api.v1alpha1.MigrationSpec;
import dev.godwit.operator.plan.Plan;
import dev.godwit.operator.plan.ServicePlan;
import dev.godwit.operator.resource.Marks;
import dev.godwit.operator.resource.SpecHash;
import dev.godwit.operator.strategy.PlanCompiler;
import java.util.List;

/**
 * The plan of a Migration with what it was made from. It is kept from one decision to the next: to
 * compile it takes longer than to decide.
 *
 * @param services what was found of the services at the start
 * @param specHash of the specification as it is now
 */
record Compiled(MigrationSpec spec, List<ServicePlan> services, Plan plan, String specHash) {

  /** Compiles the plan. */
  static Compiled of(Migration migration, List<ServicePlan> services) {
    Marks.Maker maker =
        new Marks.Maker(
            migration.getMetadata().getName(),
            migration.getMetadata().getUid(),
            migration.getMetadata().getNamespace());
    MigrationSpec spec = migration.getSpec();
    return new Compiled(
        spec, services, PlanCompiler.compile(spec, maker, services), SpecHash.of(spec));
  }

  /** This one where it was made from the same, else one that is compiled anew. */
  Compiled orAnew(Migration migration, List<ServicePlan> found) {
    return spec.equals(migration.getSpec()) && services.equals(found) ? this : of(migration, found);
  }
}
