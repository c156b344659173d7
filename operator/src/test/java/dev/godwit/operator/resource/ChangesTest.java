package dev.godwit.operator.resource;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.godwit.operator.plan.Action;
import io.fabric8.kubernetes.api.model.FieldsV1;
import io.fabric8.kubernetes.api.model.ManagedFieldsEntry;
import io.fabric8.kubernetes.api.model.ManagedFieldsEntryBuilder;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscaler;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscalerBehavior;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscalerBuilder;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ChangesTest {

  private static final Optional<String> NONE = Optional.empty();

  private final HorizontalPodAutoscaler autoscaler =
      Golden.read("given/orders-autoscaler.yaml", HorizontalPodAutoscaler.class);

  @Test
  void holdingAndReleasingTouchTheLabelOnly() {
    assertPatch(
        Changes.hold(Shop.blue(), "shop-2-0"),
        "{metadata: {labels: {godwit.dev/migration: shop-2-0}}}");
    assertPatch(Changes.release(Shop.blue()), "{metadata: {labels: {godwit.dev/migration: null}}}");
  }

  @Test
  void releasingLetsGoOfTheFieldsThatAreOurs() {
    Service seen = Shop.service("orders", Map.of());
    seen.getMetadata().setManagedFields(List.of(written("kubectl"), written("godwit")));

    assertPatch(
        Changes.release(seen),
        """
        {metadata: {labels: {godwit.dev/migration: null}, managedFields:
          [{manager: kubectl, operation: Update, fieldsV1: {"f:spec": {"f:selector": {}}}}]}}""");
  }

  @Test
  void releasingLeavesOneBlankEntryWhereAllWereOurs() {
    Service seen = Shop.service("orders", Map.of());
    seen.getMetadata().setManagedFields(List.of(written("godwit")));

    assertPatch(
        Changes.release(seen),
        "{metadata: {labels: {godwit.dev/migration: null}, managedFields: [{}]}}");
  }

  private static ManagedFieldsEntry written(String manager) {
    FieldsV1 fields = new FieldsV1();
    fields.setAdditionalProperty("f:spec", Map.of("f:selector", Map.of()));
    return new ManagedFieldsEntryBuilder()
        .withManager(manager)
        .withOperation("Update")
        .withFieldsV1(fields)
        .build();
  }

  @Test
  void patchIsOnTheObjectAsItWasSeen() {
    Service seen = Shop.service("orders", Map.of());

    assertThat(Changes.release(seen).seen()).isSameAs(seen);
  }

  @Test
  void selectorBecomesExactlyTheOneThatIsWanted() {
    Service seen = Shop.service("orders", Map.of("app", "orders", "extra", "yes"));

    assertPatch(
        Changes.selector(seen, Map.of("app", "orders-green", "team", "checkout")),
        "{spec: {selector: {app: orders-green, team: checkout, extra: null}}}");
  }

  @Test
  void serviceWithoutSelectorGetsOne() {
    assertPatch(
        Changes.selector(Shop.service("orders", null), Map.of("app", "orders")),
        "{spec: {selector: {app: orders}}}");
  }

  @Test
  void scalingTouchesTheReplicasOnly() {
    assertPatch(Changes.replicas(Shop.blue(), 5), "{spec: {replicas: 5}}");
  }

  @Test
  void scalingDownIsForbiddenByOneField() {
    assertPatch(
        Changes.scaleDownPolicy(autoscaler, Optional.of(Changes.DISABLED)),
        "{spec: {behavior: {scaleDown: {selectPolicy: Disabled}}}}");
  }

  @Test
  void policyThatWasThereIsGivenBack() {
    assertThat(Changes.scaleDownPolicy(autoscaler)).contains("Min");
    assertPatch(
        Changes.scaleDownPolicy(autoscaler, Optional.of("Min")),
        "{spec: {behavior: {scaleDown: {selectPolicy: Min}}}}");
  }

  @Test
  void behaviorThatTheApiServerCompletedIsRemovedWhole() {
    HorizontalPodAutoscaler completed =
        withBehavior(
            """
            scaleUp:
              stabilizationWindowSeconds: 0
              selectPolicy: Max
              policies:
              - {type: Pods, value: 4, periodSeconds: 15}
              - {type: Percent, value: 100, periodSeconds: 15}
            scaleDown:
              selectPolicy: Disabled
              policies:
              - {type: Percent, value: 100, periodSeconds: 15}
            """);

    assertThat(Changes.scaleDownPolicy(completed)).contains(Changes.DISABLED);
    assertPatch(Changes.scaleDownPolicy(completed, NONE), "{spec: {behavior: null}}");
  }

  @Test
  void behaviorOfOurFieldAloneIsRemovedWhole() {
    assertPatch(
        Changes.scaleDownPolicy(withBehavior("scaleDown: {selectPolicy: Disabled}"), NONE),
        "{spec: {behavior: null}}");
  }

  @Test
  void behaviorThatIsThereNoMoreStaysAway() {
    HorizontalPodAutoscaler without =
        new HorizontalPodAutoscalerBuilder(autoscaler)
            .editSpec()
            .withBehavior(null)
            .endSpec()
            .build();

    assertThat(Changes.scaleDownPolicy(without)).isEmpty();
    assertPatch(Changes.scaleDownPolicy(without, NONE), "{spec: {behavior: null}}");
  }

  @Test
  void whatSomebodyElseSaysOfScalingUpStays() {
    HorizontalPodAutoscaler scaleUp =
        withBehavior(
            """
            scaleUp: {stabilizationWindowSeconds: 30}
            scaleDown: {selectPolicy: Disabled}
            """);

    assertPatch(Changes.scaleDownPolicy(scaleUp, NONE), "{spec: {behavior: {scaleDown: null}}}");
  }

  @Test
  void whatSomebodyElseSaysOfScalingDownStays() {
    assertPatch(
        Changes.scaleDownPolicy(autoscaler, NONE),
        "{spec: {behavior: {scaleDown: {selectPolicy: null}}}}");
  }

  private HorizontalPodAutoscaler withBehavior(String yaml) {
    return new HorizontalPodAutoscalerBuilder(autoscaler)
        .editSpec()
        .withBehavior(Serialization.unmarshal(yaml, HorizontalPodAutoscalerBehavior.class))
        .endSpec()
        .build();
  }

  private static void assertPatch(Action.Patch patch, String yaml) {
    assertThat(patch.change()).isEqualTo(tree(yaml));
  }

  private static JsonNode tree(String yaml) {
    return Serialization.unmarshal("--- " + yaml, JsonNode.class);
  }
}
