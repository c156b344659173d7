package dev.godwit.operator.resource;

import io.fabric8.kubernetes.api.model.autoscaling.v2.HPAScalingRules;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HPAScalingRulesBuilder;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscalerBehavior;

/**
 * What the API server writes into the {@code behavior} of an autoscaler that says something about
 * it but not all. Source: {@code SetDefaults_HorizontalPodAutoscalerBehavior} in {@code
 * pkg/apis/autoscaling/v2/defaults.go} of Kubernetes 1.36.
 */
final class ScalingDefaults {

  private static final HPAScalingRules UP =
      new HPAScalingRulesBuilder()
          .withStabilizationWindowSeconds(0)
          .withSelectPolicy("Max")
          .addNewPolicy(15, "Pods", 4)
          .addNewPolicy(15, "Percent", 100)
          .build();

  private static final HPAScalingRules DOWN_WITHOUT_POLICY =
      new HPAScalingRulesBuilder().addNewPolicy(15, "Percent", 100).build();

  private ScalingDefaults() {}

  /** Whether it says nothing but the defaults, save for the policy of scaling down. */
  static boolean areAllOf(HorizontalPodAutoscalerBehavior behavior) {
    HPAScalingRules up = behavior.getScaleUp();
    HPAScalingRules down = behavior.getScaleDown();
    return (isEmpty(up) || up.equals(UP))
        && (down == null
            || isEmpty(withoutPolicy(down))
            || withoutPolicy(down).equals(DOWN_WITHOUT_POLICY));
  }

  static HPAScalingRules withoutPolicy(HPAScalingRules rules) {
    return new HPAScalingRulesBuilder(rules).withSelectPolicy(null).build();
  }

  private static boolean isEmpty(HPAScalingRules rules) {
    return rules == null || rules.equals(new HPAScalingRules());
  }
}
