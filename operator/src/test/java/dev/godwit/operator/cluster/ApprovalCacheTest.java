package dev.godwit.operator.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.godwit.api.v1alpha1.Migration;
import dev.godwit.api.v1alpha1.MigrationApproval;
import dev.godwit.api.v1alpha1.MigrationApprovalSpec;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.server.mock.EnableKubernetesMockClient;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Whose answers are known, and when they are. */
@EnableKubernetesMockClient(crud = true)
class ApprovalCacheTest {

  // Set by the extension.
  private KubernetesClient client;

  private final Migration migration = Questions.migration("uid-1");
  private ApprovalCache cache;

  @BeforeEach
  void connect() {
    cache = new ApprovalCache(client, Set.of("prod"), (namespace, name) -> {});
  }

  @AfterEach
  void disconnect() {
    cache.close();
  }

  private void answer(String name, String of) {
    MigrationApproval answer = new MigrationApproval();
    answer.setMetadata(new ObjectMetaBuilder().withName(name).withNamespace("prod").build());
    answer.setSpec(new MigrationApprovalSpec(of, "go-live", null, null, null, "bob"));
    client.resource(answer).create();
  }

  @Test
  void nobodyIsTakenForSilentBeforeTheAnswersWereRead() {
    answer("answer-of-bob", "shop");

    assertThat(cache.of(migration)).isEmpty();
  }

  @Test
  void answersOfAMigrationAreThoseThatNameItInTheOrderOfTheirNames() throws InterruptedException {
    answer("b", "shop");
    answer("c", "other");
    answer("a", "shop");

    cache.start();
    CaughtUp.await(cache::hasSynced);

    assertThat(cache.of(migration).map(ApprovalCacheTest::names))
        .isEqualTo(Optional.of(List.of("a", "b")));
  }

  private static List<String> names(List<MigrationApproval> answers) {
    return answers.stream().map(answer -> answer.getMetadata().getName()).toList();
  }
}
