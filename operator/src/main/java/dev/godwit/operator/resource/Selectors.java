package dev.godwit.operator.resource;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.api.model.LabelSelectorRequirement;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Label selectors, as the API server evaluates them. */
public final class Selectors {

  private Selectors() {}

  /** A JSON merge patch that gives a Service this selector, as a person would write it. */
  public static String patch(Map<String, String> selector) {
    ObjectNode patch = JsonNodeFactory.instance.objectNode();
    ObjectNode wanted = patch.putObject("spec").putObject("selector");
    new TreeMap<>(selector).forEach(wanted::put);
    return patch.toString();
  }

  /** A Service's selector: one that is null or empty selects nothing. */
  public static boolean matches(Map<String, String> selector, Map<String, String> labels) {
    return selector != null
        && !selector.isEmpty()
        && selector.entrySet().stream()
            .allMatch(wanted -> wanted.getValue().equals(labels.get(wanted.getKey())));
  }

  /**
   * A label selector: null selects nothing, an empty one everything.
   *
   * @throws IllegalArgumentException if an expression has an operator that Kubernetes doesn't know
   */
  public static boolean matches(LabelSelector selector, Map<String, String> labels) {
    if (selector == null) {
      return false;
    }
    boolean labelsMatch =
        matchLabels(selector).entrySet().stream()
            .allMatch(wanted -> wanted.getValue().equals(labels.get(wanted.getKey())));
    return labelsMatch
        && expressions(selector).stream().allMatch(expression -> matches(expression, labels));
  }

  /** Whether the Service selects the pods that the Deployment makes. */
  public static boolean serviceSelects(Service service, Deployment deployment) {
    return matches(service.getSpec().getSelector(), podLabels(deployment));
  }

  /** The labels of the pods that a Deployment makes; empty where it has none. */
  public static Map<String, String> podLabels(Deployment deployment) {
    return podLabels(deployment.getSpec().getTemplate());
  }

  static Map<String, String> podLabels(PodTemplateSpec template) {
    return template.getMetadata() == null || template.getMetadata().getLabels() == null
        ? Map.of()
        : template.getMetadata().getLabels();
  }

  static Map<String, String> matchLabels(LabelSelector selector) {
    return selector.getMatchLabels() == null ? Map.of() : selector.getMatchLabels();
  }

  static List<LabelSelectorRequirement> expressions(LabelSelector selector) {
    return selector.getMatchExpressions() == null ? List.of() : selector.getMatchExpressions();
  }

  private static boolean matches(LabelSelectorRequirement wanted, Map<String, String> labels) {
    String value = labels.get(wanted.getKey());
    return switch (wanted.getOperator()) {
      case "In" -> value != null && wanted.getValues().contains(value);
      case "NotIn" -> value == null || !wanted.getValues().contains(value);
      case "Exists" -> value != null;
      case "DoesNotExist" -> value == null;
      default ->
          throw new IllegalArgumentException("unknown selector operator " + wanted.getOperator());
    };
  }
}
