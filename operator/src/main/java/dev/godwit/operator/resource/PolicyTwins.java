package dev.godwit.operator.resource;

import dev.godwit.operator.plan.ServicePlan;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.api.model.LabelSelectorBuilder;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyBuilder;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyEgressRule;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyEgressRuleBuilder;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyIngressRule;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyIngressRuleBuilder;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyPeer;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyPeerBuilder;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicySpec;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicySpecBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Twins of NetworkPolicies. Policies add up, so green gets what blue has by further policies, and
 * those of the user stay as they are.
 *
 * @param namespace where blue, green and the policies are
 */
record PolicyTwins(Sides sides, String namespace) {

  private static final String INGRESS = "Ingress";
  private static final String EGRESS = "Egress";
  private static final String NAMESPACE_NAME = "kubernetes.io/metadata.name";

  /** Whether the policy means blue and not green, on either side. */
  boolean needs(NetworkPolicy policy) {
    return appliesToBlueOnly(policy) || hasRules(forPeers(policy.getSpec()));
  }

  List<HasMetadata> of(NetworkPolicy policy, ServicePlan plan, Marks.Maker maker) {
    List<HasMetadata> twins = new ArrayList<>();
    if (appliesToBlueOnly(policy)) {
      twins.add(twin(policy, "-green", forGreen(policy.getSpec()), plan, maker));
    }
    NetworkPolicySpec peers = forPeers(policy.getSpec());
    if (hasRules(peers)) {
      twins.add(twin(policy, "-green-peers", peers, plan, maker));
    }
    return twins;
  }

  private static NetworkPolicy twin(
      NetworkPolicy original,
      String suffix,
      NetworkPolicySpec spec,
      ServicePlan plan,
      Marks.Maker maker) {
    return new NetworkPolicyBuilder()
        .withMetadata(
            CopiedMetadata.of(
                original.getMetadata(), Twins.name(original, plan, suffix), plan, maker))
        .withSpec(spec)
        .build();
  }

  private boolean appliesToBlueOnly(NetworkPolicy policy) {
    return sides.isBlueOnly(policy.getSpec().getPodSelector());
  }

  private static boolean hasRules(NetworkPolicySpec spec) {
    return !spec.getIngress().isEmpty() || !spec.getEgress().isEmpty();
  }

  /** What applies to blue, for green; where blue's pods may talk to each other, green's may too. */
  private NetworkPolicySpec forGreen(NetworkPolicySpec spec) {
    return new NetworkPolicySpecBuilder(spec)
        .withPodSelector(sides.toGreen(spec.getPodSelector()))
        .withIngress(
            spec.getIngress().stream()
                .map(
                    rule ->
                        new NetworkPolicyIngressRuleBuilder(rule)
                            .withFrom(withGreen(rule.getFrom()))
                            .build())
                .toList())
        .withEgress(
            spec.getEgress().stream()
                .map(
                    rule ->
                        new NetworkPolicyEgressRuleBuilder(rule)
                            .withTo(withGreen(rule.getTo()))
                            .build())
                .toList())
        .build();
  }

  /**
   * The same pods, and of the rules those that let blue in or reach blue, for green. It names only
   * the directions that the original restricts already: a policy that named another would cut off
   * what it doesn't allow.
   */
  private NetworkPolicySpec forPeers(NetworkPolicySpec spec) {
    List<String> types = types(spec);
    List<NetworkPolicyIngressRule> ingress =
        types.contains(INGRESS) ? ingressOfGreen(spec) : List.of();
    List<NetworkPolicyEgressRule> egress = types.contains(EGRESS) ? egressToGreen(spec) : List.of();
    return new NetworkPolicySpecBuilder()
        .withPodSelector(spec.getPodSelector())
        .withPolicyTypes(
            Stream.of(ingress.isEmpty() ? "" : INGRESS, egress.isEmpty() ? "" : EGRESS)
                .filter(type -> !type.isEmpty())
                .toList())
        .withIngress(ingress)
        .withEgress(egress)
        .build();
  }

  private List<NetworkPolicyIngressRule> ingressOfGreen(NetworkPolicySpec spec) {
    return spec.getIngress().stream()
        .map(
            rule ->
                new NetworkPolicyIngressRuleBuilder(rule)
                    .withFrom(greenOnly(rule.getFrom()))
                    .build())
        .filter(rule -> !rule.getFrom().isEmpty())
        .toList();
  }

  private List<NetworkPolicyEgressRule> egressToGreen(NetworkPolicySpec spec) {
    return spec.getEgress().stream()
        .map(
            rule ->
                new NetworkPolicyEgressRuleBuilder(rule).withTo(greenOnly(rule.getTo())).build())
        .filter(rule -> !rule.getTo().isEmpty())
        .toList();
  }

  /** What a policy restricts when it doesn't say: ingress, and egress if it has rules for it. */
  private static List<String> types(NetworkPolicySpec spec) {
    if (spec.getPolicyTypes() != null && !spec.getPolicyTypes().isEmpty()) {
      return spec.getPolicyTypes();
    }
    return spec.getEgress().isEmpty() ? List.of(INGRESS) : List.of(INGRESS, EGRESS);
  }

  private List<NetworkPolicyPeer> withGreen(List<NetworkPolicyPeer> peers) {
    return peers.stream()
        .flatMap(peer -> isBlue(peer) ? Stream.of(peer, green(peer)) : Stream.of(peer))
        .toList();
  }

  private List<NetworkPolicyPeer> greenOnly(List<NetworkPolicyPeer> peers) {
    return peers.stream().filter(this::isBlue).map(this::green).distinct().toList();
  }

  private boolean isBlue(NetworkPolicyPeer peer) {
    return sides.isBlueOnly(peer.getPodSelector()) && mayCover(peer.getNamespaceSelector());
  }

  /** The namespaces stay as the peer has them: green is let in exactly where blue is. */
  private NetworkPolicyPeer green(NetworkPolicyPeer peer) {
    return new NetworkPolicyPeerBuilder(peer)
        .withPodSelector(sides.toGreen(peer.getPodSelector()))
        .build();
  }

  /**
   * Whether the selector may select our namespace. Of a namespace's labels only the one with its
   * name is known here; what asks for others is taken to match, which does no harm, since the twin
   * asks for them too.
   */
  private boolean mayCover(LabelSelector namespaces) {
    if (namespaces == null) {
      return true;
    }
    LabelSelectorBuilder known = new LabelSelectorBuilder();
    String name = Selectors.matchLabels(namespaces).get(NAMESPACE_NAME);
    if (name != null) {
      known.addToMatchLabels(NAMESPACE_NAME, name);
    }
    Selectors.expressions(namespaces).stream()
        .filter(expression -> expression.getKey().equals(NAMESPACE_NAME))
        .forEach(known::addToMatchExpressions);
    return Selectors.matches(known.build(), Map.of(NAMESPACE_NAME, namespace));
  }
}
