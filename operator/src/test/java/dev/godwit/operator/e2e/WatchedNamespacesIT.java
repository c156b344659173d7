package dev.godwit.operator.e2e;

import static dev.godwit.operator.e2e.Application.V1;
import static dev.godwit.operator.e2e.Application.V2;
import static org.assertj.core.api.Assertions.assertThat;

import dev.godwit.api.v1alpha1.Migration;
import io.fabric8.kubernetes.api.model.authorization.v1.SubjectAccessReview;
import io.fabric8.kubernetes.api.model.authorization.v1.SubjectAccessReviewBuilder;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.ResourceLock;

/** An operator that the chart gives some namespaces only: it works there, and can't elsewhere. */
@Tag(EndToEnd.ALONE)
@ExtendWith(NoSecondChance.class)
@ResourceLock(OperatorPod.NAME)
@Timeout(value = 10, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class WatchedNamespacesIT {

  @RegisterExtension final Sandbox sandbox = new Sandbox();

  @AfterEach
  void allNamespacesAgain() {
    watch("[]");
  }

  /** As a user would change it, on what is installed. */
  private static void watch(String namespaces) {
    LocalCluster.helm(
        "upgrade",
        "godwit",
        LocalCluster.PROJECT.resolve("helm/godwit").toString(),
        "--namespace=" + OperatorPod.NAMESPACE,
        "--reuse-values",
        "--set-json=watch.namespaces=" + namespaces,
        "--wait",
        "--timeout=4m");
  }

  private static boolean mayPatchDeploymentsIn(String namespace) {
    SubjectAccessReview review =
        new SubjectAccessReviewBuilder()
            .withNewSpec()
            .withUser("system:serviceaccount:" + OperatorPod.NAMESPACE + ":godwit")
            .withNewResourceAttributes()
            .withNamespace(namespace)
            .withGroup("apps")
            .withResource("deployments")
            .withVerb("patch")
            .endResourceAttributes()
            .endSpec()
            .build();
    return LocalCluster.CLIENT.resource(review).create().getStatus().getAllowed();
  }

  @Test
  void migratesWhereItWatchesAndCanDoNothingElsewhere() {
    Application app = Application.podinfo(sandbox.namespace(), "shop").deployed(V1);
    String elsewhere = sandbox.another("elsewhere");
    Application other = Application.podinfo(elsewhere, "shop").deployed(V1);
    assertThat(mayPatchDeploymentsIn(elsewhere)).isTrue();
    watch("[\"" + sandbox.namespace() + "\"]");

    Migration wish = MigrationFixture.toV2(other).monitor("3s").drain("1s").build();
    LocalCluster.CLIENT.resource(wish).inNamespace(elsewhere).create();
    Load load = sandbox.closing(Load.on(app));
    sandbox.start(MigrationFixture.toV2(app).monitor("3s").drain("1s")).succeeds();
    load.awaitMore();

    load.stop().lostNothing().movedOnce(V1, V2);
    assertThat(mayPatchDeploymentsIn(sandbox.namespace())).isTrue();
    assertThat(mayPatchDeploymentsIn(elsewhere)).isFalse();
    Migration untouched = new Run(elsewhere, "upgrade").now();
    assertThat(untouched.getStatus()).isNull();
    assertThat(untouched.getMetadata().getFinalizers()).isEmpty();

    watch("[]");
    new Run(elsewhere, "upgrade").succeeds();
  }
}
