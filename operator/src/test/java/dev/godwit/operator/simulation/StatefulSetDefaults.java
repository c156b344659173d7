package dev.godwit.operator.simulation;

import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.apps.StatefulSetUpdateStrategy;
import io.fabric8.kubernetes.api.model.apps.StatefulSetUpdateStrategyBuilder;

/**
 * What the API server completes in a StatefulSet. Source: {@code SetDefaults_StatefulSet} in {@code
 * pkg/apis/apps/v1/defaults.go} of Kubernetes.
 */
final class StatefulSetDefaults {

  private StatefulSetDefaults() {}

  static void apply(StatefulSet set) {
    StatefulSetUpdateStrategy strategy = set.getSpec().getUpdateStrategy();
    String type =
        strategy == null || strategy.getType() == null ? "RollingUpdate" : strategy.getType();
    StatefulSetUpdateStrategyBuilder complete = new StatefulSetUpdateStrategyBuilder(strategy);
    complete.withType(type);
    boolean undecided =
        strategy == null
            || strategy.getRollingUpdate() == null
            || strategy.getRollingUpdate().getPartition() == null;
    if (type.equals("RollingUpdate") && undecided) {
      complete.withNewRollingUpdate().withPartition(0).endRollingUpdate();
    }
    set.getSpec().setUpdateStrategy(complete.build());
    if (set.getSpec().getPodManagementPolicy() == null) {
      set.getSpec().setPodManagementPolicy("OrderedReady");
    }
  }
}
