package dev.godwit.operator.e2e;

import static dev.godwit.operator.e2e.Application.V1;
import static dev.godwit.operator.e2e.Application.V2;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.godwit.api.v1alpha1.Cleanup;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What goes by blue's name or labels has a twin for green, and blue does not shrink meanwhile. */
@EndToEnd
class TwinsIT {

  private static final String AROUND =
      """
      apiVersion: autoscaling/v2
      kind: HorizontalPodAutoscaler
      metadata: {name: shop, labels: {team: shop}}
      spec:
        minReplicas: 2
        maxReplicas: 4
        scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: shop}
        metrics:
        - type: Resource
          resource: {name: cpu, target: {type: Utilization, averageUtilization: 80}}
      ---
      apiVersion: policy/v1
      kind: PodDisruptionBudget
      metadata: {name: shop}
      spec:
        minAvailable: 1
        selector: {matchLabels: {app: shop}}
      ---
      apiVersion: networking.k8s.io/v1
      kind: NetworkPolicy
      metadata: {name: to-shop}
      spec:
        podSelector: {matchLabels: {app: shop}}
        policyTypes: [Ingress]
        ingress: [{ports: [{port: 9898}]}]
      ---
      apiVersion: networking.k8s.io/v1
      kind: NetworkPolicy
      metadata: {name: shop-to-database}
      spec:
        podSelector: {matchLabels: {app: database}}
        policyTypes: [Ingress]
        ingress: [{from: [{podSelector: {matchLabels: {app: shop}}}]}]
      """;

  @RegisterExtension final Sandbox sandbox = new Sandbox();

  @Test
  void twinsLiveAsLongAsGreenAndTheAutoscalerIsGivenBackFieldForField() {
    Application app = surrounded();
    Snapshot before = sandbox.snapshot();
    Load load = sandbox.closing(Load.on(app));
    Run run =
        sandbox.start(
            MigrationFixture.toV2(app).monitor("1h").smokeTest(MigrationFixture.neverPasses()));
    Moment.SMOKE_TESTING.reachedBy(run);
    Map<String, ObjectNode> outOfRotation = sandbox.snapshot().objects();
    assertThat(outOfRotation.get("HorizontalPodAutoscaler/shop"))
        .as("before the switch blue scales as ever")
        .isEqualTo(before.objects().get("HorizontalPodAutoscaler/shop"));
    run.abort();
    run.rollsBack();
    sandbox.snapshot().isSameAs(before);
    run.deleted();

    Run second = sandbox.start(MigrationFixture.toV2(app).monitor("1h"));
    RollbackIT.onGreen(second, load);
    Map<String, ObjectNode> during = sandbox.snapshot().objects();
    JsonNode scaler = during.get("HorizontalPodAutoscaler/shop-green");
    assertThat(scaler.at("/spec/scaleTargetRef/name").asText()).isEqualTo("shop-green");
    assertThat(scaler.at("/spec/maxReplicas").asInt()).isEqualTo(4);
    JsonNode budget = during.get("PodDisruptionBudget/shop-green");
    assertThat(budget.at("/spec/selector/matchLabels/app").asText()).isEqualTo("shop-green");
    assertThat(budget.at("/spec/minAvailable").asInt()).isEqualTo(1);
    assertThat(policies(during))
        .as("green is let in where blue is, and lets in whom blue lets in")
        .containsEntry("to-shop", "shop")
        .containsEntry("shop-to-database", "database")
        .containsValue("shop-green")
        .hasSize(4);
    assertThat(scaleDown(during, "HorizontalPodAutoscaler/shop")).isEqualTo("Disabled");

    second.abort();
    second.rollsBack();
    load.awaitMore();
    load.stop().lostNothing();
    sandbox.snapshot().isSameAs(before);
  }

  @Test
  void replaceGivesTheAutoscalerBackAndRemovesTheTwins() {
    Application app = surrounded();
    Snapshot before = sandbox.snapshot();

    sandbox.start(MigrationFixture.toV2(app)).succeeds();

    sandbox.snapshot().isSameAs(before.withImage("shop", app.image(V2)));
  }

  @Test
  void deleteLeavesGreenWithTwinsThatScaleAndAreHeldByNobody() {
    Application app = surrounded();

    sandbox.start(MigrationFixture.toV2(app).cleanup(Cleanup.DELETE)).succeeds();

    Map<String, ObjectNode> after = sandbox.snapshot().objects();
    assertThat(after.keySet())
        .contains(
            "Deployment/shop-green",
            "HorizontalPodAutoscaler/shop-green",
            "PodDisruptionBudget/shop-green")
        .doesNotContain("Deployment/shop");
    assertThat(scaleDown(after, "HorizontalPodAutoscaler/shop-green")).isNotEqualTo("Disabled");
    assertThat(after.values())
        .allSatisfy(
            object ->
                assertThat(object.at("/metadata/labels").has("godwit.dev/migration"))
                    .as(object.toString())
                    .isFalse());
  }

  /** Blue had grown: green must be as large before it gets the traffic. */
  @Test
  void greenHasAsManyReadyPodsAsBlueHasGrownToBeforeTheSwitch() {
    Application app = Application.podinfo(sandbox.namespace(), "shop").deployed(V1);
    EndpointHistory endpoints = sandbox.closing(EndpointHistory.of(app));
    Run run = sandbox.start(MigrationFixture.toV2(app).monitor("1h").paused());
    run.reports("Paused", "True");
    app.edit(app.handle(), it -> it.editSpec().withReplicas(3).endSpec());
    app.rolledOut();

    run.pause(false);
    run.reports("TrafficOnGreen", "True");

    assertThat(endpoints.onlyOf("shop-green").pods()).hasSize(3);
    LocalCluster.CLIENT
        .apps()
        .deployments()
        .inNamespace(app.namespace())
        .withName("shop-green")
        .scale(4);
    endpoints.onlyOf("shop-green", 4);
    run.abort();
    run.rollsBack();
    endpoints.onlyOf("shop", 4);
  }

  private Application surrounded() {
    Application app =
        Application.podinfo(sandbox.namespace(), "shop").deployed(V1, TwinsIT::withRequests);
    LocalCluster.CLIENT
        .load(
            new java.io.ByteArrayInputStream(
                AROUND.getBytes(java.nio.charset.StandardCharsets.UTF_8)))
        .inNamespace(app.namespace())
        .create();
    return app;
  }

  private static DeploymentBuilder withRequests(DeploymentBuilder deployment) {
    return deployment
        .editSpec()
        .editTemplate()
        .editSpec()
        .editFirstContainer()
        .withNewResources()
        .addToRequests("cpu", new io.fabric8.kubernetes.api.model.Quantity("10m"))
        .endResources()
        .endContainer()
        .endSpec()
        .endTemplate()
        .endSpec();
  }

  /** Whom each policy is for, by its name. */
  private static Map<String, String> policies(Map<String, ObjectNode> objects) {
    return objects.entrySet().stream()
        .filter(entry -> entry.getKey().startsWith("NetworkPolicy/"))
        .collect(
            java.util.stream.Collectors.toMap(
                entry -> entry.getKey().substring("NetworkPolicy/".length()),
                entry -> entry.getValue().at("/spec/podSelector/matchLabels/app").asText()));
  }

  private static String scaleDown(Map<String, ObjectNode> objects, String autoscaler) {
    return objects.get(autoscaler).at("/spec/behavior/scaleDown/selectPolicy").asText("");
  }
}
