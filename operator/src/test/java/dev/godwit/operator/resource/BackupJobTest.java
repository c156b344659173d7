package dev.godwit.operator.resource;

import static org.assertj.core.api.Assertions.assertThat;

import dev.godwit.api.v1alpha1.SchemaMigrationSpec;
import dev.godwit.operator.plan.SchemaRun;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.EnvVarBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobBuilder;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class BackupJobTest {

  private static final SchemaRun TO_CLAIM = run("claim: {name: backups}");
  private static final SchemaRun TO_BUCKET =
      run(
          """
          bucket: {image: "rclone:1", args: [copyto, $(GODWIT_DUMP), "s3:b/$(GODWIT_OBJECT)"], secretRef: {name: s3}}
          """);

  private static SchemaRun run(String place) {
    return new SchemaRun(
        "orders",
        "uid-1",
        "shop",
        new KubernetesSerialization()
            .unmarshal(
                """
                database: {secretRef: {name: orders-db}}
                deadline: 3h
                backup:
                  policy: Always
                  image: postgres:18
                  keep: 5
                  deadline: 2h
                """
                    + place.indent(2),
                SchemaMigrationSpec.class),
        null,
        "",
        "",
        Optional.empty(),
        List.of());
  }

  private static Job job(SchemaRun run) {
    return BackupJob.of(BackupJob.name(run, 1), run);
  }

  /** With a name in the place of the script, which has a test of its own. */
  private static Job withoutScript(Job job) {
    return new JobBuilder(job)
        .accept(
            ContainerBuilder.class,
            container -> {
              if (!container.getName().equals("copy")) {
                container.withCommand("sh", "-c", container.getName() + ".sh");
              }
            })
        .accept(
            EnvVarBuilder.class,
            variable -> {
              if (Set.of("GODWIT_BEFORE", "GODWIT_AFTER").contains(variable.getName())) {
                variable.withValue("SQL");
              }
            })
        .build();
  }

  @Test
  void jobsRunUnderTheRestrictedProfileAndTheKubeletMountsTheSecrets() {
    Golden.assertMatches(
        "jobs-of-backup.yaml",
        List.of(
            withoutScript(job(TO_CLAIM)),
            withoutScript(job(TO_BUCKET)),
            withoutScript(
                RestoreJob.of(
                    RestoreJob.name(TO_CLAIM, RestoreJob.End.COMMIT, 1),
                    RestoreJob.End.COMMIT,
                    TO_CLAIM))));
  }

  /**
   * Kubernetes makes one dollar of two, and would take one before a parenthesis for a reference.
   */
  @Test
  void theScriptIsWhatItIsWhateverIsAskedFor() {
    Container container =
        job(TO_CLAIM).getSpec().getTemplate().getSpec().getContainers().getFirst();

    assertThat(container.getCommand()).startsWith("sh", "-c").hasSize(3);
    assertThat(container.getCommand().getLast().replace("$$", ""))
        .doesNotContain("$", "orders", "backups", "uid-1");
    assertThat(container.getArgs()).isEmpty();
  }
}
