package dev.godwit.operator.resource;

import static org.assertj.core.api.Assertions.assertThat;

import dev.godwit.api.v1alpha1.Database;
import dev.godwit.contract.sql.SqlQuestion;
import dev.godwit.operator.plan.RunnerImage;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SqlJobTest {

  private static final RunnerImage IMAGE =
      new RunnerImage("registry.example/runner:1", Optional.of("IfNotPresent"));
  private static final Database DATABASE = new Database(new Database.SecretRef("orders-db"));

  private static Job once(SqlQuestion question) {
    return SqlJob.once("totals-1", question, DATABASE, IMAGE, Shop.plan(), Shop.MAKER);
  }

  @Test
  void jobsRunUnderTheRestrictedProfileAndTheKubeletMountsTheSecret() {
    SqlQuestion.Watch watch = new SqlQuestion.Watch(10_000, 2, SqlJob.PORT);
    Golden.assertMatches(
        "jobs-of-sql.yaml",
        List.of(
            once(new SqlQuestion("select '$(A)' <> '$$'", 5_000, 3, null)),
            SqlJob.watching(
                "totals-2",
                new SqlQuestion("select true", 5_000, null, watch),
                DATABASE,
                IMAGE,
                Shop.plan(),
                Shop.MAKER)));
  }

  @Test
  void theDeadlineLeavesTimeForEveryAttempt() {
    assertThat(once(new SqlQuestion("select true", 60_000, 100, null)).getSpec())
        .extracting(spec -> spec.getActiveDeadlineSeconds())
        .isEqualTo(300L + 100 * (2 * 60 + 10));
  }
}
