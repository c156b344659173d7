package dev.godwit.operator.resource;

import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.api.model.LabelSelectorBuilder;
import io.fabric8.kubernetes.api.model.LabelSelectorRequirement;
import io.fabric8.kubernetes.api.model.LabelSelectorRequirementBuilder;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The labels of blue's pods and how green's differ, and what that does to selectors.
 *
 * @param blue all labels of blue's pods
 * @param changed those that differ, with green's values
 */
record Sides(Map<String, String> blue, Map<String, String> changed) {

  static Sides of(Deployment blue, Map<String, String> greenLabels) {
    return new Sides(Selectors.podLabels(blue), greenLabels);
  }

  /** The labels of green's pods. */
  Map<String, String> green() {
    Map<String, String> labels = new TreeMap<>(blue);
    labels.putAll(changed);
    return labels;
  }

  /** Whether the selector selects blue's pods and not green's. */
  boolean isBlueOnly(LabelSelector selector) {
    return Selectors.matches(selector, blue) && !Selectors.matches(selector, green());
  }

  /**
   * A selector of blue's pods turned into one of green's: what it says about a label that differs
   * becomes "has green's value", the rest stays.
   */
  LabelSelector toGreen(LabelSelector selector) {
    Map<String, String> labels = new TreeMap<>(Selectors.matchLabels(selector));
    labels.replaceAll(changed::getOrDefault);
    List<LabelSelectorRequirement> expressions = new ArrayList<>();
    for (LabelSelectorRequirement expression : Selectors.expressions(selector)) {
      String green = changed.get(expression.getKey());
      if (green == null) {
        expressions.add(expression);
      } else {
        labels.put(expression.getKey(), green);
      }
    }
    return new LabelSelectorBuilder()
        .withMatchLabels(labels)
        .withMatchExpressions(expressions)
        .build();
  }

  /**
   * A selector inside a pod template, for green what it was for blue: where it names blue's value
   * of a label that differs, it names green's instead; what it says of other pods stays.
   */
  LabelSelector mirrored(LabelSelector selector) {
    if (selector == null) {
      return null;
    }
    Map<String, String> labels = new TreeMap<>(Selectors.matchLabels(selector));
    labels.replaceAll((key, value) -> isBlues(key, value) ? changed.get(key) : value);
    return new LabelSelectorBuilder()
        .withMatchLabels(labels)
        .withMatchExpressions(Selectors.expressions(selector).stream().map(this::mirrored).toList())
        .build();
  }

  private LabelSelectorRequirement mirrored(LabelSelectorRequirement expression) {
    String key = expression.getKey();
    List<String> values = new ArrayList<>();
    for (String value : expression.getValues()) {
      // "Not one of mine" must go on to hold for blue's pods, and hold for green's too.
      boolean stays = !isBlues(key, value) || expression.getOperator().equals("NotIn");
      if (stays) {
        values.add(value);
      }
      if (isBlues(key, value)) {
        values.add(changed.get(key));
      }
    }
    return new LabelSelectorRequirementBuilder(expression).withValues(values).build();
  }

  private boolean isBlues(String key, String value) {
    return changed.containsKey(key) && value.equals(blue.get(key));
  }
}
