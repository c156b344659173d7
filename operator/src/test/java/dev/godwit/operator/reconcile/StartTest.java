package dev.godwit.operator.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.godwit.api.v1alpha1.BlueGreen;
import dev.godwit.api.v1alpha1.Cleanup;
import dev.godwit.api.v1alpha1.Migration;
import dev.godwit.api.v1alpha1.MigrationSpec;
import dev.godwit.api.v1alpha1.Performance;
import dev.godwit.api.v1alpha1.Performance.OnDegradation;
import dev.godwit.api.v1alpha1.Strategy;
import dev.godwit.operator.metric.Asked;
import org.junit.jupiter.api.Test;

/** What the operator's own configuration keeps from starting. */
class StartTest {

  private static Migration asking(Performance performance) {
    Migration migration = Plans.migration("orders");
    MigrationSpec spec = migration.getSpec();
    BlueGreen blueGreen =
        new BlueGreen(null, null, performance, "10m", "10m", "0s", "30s", Cleanup.REPLACE, null);
    migration.setSpec(
        new MigrationSpec(
            null,
            "2.0",
            spec.services(),
            new Strategy(blueGreen, null),
            null,
            null,
            null,
            false,
            false,
            null));
    return migration;
  }

  @Test
  void aComparisonNeedsAnImageForTheLoad() {
    Migration compares = asking(Asked.performance(OnDegradation.WARN));

    assertThat(Start.missingRunner(compares, false))
        .hasValueSatisfying(
            problem -> assertThat(problem.message()).contains("set runner.image of the chart"));
    assertThat(Start.missingRunner(compares, true)).isEmpty();
    assertThat(Start.missingRunner(asking(null), false)).isEmpty();
  }
}
