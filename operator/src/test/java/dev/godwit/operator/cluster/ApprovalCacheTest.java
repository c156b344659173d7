package dev.godwit.operator.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.godwit.api.v1alpha1.Migration;
import dev.godwit.api.v1alpha1.MigrationApproval;
import dev.godwit.api.v1alpha1.MigrationApprovalSpec;
import dev.godwit.api.v1alpha1.MigrationKind;
import dev.godwit.api.v1alpha1.SchemaMigration;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.server.mock.EnableKubernetesMockClient;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Whose answers are known, and when they are. */
@EnableKubernetesMockClient(crud = true)
class ApprovalCacheTest {

  // Set by the extension.
  private KubernetesClient client;

  private final Migration migration = Questions.migration("uid-1");
  private final BlockingQueue<String> woken = new LinkedBlockingQueue<>();
  private final BlockingQueue<String> schemasWoken = new LinkedBlockingQueue<>();
  private ApprovalCache cache;

  @BeforeEach
  void connect() {
    cache =
        new ApprovalCache(
            client,
            Set.of("prod"),
            Map.of(
                MigrationKind.MIGRATION,
                (namespace, name) -> woken.add(namespace + "/" + name),
                MigrationKind.SCHEMA_MIGRATION,
                (namespace, name) -> schemasWoken.add(namespace + "/" + name)));
  }

  @AfterEach
  void disconnect() {
    cache.close();
  }

  private void answer(String name, String of) {
    answer(name, MigrationKind.MIGRATION, of);
  }

  private void answer(String name, MigrationKind kind, String of) {
    MigrationApproval answer = new MigrationApproval();
    answer.setMetadata(new ObjectMetaBuilder().withName(name).withNamespace("prod").build());
    answer.setSpec(new MigrationApprovalSpec(kind, of, "go-live", null, null, null, "bob"));
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

  @Test
  void anAnswerIsOfOneKindThoughAMigrationOfEachHasTheName() throws InterruptedException {
    answer("a", MigrationKind.SCHEMA_MIGRATION, "shop");
    answer("b", MigrationKind.MIGRATION, "shop");
    answer("c", MigrationKind.SCHEMA_MIGRATION, "of-schemas-only");
    SchemaMigration schema = new SchemaMigration();
    schema.setMetadata(migration.getMetadata());

    cache.start();
    CaughtUp.await(cache::hasSynced);

    assertThat(cache.of(migration).map(ApprovalCacheTest::names)).contains(List.of("b"));
    assertThat(cache.of(schema).map(ApprovalCacheTest::names)).contains(List.of("a"));
    assertThat(List.of(schemasWoken.take(), schemasWoken.take()))
        .containsExactlyInAnyOrder("prod/shop", "prod/of-schemas-only");
    assertThat(woken.take()).isEqualTo("prod/shop");
    assertThat(woken).isEmpty();
  }

  private static List<String> names(List<MigrationApproval> answers) {
    return answers.stream().map(answer -> answer.getMetadata().getName()).toList();
  }
}
