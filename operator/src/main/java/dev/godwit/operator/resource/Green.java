package dev.godwit.operator.resource;

import dev.godwit.operator.plan.ServicePlan;
import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.api.model.LabelSelectorRequirement;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.api.model.ServicePort;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import io.fabric8.kubernetes.api.model.apps.DeploymentSpec;
import io.fabric8.kubernetes.api.model.apps.DeploymentSpecBuilder;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Builds green, and what leads to it. */
public final class Green {

  private Green() {}

  /**
   * Green: blue with the new template, under labels that nothing of blue's selects.
   *
   * @param newTemplate blue's template with the new version applied, labels unchanged
   */
  public static Deployment deployment(
      Deployment blue, PodTemplateSpec newTemplate, ServicePlan plan, Marks.Maker maker) {
    Sides sides = Sides.of(blue, plan.greenLabels());
    DeploymentSpec spec = blue.getSpec();
    return new DeploymentBuilder()
        .withMetadata(CopiedMetadata.of(blue.getMetadata(), plan.green(), plan, maker))
        .withSpec(
            new DeploymentSpecBuilder()
                .withReplicas(Rollouts.wanted(blue))
                .withStrategy(spec.getStrategy())
                .withMinReadySeconds(spec.getMinReadySeconds())
                .withProgressDeadlineSeconds(spec.getProgressDeadlineSeconds())
                .withRevisionHistoryLimit(spec.getRevisionHistoryLimit())
                .withSelector(sides.toGreen(spec.getSelector()))
                .withTemplate(GreenTemplate.of(newTemplate, sides))
                .build())
        .build();
  }

  /**
   * Green's own Service, under which it is reached while it is out of rotation.
   *
   * @param traffic the Services that are switched, by name: it has the ports of all of them
   * @param green the Deployment, as built or as seen
   */
  public static Service preview(
      ServicePlan plan, Map<String, Service> traffic, Deployment green, Marks.Maker maker) {
    List<ServicePort> ports = PreviewPorts.of(traffic, green);
    return new ServiceBuilder()
        .withMetadata(Marks.metadata(plan.preview(), plan, maker))
        .withNewSpec()
        .withType("ClusterIP")
        // Without a port, only a headless Service is valid.
        .withClusterIP(ports.isEmpty() ? "None" : null)
        .withSelector(ownLabels(green))
        .withPorts(ports)
        .endSpec()
        .build();
  }

  /**
   * The selector that leads the Service's traffic to green: its own keys, with the values that
   * green's pods carry.
   *
   * @throws IllegalArgumentException if green's pods lack one of them, see {@link #missingKeys}
   */
  public static Map<String, String> trafficSelector(Service traffic, Deployment green) {
    List<String> missing = missingKeys(traffic, green);
    if (!missing.isEmpty()) {
      throw new IllegalArgumentException(
          "Service %s selects by %s, which the pods of Deployment %s don't carry"
              .formatted(
                  traffic.getMetadata().getName(),
                  String.join(", ", missing),
                  green.getMetadata().getName()));
    }
    Map<String, String> podLabels = Selectors.podLabels(green);
    Map<String, String> selector = new TreeMap<>();
    keys(traffic).forEach(key -> selector.put(key, podLabels.get(key)));
    return selector;
  }

  /** The keys of the Service's selector that green's pods don't carry. */
  public static List<String> missingKeys(Service traffic, Deployment green) {
    Map<String, String> podLabels = Selectors.podLabels(green);
    return keys(traffic).stream().filter(key -> !podLabels.containsKey(key)).toList();
  }

  private static List<String> keys(Service traffic) {
    return Optional.ofNullable(traffic.getSpec().getSelector()).orElse(Map.of()).keySet().stream()
        .sorted()
        .toList();
  }

  /** What the Deployment selects by, as plain labels: a Service knows no expressions. */
  private static Map<String, String> ownLabels(Deployment green) {
    LabelSelector selector = green.getSpec().getSelector();
    Map<String, String> podLabels = Selectors.podLabels(green);
    Map<String, String> labels = new TreeMap<>(Selectors.matchLabels(selector));
    Selectors.expressions(selector).stream()
        .map(LabelSelectorRequirement::getKey)
        .filter(podLabels::containsKey)
        .forEach(key -> labels.putIfAbsent(key, podLabels.get(key)));
    return labels;
  }
}
