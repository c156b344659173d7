package dev.godwit.operator.e2e;

import static dev.godwit.operator.e2e.Application.V1;
import static dev.godwit.operator.e2e.Application.V2;
import static org.assertj.core.api.Assertions.assertThat;

import dev.godwit.api.v1alpha1.MigrationStatus;
import dev.godwit.api.v1alpha1.StepState;
import io.fabric8.kubernetes.api.model.rbac.ClusterRole;
import io.fabric8.kubernetes.api.model.rbac.PolicyRule;
import io.fabric8.kubernetes.client.dsl.Resource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceLock;

/**
 * What the chart leaves when it goes, makes when it comes, and what is said of a right it lacks.
 */
@Tag(EndToEnd.ALONE)
@ExtendWith(NoSecondChance.class)
@ResourceLock(OperatorPod.NAME)
@Timeout(value = 10, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ChartIT {

  private static final String NAMESPACE = "--namespace=" + OperatorPod.NAMESPACE;

  @RegisterExtension final Sandbox sandbox = new Sandbox();

  @TempDir Path directory;

  private Path values;

  /** Those with which it was installed, to install it the same way again. */
  @BeforeEach
  void keepValues() throws IOException {
    values = directory.resolve("values.json");
    Files.writeString(
        values, LocalCluster.helm("get", "values", "godwit", NAMESPACE, "--output=json"));
  }

  @AfterEach
  void asItWas() {
    install();
  }

  private void install(String... more) {
    List<String> command =
        new ArrayList<>(
            List.of(
                "upgrade",
                "--install",
                "godwit",
                LocalCluster.PROJECT.resolve("helm/godwit").toString(),
                NAMESPACE,
                "--reset-values",
                "--values=" + values,
                // What a test that failed has changed by hand is not its own any more.
                "--force-conflicts",
                "--wait",
                "--timeout=4m"));
    command.addAll(List.of(more));
    LocalCluster.helm(command.toArray(String[]::new));
  }

  @Test
  void migrationsStayWhenItIsUninstalledAndGoOnWhenItIsInstalledAgain() {
    Application app = Application.podinfo(sandbox.namespace(), "shop").deployed(V1);
    Load load = sandbox.closing(Load.on(app));
    Run run = sandbox.start(MigrationFixture.toV2(app).monitor("20s").drain("3s"));
    run.reaches("monitor", StepState.RUNNING);
    Instant since = Run.step(run.status(), "monitor").startedAt();

    LocalCluster.helm("uninstall", "godwit", NAMESPACE, "--wait");
    assertThat(LocalCluster.kubectl("get", "deployments", NAMESPACE, "--output=name")).isEmpty();
    assertThat(run.now().getMetadata().getDeletionTimestamp()).isNull();
    load.awaitVersion(V2);
    install(
        "--set=replicas=2,podDisruptionBudget.enabled=true,networkPolicy.enabled=true,dashboard.enabled=true");

    MigrationStatus status = run.succeeds();
    load.awaitMore();
    load.stop().lostNothing().movedOnce(V1, V2);
    assertThat(Run.step(status, "monitor").startedAt()).isEqualTo(since);
    assertThat(
            Eventually.until(
                    LocalCluster.CLIENT
                        .policy()
                        .v1()
                        .podDisruptionBudget()
                        .inNamespace(OperatorPod.NAMESPACE)
                        .withName(OperatorPod.NAME),
                    "the budget to know the operator's pods",
                    budget ->
                        budget.getStatus() != null && budget.getStatus().getExpectedPods() == 2)
                .getStatus()
                .getDisruptionsAllowed())
        .isEqualTo(1);
    assertThat(LocalCluster.kubectl("get", "networkpolicies", NAMESPACE, "--output=name"))
        .contains("networkpolicy.networking.k8s.io/godwit");
  }

  @Test
  void aRightThatTheOperatorLacksIsNamedBeforeAnythingIsTouched() {
    Application app = Application.podinfo(sandbox.namespace(), "shop").deployed(V1);
    Snapshot before = sandbox.snapshot();
    Resource<ClusterRole> role =
        LocalCluster.CLIENT
            .rbac()
            .clusterRoles()
            .withName(OperatorPod.NAMESPACE + "-" + OperatorPod.NAME);
    ClusterRole whole = role.get();
    role.edit(ChartIT::withoutDeletionOfDeployments);

    Run run = sandbox.start(MigrationFixture.toV2(app).monitor("1s").drain("1s"));
    MigrationStatus status = run.isRefused();

    assertThat(status.message())
        .contains("the operator may not delete deployments.apps in this namespace");
    assertThat(status.startTime()).isNull();
    sandbox.snapshot().isSameAs(before);
    role.edit(
        lacking -> {
          lacking.setRules(whole.getRules());
          return lacking;
        });
    run.succeeds();
  }

  private static ClusterRole withoutDeletionOfDeployments(ClusterRole role) {
    for (PolicyRule rule : role.getRules()) {
      if (rule.getResources().contains("deployments")) {
        rule.setVerbs(rule.getVerbs().stream().filter(verb -> !verb.equals("delete")).toList());
      }
    }
    return role;
  }
}
