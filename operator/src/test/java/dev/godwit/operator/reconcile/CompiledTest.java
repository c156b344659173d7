package dev.godwit.operator.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.godwit.api.v1alpha1.BlueGreen;
import dev.godwit.api.v1alpha1.Cleanup;
import dev.godwit.api.v1alpha1.Migration;
import dev.godwit.api.v1alpha1.MigrationSpec;
import dev.godwit.api.v1alpha1.Strategy;
import dev.godwit.operator.plan.ServicePlan;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A plan is kept for as long as it is that of the Migration as it is. */
class CompiledTest {

  private static final List<ServicePlan> FOUND = List.of(Plans.service("orders"));

  private final Compiled known = Compiled.of(migration("orders"), FOUND);

  private static Migration migration(String... services) {
    Migration migration = Plans.migration(services);
    MigrationSpec spec = migration.getSpec();
    BlueGreen blueGreen =
        new BlueGreen(null, null, null, "10m", "10m", "0s", "30s", Cleanup.REPLACE, null);
    migration.setSpec(
        new MigrationSpec(
            null,
            spec.to(),
            spec.services(),
            new Strategy(blueGreen, null),
            null,
            null,
            null,
            null,
            false,
            false,
            null));
    return migration;
  }

  @Test
  void isKeptWhileSpecificationAndFindingsSayTheSame() {
    assertThat(known.orAnew(migration("orders"), List.of(Plans.service("orders")))).isSameAs(known);
  }

  @Test
  void isMadeAnewFromAnotherSpecification() {
    Migration other = migration("orders", "cart");

    Compiled anew = known.orAnew(other, FOUND);

    assertThat(anew.specHash()).isNotEqualTo(known.specHash());
    assertThat(anew.spec()).isEqualTo(other.getSpec());
  }

  @Test
  void isMadeAnewFromOtherFindings() {
    List<ServicePlan> found = List.of(Plans.service("orders"), Plans.service("cart"));

    Compiled anew = known.orAnew(migration("orders"), found);

    assertThat(anew.services()).isEqualTo(found);
    assertThat(anew.plan().steps().count()).isGreaterThan(known.plan().steps().count());
  }
}
