package dev.godwit.operator.simulation;

import dev.godwit.api.v1alpha1.Migration;
import dev.godwit.api.v1alpha1.MigrationApproval;
import dev.godwit.operator.plan.Wanted;
import dev.godwit.operator.resource.Changes;
import dev.godwit.operator.resource.Marks;
import dev.godwit.operator.resource.Rollouts;
import dev.godwit.operator.resource.Templates;
import dev.godwit.operator.simulation.ApiServer.Write;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.apps.StatefulSetUpdateStrategy;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscaler;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/** A write as a line that people read. */
final class Telling {

  private static final int LONGEST = 240;

  private Telling() {}

  static String of(Write write) {
    if (write.object() instanceof Migration) {
      return write.after() instanceof Migration after ? migration(write, after) : "lets go of it";
    }
    String name = World.name(write.object());
    if (write.after() instanceof MigrationApproval answer && answer.getStatus() != null) {
      return "says of %s: %s: %s"
          .formatted(name, answer.getStatus().state(), shortened(answer.getStatus().message()));
    }
    if (write.before() == null) {
      return "creates " + name;
    }
    return write.after() == null
        ? "deletes " + name
        : "changes " + name + ": " + String.join(", ", changes(write.before(), write.after()));
  }

  private static String migration(Write write, Migration after) {
    boolean finalizer =
        write.before() != null
            && !write
                .before()
                .getMetadata()
                .getFinalizers()
                .equals(after.getMetadata().getFinalizers());
    if (finalizer || after.getStatus() == null) {
      return after.getMetadata().getFinalizers().isEmpty()
          ? "removes its finalizer"
          : "sets its finalizer";
    }
    return "records "
        + after.getStatus().phase()
        + " "
        + after.getStatus().step()
        + ": "
        + shortened(after.getStatus().message());
  }

  private static String shortened(String message) {
    return message.length() <= LONGEST ? message : message.substring(0, LONGEST) + "…";
  }

  private static List<String> changes(HasMetadata before, HasMetadata after) {
    List<String> changes = new ArrayList<>();
    if (!Marks.holder(before).equals(Marks.holder(after))) {
      changes.add(Marks.holder(after).isPresent() ? "claims it" : "lets go of it");
    }
    if (!Marks.wanted(before).equals(Marks.wanted(after))) {
      changes.add("wants " + Marks.wanted(after).map(Wanted::word).orElse("nothing"));
    }
    if (before instanceof Service old && after instanceof Service now) {
      if (!old.getSpec().getSelector().equals(now.getSpec().getSelector())) {
        changes.add("selector " + new TreeMap<>(now.getSpec().getSelector()));
      }
      if (Marks.selects(old).isPresent() && Marks.selects(now).isEmpty()) {
        changes.add("says no more what it selects");
      }
    }
    if (before instanceof Deployment old && after instanceof Deployment now) {
      if (Rollouts.wanted(old) != Rollouts.wanted(now)) {
        changes.add("replicas " + Rollouts.wanted(now));
      }
      if (!Templates.same(old.getSpec().getTemplate(), now.getSpec().getTemplate())) {
        changes.add("image " + Pods.image(now.getSpec().getTemplate()));
      }
    }
    if (before instanceof StatefulSet old && after instanceof StatefulSet now) {
      changes.addAll(changes(old, now));
    }
    if (after instanceof Pod && Marks.isInRotation(before) != Marks.isInRotation(after)) {
      changes.add(Marks.isInRotation(after) ? "in rotation" : "out of rotation");
    }
    if (after instanceof HorizontalPodAutoscaler now) {
      changes.add("scaleDown.selectPolicy " + Changes.scaleDownPolicy(now).orElse("as it was"));
    }
    return changes;
  }

  private static List<String> changes(StatefulSet before, StatefulSet after) {
    List<String> changes = new ArrayList<>();
    if (!Templates.same(before.getSpec().getTemplate(), after.getSpec().getTemplate())) {
      changes.add("image " + Pods.image(after.getSpec().getTemplate()));
    }
    StatefulSetUpdateStrategy strategy = after.getSpec().getUpdateStrategy();
    if (!strategy.equals(before.getSpec().getUpdateStrategy())) {
      changes.add(
          strategy.getRollingUpdate() == null
              ? strategy.getType()
              : "partition " + strategy.getRollingUpdate().getPartition());
    }
    return changes;
  }
}
