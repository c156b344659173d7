package dev.godwit.operator.resource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.api.model.LabelSelectorBuilder;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscaler;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscalerBuilder;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyBuilder;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyPeer;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyPeerBuilder;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudgetBuilder;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TwinsTest {

  private final Deployment blue = Shop.blue();
  private final HorizontalPodAutoscaler autoscaler =
      Golden.read("given/orders-autoscaler.yaml", HorizontalPodAutoscaler.class);
  private final PodDisruptionBudget budget =
      Golden.read("given/checkout-budget.yaml", PodDisruptionBudget.class);
  private final NetworkPolicy ordersPolicy =
      Golden.read("given/orders-policy.yaml", NetworkPolicy.class);
  private final NetworkPolicy databasePolicy =
      Golden.read("given/database-policy.yaml", NetworkPolicy.class);

  @Test
  void autoscalerOfGreenNeverScalesDown() {
    Golden.assertMatches("twin-autoscaler.yaml", twins(autoscaler));
  }

  @Test
  void budgetOfGreenCountsGreenOnly() {
    Golden.assertMatches("twin-budget.yaml", twins(budget));
  }

  @Test
  void policyThatAppliesToBlueAndLetsBlueInGetsTwoTwins() {
    Golden.assertMatches("twin-policies-of-blue.yaml", twins(ordersPolicy));
  }

  @Test
  void policyThatLetsBlueInElsewhereGetsATwinWithThoseRulesOnly() {
    Golden.assertMatches("twin-policy-of-peers.yaml", twins(databasePolicy));
  }

  @Test
  void originalsAreLeftAsTheyWere() {
    HorizontalPodAutoscaler before = new HorizontalPodAutoscalerBuilder(autoscaler).build();

    twins(autoscaler);

    assertThat(autoscaler).isEqualTo(before);
  }

  @Test
  void whatMeansBlueAloneNeedsATwin() {
    assertThat(
            Twins.keys(
                blue,
                Shop.plan().greenLabels(),
                List.of(autoscaler, autoscalerOf("users")),
                List.of(budget, budget("all", new LabelSelector())),
                List.of(databasePolicy, ordersPolicy, policy(new LabelSelector()))))
        .containsExactly(
            "HorizontalPodAutoscaler/orders",
            "NetworkPolicy/database",
            "NetworkPolicy/orders",
            "PodDisruptionBudget/checkout");
  }

  @Test
  void replacementNeedsNoTwins() {
    assertThat(
            Twins.keys(blue, Map.of(), List.of(autoscaler), List.of(budget), List.of(ordersPolicy)))
        .isEmpty();
  }

  @Test
  void whatCoversGreenAsWellGetsNoTwin() {
    assertThat(twins(budget("all", new LabelSelector()))).isEmpty();
    assertThat(twins(budget("none", null))).isEmpty();
    assertThat(twins(autoscalerOf("users"))).isEmpty();
    assertThat(twins(policy(new LabelSelector()))).isEmpty();
  }

  @Test
  void peersInOtherNamespacesAreNotBlue() {
    LabelSelector elsewhere = labelled("kubernetes.io/metadata.name", "warehouse");
    LabelSelector here = labelled("kubernetes.io/metadata.name", "shop");
    LabelSelector perhapsHere = labelled("team", "checkout");

    assertThat(twins(policy(labelled("app", "database"), blueIn(elsewhere)))).isEmpty();
    assertThat(twins(policy(labelled("app", "database"), blueIn(here)))).hasSize(1);
    assertThat(twins(policy(labelled("app", "database"), blueIn(perhapsHere)))).hasSize(1);
  }

  @Test
  void twinKeepsTheNamespacesOfThePeer() {
    LabelSelector namespaces = labelled("team", "checkout");

    NetworkPolicy twin =
        (NetworkPolicy) twins(policy(labelled("app", "database"), blueIn(namespaces))).getFirst();

    NetworkPolicyPeer peer = twin.getSpec().getIngress().getFirst().getFrom().getFirst();
    assertThat(peer.getNamespaceSelector()).isEqualTo(namespaces);
    assertThat(peer.getPodSelector().getMatchLabels()).isEqualTo(Map.of("app", "orders-green"));
  }

  @Test
  void rulesOfADirectionThatThePolicyDoesNotRestrictGetNoTwin() {
    NetworkPolicy policy =
        new NetworkPolicyBuilder(policy(labelled("app", "database"), blueIn(null)))
            .editSpec()
            .withPolicyTypes("Egress")
            .endSpec()
            .build();

    assertThat(twins(policy)).isEmpty();
  }

  @Test
  void otherKindsCannotBeDoubled() {
    ConfigMap config = new ConfigMap();
    config.setMetadata(databasePolicy.getMetadata());

    assertThatThrownBy(() -> twins(config))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("no twin can be made of ConfigMap/database");
  }

  @Test
  void twinsOfOneObjectForTwoServicesHaveTheirOwnNames() {
    Deployment users = Shop.deployment("users", Map.of("app", "users"));

    List<HasMetadata> ofUsers =
        Twins.of(
            databasePolicy,
            users,
            Shop.plan("users", Map.of("app", "users-green"), List.of("users")),
            Shop.MAKER);

    assertThat(Twins.key(twins(databasePolicy).getFirst()))
        .isEqualTo("NetworkPolicy/database-orders-green-peers");
    assertThat(Twins.key(ofUsers.getFirst())).isEqualTo("NetworkPolicy/database-users-green-peers");
  }

  @Test
  void longNamesAreCut() {
    PodDisruptionBudget named =
        budget("b".repeat(250), new LabelSelectorBuilder(budget.getSpec().getSelector()).build());

    assertThat(twins(named).getFirst().getMetadata().getName())
        .hasSize(253)
        .matches("b+-[0-9a-f]{8}-green");
  }

  @Test
  void onlyTwinsThatAreNotThereAreMissing() {
    Map<String, HasMetadata> originals =
        Map.of(Twins.key(ordersPolicy), ordersPolicy, Twins.key(budget), budget);
    Map<String, HasMetadata> existing = new HashMap<>();

    assertThat(missing(originals, existing))
        .extracting(Twins::key)
        .containsExactly(
            "NetworkPolicy/orders-green",
            "NetworkPolicy/orders-green-peers",
            "PodDisruptionBudget/checkout-orders-green");

    missing(originals, existing).forEach(twin -> existing.put(Twins.key(twin), twin));
    assertThat(missing(originals, existing)).isEmpty();
  }

  @Test
  void objectThatSomebodyElseMadeIsNoTwin() {
    Map<String, HasMetadata> originals = Map.of(Twins.key(budget), budget);
    PodDisruptionBudget foreign = budget("checkout-orders-green", new LabelSelector());

    assertThat(missing(originals, Map.of(Twins.key(foreign), foreign))).hasSize(1);
  }

  private List<HasMetadata> missing(
      Map<String, HasMetadata> originals, Map<String, HasMetadata> existing) {
    return Twins.missing(originals, existing, blue, Shop.plan(), Shop.MAKER);
  }

  private List<HasMetadata> twins(HasMetadata original) {
    return Twins.of(original, blue, Shop.plan(), Shop.MAKER);
  }

  private HorizontalPodAutoscaler autoscalerOf(String deployment) {
    return new HorizontalPodAutoscalerBuilder(autoscaler)
        .editSpec()
        .editScaleTargetRef()
        .withName(deployment)
        .endScaleTargetRef()
        .endSpec()
        .build();
  }

  private PodDisruptionBudget budget(String name, LabelSelector selector) {
    return new PodDisruptionBudgetBuilder(budget)
        .editMetadata()
        .withName(name)
        .endMetadata()
        .editSpec()
        .withSelector(selector)
        .endSpec()
        .build();
  }

  private static NetworkPolicy policy(LabelSelector pods, NetworkPolicyPeer... from) {
    return new NetworkPolicyBuilder()
        .withNewMetadata()
        .withName("policy")
        .withNamespace("shop")
        .endMetadata()
        .withNewSpec()
        .withPodSelector(pods)
        .addNewIngress()
        .withFrom(from)
        .endIngress()
        .endSpec()
        .build();
  }

  private static NetworkPolicyPeer blueIn(LabelSelector namespaces) {
    return new NetworkPolicyPeerBuilder()
        .withPodSelector(labelled("app", "orders"))
        .withNamespaceSelector(namespaces)
        .build();
  }

  private static LabelSelector labelled(String key, String value) {
    return new LabelSelectorBuilder().addToMatchLabels(key, value).build();
  }
}
