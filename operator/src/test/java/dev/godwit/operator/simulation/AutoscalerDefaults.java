package dev.godwit.operator.simulation;

import io.fabric8.kubernetes.api.model.autoscaling.v2.HPAScalingRules;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HPAScalingRulesBuilder;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscaler;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscalerBehavior;

/**
 * What the API server completes in an autoscaler. Source: {@code
 * SetDefaults_HorizontalPodAutoscalerBehavior} in {@code pkg/apis/autoscaling/v2/defaults.go} of
 * Kubernetes.
 */
final class AutoscalerDefaults {

  private AutoscalerDefaults() {}

  static void apply(HorizontalPodAutoscaler autoscaler) {
    HorizontalPodAutoscalerBehavior behavior = autoscaler.getSpec().getBehavior();
    if (behavior == null) {
      return;
    }
    behavior.setScaleUp(
        completed(
            behavior.getScaleUp(),
            new HPAScalingRulesBuilder()
                .withStabilizationWindowSeconds(0)
                .withSelectPolicy("Max")
                .addNewPolicy(15, "Pods", 4)
                .addNewPolicy(15, "Percent", 100)
                .build()));
    behavior.setScaleDown(
        completed(
            behavior.getScaleDown(),
            new HPAScalingRulesBuilder()
                .withSelectPolicy("Max")
                .addNewPolicy(15, "Percent", 100)
                .build()));
  }

  private static HPAScalingRules completed(HPAScalingRules given, HPAScalingRules defaults) {
    if (given == null) {
      return defaults;
    }
    HPAScalingRulesBuilder rules = new HPAScalingRulesBuilder(given);
    if (given.getSelectPolicy() == null) {
      rules.withSelectPolicy(defaults.getSelectPolicy());
    }
    if (given.getStabilizationWindowSeconds() == null) {
      rules.withStabilizationWindowSeconds(defaults.getStabilizationWindowSeconds());
    }
    if (given.getPolicies() == null || given.getPolicies().isEmpty()) {
      rules.withPolicies(defaults.getPolicies());
    }
    return rules.build();
  }
}
