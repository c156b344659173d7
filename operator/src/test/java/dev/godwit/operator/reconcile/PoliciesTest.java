package dev.godwit.operator.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.godwit.api.v1alpha1.HealthPolicy;
import dev.godwit.api.v1alpha1.HealthSpec;
import dev.godwit.api.v1alpha1.Migration;
import dev.godwit.api.v1alpha1.MigrationSpec;
import dev.godwit.api.v1alpha1.MigrationStatus;
import dev.godwit.api.v1alpha1.Probe;
import dev.godwit.api.v1alpha1.TcpCheck;
import dev.godwit.operator.cluster.Cluster;
import dev.godwit.operator.resource.SpecHash;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What a HealthPolicy says takes the place of its name, and stays what it was at the start. */
class PoliciesTest {

  private boolean allowed = true;
  private Optional<HealthPolicy> policy = Optional.of(policy("ready"));

  private final Policies policies =
      new Policies(
          (Cluster)
              Proxy.newProxyInstance(
                  Cluster.class.getClassLoader(),
                  new Class<?>[] {Cluster.class},
                  (cluster, method, arguments) -> {
                    if (method.getName().equals("may")) {
                      return allowed;
                    }
                    assertThat(method.getName()).isEqualTo("get");
                    assertThat(arguments).containsExactly(HealthPolicy.class, "shop", "web");
                    return policy;
                  }));

  private static HealthPolicy policy(String probe) {
    HealthPolicy policy = new HealthPolicy();
    policy.setSpec(says(probe));
    return policy;
  }

  private static HealthSpec says(String probe) {
    TcpCheck tcp = new TcpCheck(8080);
    return HealthSpec.of(List.of(new Probe(probe, null, tcp, null, null, "5s", "2s", 3)));
  }

  private static Migration naming(String policy) {
    HealthSpec health = HealthSpec.of(null).named(policy);
    Migration migration = new Migration();
    migration.setMetadata(
        new ObjectMetaBuilder().withName("shop-2-0").withNamespace("shop").build());
    migration.setSpec(
        new MigrationSpec(
            null, "2.0", List.of(), null, health, null, null, null, null, null, null));
    return migration;
  }

  private static MigrationStatus keeping(HealthSpec health) {
    return new MigrationStatus(
        1L, null, null, null, null, null, null, null, null, health, null, null, null, null, null,
        null);
  }

  private static List<String> probes(Migration migration) {
    return migration.getSpec().health().probes().stream().map(Probe::name).toList();
  }

  @Test
  void policyIsReadBeforeTheStartAndWhatIsKeptOfItNamesNone() {
    Migration resolved = policies.resolved(naming("web"));

    assertThat(probes(resolved)).containsExactly("ready");
    assertThat(Policies.kept(resolved)).contains(says("ready"));
  }

  @Test
  void policyThatIsChangedOrDeletedMidwayChangesNothing() {
    Migration running = naming("web");
    running.setStatus(keeping(says("ready")));
    for (Optional<HealthPolicy> now :
        List.of(Optional.of(policy("other")), this.<HealthPolicy>none())) {
      policy = now;

      assertThat(probes(policies.resolved(running))).containsExactly("ready");
    }
  }

  private <T> Optional<T> none() {
    return Optional.empty();
  }

  @Test
  void theHashOfTheSpecificationIsTheSameBeforeAndAfterTheStart() {
    Migration before = policies.resolved(naming("web"));
    Migration running = naming("web");
    running.setStatus(keeping(Policies.kept(before).orElseThrow()));

    assertThat(SpecHash.of(policies.resolved(running).getSpec()))
        .isEqualTo(SpecHash.of(before.getSpec()));
  }

  @Test
  void policyThatIsNotThereLeavesTheNameForPreflightToRefuse() {
    policy = Optional.empty();

    assertThat(policies.resolved(naming("web")).getSpec().health().policy()).isEqualTo("web");
  }

  @Test
  void policyThatMayNotBeReadIsLeftToPreflight() {
    allowed = false;

    assertThat(policies.resolved(naming("web")).getSpec().health().probes()).isNull();
  }

  @Test
  void migrationThatSaysItselfWhatHealthyMeansKeepsNothing() {
    Migration inline = naming(null);

    assertThat(policies.resolved(inline)).isSameAs(inline);
    assertThat(Policies.kept(inline)).isEmpty();
  }
}
