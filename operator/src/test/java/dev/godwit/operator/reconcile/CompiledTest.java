package dev.godwit.operator.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.godwit.api.v1alpha1.Migration;
import dev.godwit.operator.plan.ServicePlan;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A plan is kept for as long as it is that of the Migration as it is. */
class CompiledTest {

  private static final List<ServicePlan> FOUND = List.of(Plans.service("orders"));

  private final Compiled known = Compiled.of(Plans.blueGreen(null, "orders"), FOUND);

  @Test
  void isKeptWhileSpecificationAndFindingsSayTheSame() {
    assertThat(known.orAnew(Plans.blueGreen(null, "orders"), List.of(Plans.service("orders"))))
        .isSameAs(known);
  }

  @Test
  void isMadeAnewFromAnotherSpecification() {
    Migration other = Plans.blueGreen(null, "orders", "cart");

    Compiled anew = known.orAnew(other, FOUND);

    assertThat(anew.specHash()).isNotEqualTo(known.specHash());
    assertThat(anew.spec()).isEqualTo(other.getSpec());
  }

  @Test
  void isMadeAnewFromOtherFindings() {
    List<ServicePlan> found = List.of(Plans.service("orders"), Plans.service("cart"));

    Compiled anew = known.orAnew(Plans.blueGreen(null, "orders"), found);

    assertThat(anew.services()).isEqualTo(found);
    assertThat(anew.plan().steps().count()).isGreaterThan(known.plan().steps().count());
  }
}
