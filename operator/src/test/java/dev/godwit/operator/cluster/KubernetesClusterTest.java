package dev.godwit.operator.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.godwit.api.v1alpha1.Migration;
import dev.godwit.api.v1alpha1.MigrationStatus;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.StatusBuilder;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.server.mock.EnableKubernetesMockClient;
import io.fabric8.kubernetes.client.server.mock.KubernetesMockServer;
import io.fabric8.mockwebserver.http.RecordedRequest;
import java.time.InstantSource;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What goes over the wire, and what the answers mean. */
@EnableKubernetesMockClient
class KubernetesClusterTest {

  private static final String DEPLOYMENT = "/apis/apps/v1/namespaces/prod/deployments/orders";
  private static final String MIGRATION =
      "/apis/godwit.dev/v1alpha1/namespaces/prod/migrations/shop";

  // Set by the extension.
  private KubernetesMockServer server;
  private KubernetesClient client;

  private KubernetesCluster cluster;
  private final Deployment seen =
      new DeploymentBuilder()
          .withNewMetadata()
          .withName("orders")
          .withNamespace("prod")
          .withUid("uid-7")
          .withResourceVersion("41")
          .endMetadata()
          .build();

  @BeforeEach
  void connect() {
    cluster =
        new KubernetesCluster(
            client,
            Set.of(),
            (namespace, name) -> {},
            (namespace, name) -> {},
            InstantSource.system());
  }

  @AfterEach
  void disconnect() {
    cluster.close();
  }

  private static ObjectNode change() {
    ObjectNode change = JsonNodeFactory.instance.objectNode();
    change.putObject("spec").put("replicas", 5);
    return change;
  }

  private static String refused(int code) {
    return io.fabric8.kubernetes.client.utils.Serialization.asJson(
        new StatusBuilder().withCode(code).withMessage("the server said " + code).build());
  }

  private static Migration migration() {
    Migration migration = new Migration();
    migration.setMetadata(
        new ObjectMetaBuilder()
            .withName("shop")
            .withNamespace("prod")
            .withUid("uid-1")
            .withResourceVersion("9")
            .withFinalizers("other/one")
            .build());
    return migration;
  }

  @Test
  void patchHoldsForTheObjectAsItWasSeen() throws InterruptedException {
    server
        .expect()
        .patch()
        .withPath(DEPLOYMENT + "?fieldManager=godwit")
        .andReturn(200, seen)
        .once();

    cluster.patch(seen, change());

    RecordedRequest request = server.takeRequest();
    assertThat(request.getHeader("Content-Type")).contains("application/merge-patch+json");
    assertThat(request.getBody().readUtf8())
        .isEqualTo("{\"spec\":{\"replicas\":5},\"metadata\":{\"resourceVersion\":\"41\"}}");
  }

  @Test
  void strategicPatchCanBeTriedOnly() throws InterruptedException {
    server
        .expect()
        .patch()
        .withPath(DEPLOYMENT + "?fieldManager=godwit&dryRun=All")
        .andReturn(200, seen)
        .once();

    cluster.strategicPatch(seen, change(), true);

    RecordedRequest request = server.takeRequest();
    assertThat(request.getHeader("Content-Type"))
        .contains("application/strategic-merge-patch+json");
    assertThat(request.getBody().readUtf8())
        .isEqualTo("{\"spec\":{\"replicas\":5},\"metadata\":{\"resourceVersion\":\"41\"}}");
  }

  @Test
  void deletionHoldsForTheUidAndLeavesDependentsToTheCollector() throws InterruptedException {
    server.expect().delete().withPath(DEPLOYMENT).andReturn(200, "{}").once();

    cluster.delete(seen);

    assertThat(server.takeRequest().getBody().readUtf8())
        .contains("\"preconditions\":{\"uid\":\"uid-7\"}")
        .contains("\"propagationPolicy\":\"Background\"");
  }

  @Test
  void whatHasNoClassOfItsOwnIsDeletedByItsOwnPlural() throws InterruptedException {
    GenericKubernetesResource snapshot = new GenericKubernetesResource();
    snapshot.setApiVersion("snapshot.storage.k8s.io/v1");
    snapshot.setKind("VolumeSnapshot");
    snapshot.setMetadata(
        new ObjectMetaBuilder().withName("data").withNamespace("shop").withUid("uid-8").build());
    String path = "/apis/snapshot.storage.k8s.io/v1/namespaces/shop/volumesnapshots/data";
    server.expect().delete().withPath(path).andReturn(200, snapshot).once();

    cluster.delete(snapshot);

    assertThat(server.takeRequest().getPath()).isEqualTo(path);
  }

  @Test
  void valuesArePutInThePlaceOfOthersInTheObjectAsItWasSeen() throws InterruptedException {
    server
        .expect()
        .patch()
        .withPath(DEPLOYMENT + "?fieldManager=godwit")
        .andReturn(200, seen)
        .once();

    cluster.replace(seen, Map.of("/spec/replicas", IntNode.valueOf(5)));

    RecordedRequest request = server.takeRequest();
    assertThat(request.getHeader("Content-Type")).contains("application/json-patch+json");
    assertThat(request.getBody().readUtf8())
        .as("another resourceVersion is a conflict to the API server")
        .isEqualTo(
            "[{\"op\":\"replace\",\"path\":\"/metadata/resourceVersion\",\"value\":\"41\"},"
                + "{\"op\":\"replace\",\"path\":\"/spec/replicas\",\"value\":5}]");
  }

  @Test
  void deletionOfWhatIsGoneIsFine() {
    server.expect().delete().withPath(DEPLOYMENT).andReturn(404, refused(404)).once();

    assertThatCode(() -> cluster.delete(seen)).doesNotThrowAnyException();
  }

  @Test
  void deletionOfAnotherObjectOfThatNameIsAConflict() {
    server.expect().delete().withPath(DEPLOYMENT).andReturn(409, refused(409)).once();

    assertThatThrownBy(() -> cluster.delete(seen)).isInstanceOf(ConflictException.class);
  }

  @ParameterizedTest
  @ValueSource(ints = {404, 409})
  void objectThatIsNotAsItWasSeenIsAConflict(int code) {
    server
        .expect()
        .withPath(DEPLOYMENT + "?fieldManager=godwit")
        .andReturn(code, refused(code))
        .once();

    assertThatThrownBy(() -> cluster.patch(seen, change()))
        .isInstanceOf(ConflictException.class)
        .hasMessageContaining("the server said " + code);
  }

  @ParameterizedTest
  @ValueSource(ints = {400, 403, 422})
  void refusalForGoodIsARejectionInTheServersWords(int code) {
    server
        .expect()
        .withPath(DEPLOYMENT + "?fieldManager=godwit")
        .andReturn(code, refused(code))
        .once();

    assertThatThrownBy(() -> cluster.patch(seen, change()))
        .isInstanceOf(RejectedException.class)
        .hasMessage("Deployment orders: the server said " + code);
  }

  @Test
  void whatHealsByItselfPassesThrough() {
    server
        .expect()
        .withPath(DEPLOYMENT + "?fieldManager=godwit")
        .andReturn(405, refused(405))
        .once();

    assertThatThrownBy(() -> cluster.patch(seen, change()))
        .isInstanceOf(KubernetesClientException.class);
  }

  @Test
  void creationOfWhatExistsIsAConflict() {
    server
        .expect()
        .post()
        .withPath("/apis/apps/v1/namespaces/prod/deployments")
        .andReturn(409, refused(409))
        .once();

    assertThatThrownBy(() -> cluster.create(seen)).isInstanceOf(ConflictException.class);
  }

  @Test
  void statusIsWrittenAloneAndForTheVersionThatWasSeen() throws InterruptedException {
    server.expect().put().withPath(MIGRATION + "/status").andReturn(200, migration()).once();
    MigrationStatus status =
        new MigrationStatus(
            3L,
            "BlueGreen",
            "Preflight",
            null,
            null,
            null,
            null,
            null,
            null,
            null,
            null,
            null,
            null,
            null,
            null,
            null);

    cluster.recordStatus(migration(), status);

    assertThat(server.takeRequest().getBody().readUtf8())
        .contains("\"resourceVersion\":\"9\"")
        .contains("\"status\":{\"observedGeneration\":3")
        .doesNotContain("\"spec\"");
  }

  @ParameterizedTest
  @CsvSource({"true,'[\"other/one\",\"godwit.dev/migration\"]'", "false,'[\"other/one\"]'"})
  void finalizerLeavesThoseOfOthersAlone(boolean wanted, String finalizers)
      throws InterruptedException {
    server
        .expect()
        .patch()
        .withPath(MIGRATION + "?fieldManager=godwit")
        .andReturn(200, migration())
        .once();

    cluster.setFinalizer(migration(), wanted);

    assertThat(server.takeRequest().getBody().readUtf8())
        .isEqualTo("{\"metadata\":{\"finalizers\":" + finalizers + ",\"resourceVersion\":\"9\"}}");
  }

  @Test
  void permissionThatIsGivenIsAskedOnceAndOneThatIsNotEachTime() {
    String path = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews";
    server.expect().post().withPath(path).andReturn(201, "{\"status\":{\"allowed\":false}}").once();
    server.expect().post().withPath(path).andReturn(201, "{\"status\":{\"allowed\":true}}").once();
    Permission create = new Permission("create", "apps", "deployments");

    assertThat(cluster.may(create, "prod")).isFalse();
    assertThat(cluster.may(create, "prod")).isTrue();
    assertThat(cluster.may(create, "prod")).isTrue();
    assertThat(server.getRequestCount()).isEqualTo(2);
  }
}
