package dev.godwit.operator.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.godwit.api.v1alpha1.BlueGreen;
import dev.godwit.api.v1alpha1.Cleanup;
import dev.godwit.api.v1alpha1.MigrationSpec;
import dev.godwit.api.v1alpha1.Performance;
import dev.godwit.api.v1alpha1.Performance.OnDegradation;
import dev.godwit.api.v1alpha1.Strategy;
import dev.godwit.operator.metric.Asked;
import java.util.List;
import org.junit.jupiter.api.Test;

class RequiredPermissionsTest {

  private static final Permission JOBS = new Permission("create", "batch", "jobs");

  private static List<Permission> required(Performance performance) {
    BlueGreen blueGreen =
        new BlueGreen(null, null, performance, "10m", "10m", "0s", "30s", Cleanup.REPLACE, null);
    return RequiredPermissions.of(
        new MigrationSpec(
            null,
            "2.0",
            List.of(),
            new Strategy(blueGreen, null),
            null,
            null,
            null,
            false,
            false,
            null));
  }

  @Test
  void aComparisonNeedsJobsAndNothingElseDoes() {
    assertThat(required(Asked.performance(OnDegradation.WARN))).contains(JOBS);
    assertThat(required(null)).doesNotContain(JOBS);
  }
}
