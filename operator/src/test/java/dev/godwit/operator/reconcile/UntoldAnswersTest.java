package dev.godwit.operator.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.godwit.api.v1alpha1.ApprovalDecision;
import dev.godwit.api.v1alpha1.Migration;
import dev.godwit.api.v1alpha1.MigrationApproval;
import dev.godwit.api.v1alpha1.MigrationApprovalSpec;
import dev.godwit.api.v1alpha1.MigrationKind;
import dev.godwit.api.v1alpha1.MigrationStatus;
import dev.godwit.operator.cluster.Checks;
import dev.godwit.operator.cluster.Cluster;
import dev.godwit.operator.cluster.Metrics;
import dev.godwit.operator.cluster.Probes;
import dev.godwit.operator.cluster.RejectedException;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The API server refuses to be told what became of the answers to a Migration. */
class UntoldAnswersTest {

  private static final KubernetesSerialization API = new KubernetesSerialization();

  private final Migration migration = migration();
  private final List<String> told = new ArrayList<>();
  private List<MigrationApproval> answers = List.of(answer());
  private boolean refuses = true;
  private int writes;

  private final MigrationEngine engine =
      new MigrationEngine(
          fake(
              Cluster.class,
              (cluster, method, arguments) ->
                  switch (method.getName()) {
                    case "may" -> false;
                    case "approvals" -> Optional.of(answers);
                    case "recordStatus" -> {
                      writes++;
                      if (refuses) {
                        throw new RejectedException("a webhook denied the request", null);
                      }
                      yield arguments[0];
                    }
                    case "setFinalizer" -> {
                      migration.getMetadata().setFinalizers(new ArrayList<>());
                      yield migration;
                    }
                    case "forget" -> null;
                    default -> throw new UnsupportedOperationException(method.getName());
                  }),
          fake(Checks.class, (checks, method, arguments) -> null),
          fake(Probes.class, (probes, method, arguments) -> null),
          fake(Metrics.class, (metrics, method, arguments) -> null),
          Optional.empty(),
          new MigrationListener() {
            @Override
            public void untold(Migration migration, List<String> refused) {
              told.addAll(refused);
            }
          });

  private static <T> T fake(Class<T> type, InvocationHandler handler) {
    return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler));
  }

  /** One that has ended. */
  private static Migration migration() {
    Migration migration = Plans.blueGreen(null, "orders");
    migration.getMetadata().setFinalizers(List.of(Cluster.FINALIZER));
    migration.setStatus(
        API.unmarshal(
            "---\n{startTime: 2026-03-01T09:00:00Z, completionTime: 2026-03-01T09:30:00Z,"
                + " direction: Forward, steps: [], services: [{name: orders, version: '1.0',"
                + " toVersion: '2.0'}]}",
            MigrationStatus.class));
    return migration;
  }

  private static MigrationApproval answer() {
    MigrationApproval answer = new MigrationApproval();
    answer.setMetadata(
        new ObjectMetaBuilder().withName("yes").withUid("uid-2").withGeneration(1L).build());
    answer.setSpec(
        new MigrationApprovalSpec(
            MigrationKind.MIGRATION, "shop", "go", ApprovalDecision.APPROVE, null, "1", "alice"));
    return answer;
  }

  private Optional<Instant> tick(int seconds) {
    return engine.tick(migration, Plans.START.plusSeconds(seconds)).recheck();
  }

  @Test
  void itIsLetGoOfAllTheSame() {
    assertThat(tick(0)).contains(Plans.START.plusSeconds(10));

    assertThat(migration.getMetadata().getFinalizers()).isEmpty();
    assertThat(told).containsExactly("a webhook denied the request");
  }

  @Test
  void itIsToldWhenItIsLetThrough() {
    tick(0);
    refuses = false;

    assertThat(tick(9)).contains(Plans.START.plusSeconds(10));
    assertThat(writes).isEqualTo(1);
    assertThat(tick(10)).isEmpty();
    assertThat(writes).isEqualTo(2);
  }

  @Test
  void thePauseGrows() {
    tick(0);

    assertThat(tick(10)).contains(Plans.START.plusSeconds(30));
    assertThat(tick(20)).contains(Plans.START.plusSeconds(30));
    assertThat(writes).isEqualTo(2);
  }

  @Test
  void anAnswerThatIsGoneIsNotToldOf() {
    tick(0);
    answers = List.of();

    assertThat(tick(10)).isEmpty();
  }

  /** Nobody is left to be reconciled. */
  @Test
  void oneThatIsDeletedIsNotLookedAtAgain() {
    migration.getMetadata().setDeletionTimestamp("2026-03-01T09:59:00Z");

    assertThat(tick(0)).isEmpty();
    assertThat(migration.getMetadata().getFinalizers()).isEmpty();
  }
}
