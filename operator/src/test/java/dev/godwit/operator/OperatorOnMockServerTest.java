package dev.godwit.operator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.godwit.api.v1alpha1.Direction;
import dev.godwit.api.v1alpha1.Migration;
import dev.godwit.api.v1alpha1.MigrationStatus;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.StatusBuilder;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.server.mock.EnableKubernetesMockClient;
import io.fabric8.kubernetes.client.server.mock.KubernetesMockServer;
import io.fabric8.mockwebserver.http.RecordedRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * The operator as it is wired, on a server that only stores objects: no controller makes pods here,
 * so that a migration comes as far as waiting for green.
 */
@EnableKubernetesMockClient(crud = true)
class OperatorOnMockServerTest {

  private static final String REVIEWS = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews";
  private static final String NAMESPACE = "prod";
  private static final String LABEL = "godwit.dev/migration";
  private static final long SECONDS = 20;

  // Set by the extension.
  private KubernetesMockServer server;
  private KubernetesClient client;

  private Optional<Godwit> operator = Optional.empty();

  @BeforeEach
  void fill() throws IOException {
    for (String kind : List.of("migrations", "migrationapprovals")) {
      Path crd = Path.of("../crds/manifests/%s.godwit.dev.yaml".formatted(kind));
      client
          .resource(
              client
                  .getKubernetesSerialization()
                  .<CustomResourceDefinition>unmarshal(Files.readString(crd)))
          .create();
    }
    apply(
        """
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: orders, namespace: prod, generation: 1}
        spec:
          replicas: 1
          selector: {matchLabels: {app: orders}}
          template:
            metadata: {labels: {app: orders}}
            spec: {containers: [{name: main, image: "registry.example/orders:1.0"}]}
        status: {observedGeneration: 1, replicas: 1, readyReplicas: 1, updatedReplicas: 1, availableReplicas: 1}
        """);
    apply(
        """
        apiVersion: v1
        kind: Service
        metadata: {name: orders, namespace: prod}
        spec: {selector: {app: orders}, ports: [{port: 80}]}
        """);
    apply(
        """
        apiVersion: discovery.k8s.io/v1
        kind: EndpointSlice
        metadata: {name: orders-1, namespace: prod, labels: {kubernetes.io/service-name: orders}}
        addressType: IPv4
        endpoints: [{addresses: [127.0.0.1], conditions: {ready: true}, targetRef: {kind: Pod, name: orders-x}}]
        """);
  }

  @AfterEach
  void stop() {
    operator.ifPresent(Godwit::close);
  }

  private void apply(String yaml) {
    client.resource(yaml).create();
  }

  private void allowEverything() {
    server
        .expect()
        .post()
        .withPath(REVIEWS)
        .andReturn(201, "{\"status\":{\"allowed\":true}}")
        .always();
  }

  private void start() throws Exception {
    Configuration configuration =
        Configuration.parse(List.of("--http-port", "0"), Map.of("POD_NAME", "test"));
    Godwit started = new Godwit(configuration, client.getConfiguration(), InstantSource.system());
    operator = Optional.of(started);
    started.start();
  }

  private void migrate(String workload) {
    apply(
        """
        apiVersion: godwit.dev/v1alpha1
        kind: Migration
        metadata: {name: shop, namespace: prod, generation: 1}
        spec:
          to: "2.0"
          services:
          - {name: orders, workload: {kind: Deployment, name: %s}, image: "registry.example/orders:2.0"}
          strategy: {blueGreen: {deadline: 10m, monitor: 1m, stability: 0s, drain: 0s, cleanup: Replace}}
          onFailure: Rollback
        """
            .formatted(workload));
  }

  private Migration await(Predicate<Migration> condition) {
    return client
        .resources(Migration.class)
        .inNamespace(NAMESPACE)
        .withName("shop")
        .waitUntilCondition(condition, SECONDS, TimeUnit.SECONDS);
  }

  private static boolean isWaitingForGreen(Migration migration) {
    return status(migration).map(MigrationStatus::phase).filter("Deploying"::equals).isPresent();
  }

  private static Optional<MigrationStatus> status(Migration migration) {
    return Optional.ofNullable(migration).map(Migration::getStatus);
  }

  private Deployment deployment(String name) {
    return client.apps().deployments().inNamespace(NAMESPACE).withName(name).get();
  }

  private Deployment awaitGreen() {
    return client
        .apps()
        .deployments()
        .inNamespace(NAMESPACE)
        .withName("orders-green")
        .waitUntilCondition(green -> green != null, SECONDS, TimeUnit.SECONDS);
  }

  @Test
  void theHeapIsLookedAtFromTheStart() throws Exception {
    start();

    assertThat(Thread.getAllStackTraces().keySet()).extracting(Thread::getName).contains("memory");
  }

  @Test
  void failedPreflightWritesTheStatusAndNothingElse() throws Exception {
    allowEverything();
    start();
    migrate("unknown");

    Migration failed = await(migration -> status(migration).isPresent());

    assertThat(failed.getStatus().phase()).isEqualTo("Preflight");
    assertThat(failed.getStatus().message()).contains("Deployment unknown does not exist");
    assertThat(failed.getStatus().conditions())
        .filteredOn(condition -> condition.getType().equals("PreflightPassed"))
        .extracting(Condition::getStatus)
        .containsExactly("False");
    assertThat(failed.getMetadata().getFinalizers()).isEmpty();
    assertThat(deployment("orders").getMetadata().getLabels()).isEmpty();
  }

  @Test
  void missingRightsFailPreflight() throws Exception {
    server
        .expect()
        .post()
        .withPath(REVIEWS)
        .andReturn(201, "{\"status\":{\"allowed\":false}}")
        .always();
    start();
    migrate("orders");

    Migration failed = await(migration -> status(migration).isPresent());

    assertThat(failed.getStatus().message())
        .contains("may not list, get, watch, create, patch, delete deployments.apps;");
  }

  @Test
  void startSetsTheFinalizerAndHoldsTheObjectsBeforeGreenIsMade() throws Exception {
    allowEverything();
    start();
    migrate("orders");

    Migration running = await(OperatorOnMockServerTest::isWaitingForGreen);
    Deployment green = awaitGreen();

    assertThat(running.getMetadata().getFinalizers()).containsExactly("godwit.dev/migration");
    assertThat(running.getStatus().startTime()).isNotNull();
    assertThat(deployment("orders").getMetadata().getLabels()).containsEntry(LABEL, "shop");
    assertThat(client.services().inNamespace(NAMESPACE).withName("orders").get())
        .extracting(service -> service.getMetadata().getLabels().get(LABEL))
        .isEqualTo("shop");
    assertThat(green.getSpec().getTemplate().getSpec().getContainers().getFirst().getImage())
        .isEqualTo("registry.example/orders:2.0");
  }

  /** The API server calls who creates an object, or writes a status, by the name of the client. */
  @Test
  void whatItCreatesAndRecordsIsManagedByGodwit() throws Exception {
    allowEverything();
    start();
    migrate("orders");
    awaitGreen();

    List<RecordedRequest> requests = new ArrayList<>();
    for (int left = server.getRequestCount(); left > 0; left--) {
      requests.add(server.takeRequest());
    }

    assertThat(requests)
        .filteredOn(request -> isGreen(request) || request.getPath().endsWith("/shop/status"))
        .hasSizeGreaterThan(1)
        .allSatisfy(
            request -> assertThat(request.getHeader("User-Agent")).isEqualTo("godwit/operator"));
  }

  private static boolean isGreen(RecordedRequest request) {
    return request.getMethod().equals("POST")
        && request.getPath().endsWith("/deployments")
        && request.getBody().readUtf8().contains("orders-green");
  }

  @Test
  void conflictOnTheStatusIsDecidedAgain() throws Exception {
    allowEverything();
    server
        .expect()
        .put()
        .withPath("/apis/godwit.dev/v1alpha1/namespaces/prod/migrations/shop/status")
        .andReturn(409, new StatusBuilder().withCode(409).withReason("Conflict").build())
        .once();
    start();
    migrate("orders");

    assertThat(await(OperatorOnMockServerTest::isWaitingForGreen)).isNotNull();
  }

  @Test
  void restartedOperatorGoesOnWhereTheOtherOneWas() throws Exception {
    allowEverything();
    start();
    migrate("orders");
    Migration before = await(OperatorOnMockServerTest::isWaitingForGreen);
    awaitGreen();
    stop();

    start();
    client
        .resources(Migration.class)
        .inNamespace(NAMESPACE)
        .withName("shop")
        // A merge patch, which the operator's own writes can't get in the way of.
        .patch(
            PatchContext.of(PatchType.JSON_MERGE),
            "{\"metadata\":{\"generation\":2},\"spec\":{\"abort\":true}}");
    Migration after =
        await(migration -> status(migration).map(MigrationStatus::completionTime).isPresent());

    assertThat(after.getStatus().startTime()).isEqualTo(before.getStatus().startTime());
    assertThat(after.getStatus().direction()).isEqualTo(Direction.BACKWARD);
    assertThat(after.getStatus().phase()).isEqualTo("RolledBack");
    assertThat(deployment("orders-green")).isNull();
    assertNotHeld(deployment("orders"));
  }

  /** The API server drops a label that a patch sets to null; this one keeps it without a value. */
  private static void assertNotHeld(HasMetadata object) {
    assertThat(object.getMetadata().getLabels().get(LABEL)).isNull();
  }

  @Test
  void deletedMigrationIsTakenBackBeforeItGoes() throws Exception {
    allowEverything();
    start();
    migrate("orders");
    await(OperatorOnMockServerTest::isWaitingForGreen);
    awaitGreen();

    client.resources(Migration.class).inNamespace(NAMESPACE).withName("shop").delete();
    // That the finalizer goes then can't be seen here: this server never shortens a list.
    Migration back =
        await(migration -> status(migration).map(MigrationStatus::completionTime).isPresent());

    assertThat(back.getStatus().failure().reason()).isEqualTo("Deleted");
    assertThat(deployment("orders-green")).isNull();
    assertNotHeld(client.services().inNamespace(NAMESPACE).withName("orders").get());
  }

  @Test
  void theFrameworksMetricsAreThoseOfTheReference() throws Exception {
    allowEverything();
    server
        .expect()
        .put()
        .withPath("/apis/godwit.dev/v1alpha1/namespaces/prod/migrations/shop/status")
        .andReturn(403, new StatusBuilder().withCode(403).withReason("Forbidden").build())
        .once();
    start();
    migrate("orders");
    await(OperatorOnMockServerTest::isWaitingForGreen);

    Map<String, Set<String>> wanted = MetricsReference.metrics("operator_sdk_");
    // A reconciliation is counted a moment after what it wrote can be seen.
    Scrape scrape =
        Scrape.await(
            operator.orElseThrow().port(),
            one -> one.metrics().keySet().containsAll(wanted.keySet()));

    assertThat(wanted).isNotEmpty();
    assertThat(scrape.metrics()).containsAllEntriesOf(wanted);
  }
}
