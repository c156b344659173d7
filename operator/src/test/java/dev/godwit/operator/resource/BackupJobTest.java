package dev.godwit.operator.resource;

import static org.assertj.core.api.Assertions.assertThat;

import dev.godwit.api.v1alpha1.SchemaMigrationSpec;
import dev.godwit.operator.plan.SchemaRun;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobBuilder;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.util.List;
import org.junit.jupiter.api.Test;

class BackupJobTest {

  private static final SchemaRun RUN =
      new SchemaRun(
          "orders",
          "uid-1",
          "shop",
          new KubernetesSerialization()
              .unmarshal(
                  """
                  database: {secretRef: {name: orders-db}}
                  backup:
                    policy: Always
                    image: postgres:18
                    claim: {name: backups}
                    keep: 5
                    deadline: 2h
                  """,
                  SchemaMigrationSpec.class),
          null,
          "",
          "",
          List.of());

  private static Job job() {
    return BackupJob.of(BackupJob.name(RUN, 1), RUN);
  }

  @Test
  void theJobRunsUnderTheRestrictedProfileAndTheKubeletMountsTheSecret() {
    Job job =
        new JobBuilder(job())
            .editSpec()
            .editTemplate()
            .editSpec()
            .editFirstContainer()
            .withCommand("sh", "-c", "backup.sh")
            .endContainer()
            .endSpec()
            .endTemplate()
            .endSpec()
            .build();

    Golden.assertMatches("job-of-backup.yaml", List.of(job));
  }

  /**
   * Kubernetes makes one dollar of two, and would take one before a parenthesis for a reference.
   */
  @Test
  void theScriptIsWhatItIsWhateverIsAskedFor() {
    Container container = job().getSpec().getTemplate().getSpec().getContainers().getFirst();

    assertThat(container.getCommand()).startsWith("sh", "-c").hasSize(3);
    assertThat(container.getCommand().getLast().replace("$$", ""))
        .doesNotContain("$", "orders", "backups", "uid-1");
    assertThat(container.getArgs()).isEmpty();
  }
}
