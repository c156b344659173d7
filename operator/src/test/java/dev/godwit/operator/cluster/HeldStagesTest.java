package dev.godwit.operator.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.godwit.api.v1alpha1.SchemaMigration;
import dev.godwit.operator.plan.Wanted;
import dev.godwit.operator.resource.Changes;
import dev.godwit.operator.resource.Marks;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.server.mock.EnableKubernetesMockClient;
import io.fabric8.kubernetes.client.server.mock.KubernetesMockServer;
import io.fabric8.mockwebserver.http.RecordedRequest;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The SchemaMigrations that are stages of a Migration, as that sees them. */
@EnableKubernetesMockClient(crud = true)
class HeldStagesTest {

  private static final String PATH =
      "/apis/godwit.dev/v1alpha1/namespaces/prod/schemamigrations/orders";

  // Set by the extension.
  private KubernetesMockServer server;
  private KubernetesClient client;

  private final BlockingQueue<String> woken = new LinkedBlockingQueue<>();
  private final BlockingQueue<String> schemasWoken = new LinkedBlockingQueue<>();
  private KubernetesCluster cluster;

  @BeforeEach
  void connect() {
    cluster =
        new KubernetesCluster(
            client,
            Set.of("prod"),
            (namespace, name) -> woken.add(namespace + "/" + name),
            (namespace, name) -> schemasWoken.add(namespace + "/" + name),
            InstantSource.system());
  }

  @AfterEach
  void disconnect() {
    cluster.close();
  }

  private SchemaMigration create(String name, String holder) {
    SchemaMigration schema = new SchemaMigration();
    schema.setMetadata(
        new ObjectMetaBuilder()
            .withName(name)
            .withNamespace("prod")
            .withLabels(holder == null ? null : Map.of(Marks.MIGRATION, holder))
            .build());
    return client.resource(schema).create();
  }

  private void start() throws InterruptedException {
    cluster.start();
    CaughtUp.await(cluster::hasSynced);
  }

  private List<String> held(String migration) {
    return cluster.listHeld(SchemaMigration.class, "prod", migration).stream()
        .map(schema -> schema.getMetadata().getName())
        .toList();
  }

  private long requests() throws InterruptedException {
    long requests = 0;
    while (true) {
      RecordedRequest request = server.takeRequest(100, TimeUnit.MILLISECONDS);
      if (request == null) {
        return requests;
      }
      requests += request.getMethod().equals("GET") && request.getPath().equals(PATH) ? 1 : 0;
    }
  }

  @Test
  void thoseThatAMigrationHoldsAreKnownWithoutAsking() throws InterruptedException {
    create("orders", "shop");
    create("users", "bank");
    create("waiting", null);
    start();

    assertThat(held("shop")).containsExactly("orders");
    assertThat(held("bank")).containsExactly("users");
    assertThat(held("other")).isEmpty();
  }

  @Test
  void aChangeOfOneWakesTheMigrationThatHoldsItAndNoneOtherwise() throws InterruptedException {
    create("waiting", null);
    SchemaMigration orders = create("orders", "shop");
    start();
    assertThat(woken.poll(10, TimeUnit.SECONDS)).isEqualTo("prod/shop");
    woken.clear();

    orders.getMetadata().setAnnotations(Map.of("changed", "by itself"));
    client.resource(orders).update();

    assertThat(woken.poll(10, TimeUnit.SECONDS)).isEqualTo("prod/shop");
    assertThat(woken).doesNotContain("prod/waiting", "prod/orders");
    assertThat(schemasWoken).isEmpty();
  }

  /** What is decided from must not be older than what the SchemaMigration itself has written. */
  @Test
  void oneIsReadFromTheServerEachTime() throws InterruptedException {
    create("orders", "shop");
    start();
    requests();

    cluster.get(SchemaMigration.class, "prod", "orders");
    cluster.get(SchemaMigration.class, "prod", "orders");

    assertThat(requests()).isEqualTo(2);
  }

  @Test
  void ownMarksAreKnownAtOnce() throws InterruptedException {
    SchemaMigration orders = create("orders", null);
    start();

    var want = Changes.want(orders, "shop", Wanted.RUN);
    SchemaMigration marked = (SchemaMigration) cluster.patch(want.seen(), want.change());
    assertThat(held("shop")).containsExactly("orders");
    assertThat(Marks.wanted(marked)).contains(Wanted.RUN);

    var release = Changes.wantNothing(marked);
    cluster.patch(release.seen(), release.change());
    assertThat(held("shop")).isEmpty();
  }
}
