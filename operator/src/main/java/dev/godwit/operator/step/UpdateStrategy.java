package dev.godwit.operator.step;

import dev.godwit.operator.plan.Action;
import dev.godwit.operator.plan.Observation;
import dev.godwit.operator.plan.ServicePlan;
import dev.godwit.operator.resource.Changes;
import dev.godwit.operator.resource.Marks;
import dev.godwit.operator.resource.Snapshots;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.apps.StatefulSetUpdateStrategy;
import io.fabric8.kubernetes.api.model.apps.StatefulSetUpdateStrategyBuilder;
import java.util.Objects;
import java.util.Optional;

/** The update strategy of a StatefulSet: as it is, as it was, and back. */
final class UpdateStrategy {

  /** What is put back where the record is lost: preflight refuses OnDelete. */
  private static final StatefulSetUpdateStrategy DEFAULT =
      new StatefulSetUpdateStrategyBuilder()
          .withType("RollingUpdate")
          .withNewRollingUpdate()
          .withPartition(0)
          .endRollingUpdate()
          .build();

  private UpdateStrategy() {}

  /** From which ordinal on, counted from the first, pods are replaced by themselves. */
  static int partition(StatefulSet set) {
    return Optional.ofNullable(set.getSpec().getUpdateStrategy().getRollingUpdate())
        .map(rolling -> rolling.getPartition())
        .orElse(0);
  }

  static boolean isOnDelete(StatefulSet set) {
    return "OnDelete".equals(set.getSpec().getUpdateStrategy().getType());
  }

  /**
   * Whether pods that are lost come back with the present template whatever the partition: below it
   * they get the current revision, which the controller sets when all pods are updated and ready.
   */
  static boolean isSettled(StatefulSet set) {
    return set.getStatus() != null
        && Objects.equals(
            set.getStatus().getCurrentRevision(), set.getStatus().getUpdateRevision());
  }

  /** The write that puts the strategy back that was recorded; empty where it is that already. */
  static Optional<Action> putBack(
      StatefulSet set, Observation seen, ServicePlan plan, Marks.Maker maker) {
    StatefulSetUpdateStrategy before =
        Snapshots.find(seen, plan, maker).map(Snapshots::updateStrategy).orElse(DEFAULT);
    return before.equals(set.getSpec().getUpdateStrategy())
        ? Optional.empty()
        : Optional.of(Changes.updateStrategy(set, before));
  }
}
