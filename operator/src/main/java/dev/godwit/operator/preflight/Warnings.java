package dev.godwit.operator.preflight;

import dev.godwit.api.v1alpha1.MigrationSpec;
import dev.godwit.api.v1alpha1.Performance;
import dev.godwit.api.v1alpha1.Retire;
import dev.godwit.api.v1alpha1.Rolling;
import dev.godwit.operator.resource.Twins;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Service;
import java.util.ArrayList;
import java.util.List;

/** What stops nothing, but what a user should know before it surprises. */
final class Warnings {

  private static final long SHORT_GRACE_SECONDS = 10;

  private Warnings() {}

  static List<String> of(Subject subject) {
    List<String> warnings = new ArrayList<>();
    String name = subject.title();
    PodSpec pods = subject.original().template().getSpec();
    if (pods.getContainers().stream()
        .allMatch(container -> container.getReadinessProbe() == null)) {
      warnings.add(name + " has no readiness probe: its pods count as ready when they have begun");
    }
    if (subject.original().wanted() == 1) {
      warnings.add(name + " has one replica: every disturbance of its pod is an outage");
    }
    if (isComparedWithoutProvider(subject)) {
      warnings.add(
          name
              + " is compared by response time and throughput only: without health.prometheus nobody"
              + " says what cpu and memory are");
    }
    Long grace = pods.getTerminationGracePeriodSeconds();
    if (grace != null && grace < SHORT_GRACE_SECONDS) {
      warnings.add(name + " gives its pods " + grace + " s to end: open requests may be cut off");
    }
    for (Service service : subject.selecting()) {
      if (!subject.traffic().contains(service)) {
        warnings.add(
            "Service "
                + service.getMetadata().getName()
                + " selects the pods of "
                + name
                + " and is not among those that are switched: it "
                + (subject.isInPlace()
                    ? "leads to members that are out of rotation, too"
                    : "stays with blue"));
      }
    }
    if (!subject.isInPlace() && retiresEarly(subject)) {
      warnings.add(
          name
              + " is retired after its own turn: to take it back after that its old version has to"
              + " be rolled out again, which takes as long as a rollout");
    }
    subject.facts().autoscalers().stream()
        .filter(autoscaler -> Twins.scales(autoscaler, subject.original()))
        .filter(autoscaler -> !autoscaler.getMetadata().getOwnerReferences().isEmpty())
        .forEach(
            autoscaler ->
                warnings.add(
                    "HorizontalPodAutoscaler "
                        + autoscaler.getMetadata().getName()
                        + " is managed by a "
                        + autoscaler.getMetadata().getOwnerReferences().getFirst().getKind()
                        + ", which may change what the migration sets on it"));
    return warnings;
  }

  private static boolean isComparedWithoutProvider(Subject subject) {
    MigrationSpec spec = subject.migrationSpec();
    Performance asked = spec.strategy().settings().performance();
    boolean isCompared =
        asked != null
            && !subject.isInPlace()
            && (asked.services() == null || asked.services().contains(subject.spec().name()));
    return isCompared && (spec.health() == null || spec.health().prometheus() == null);
  }

  private static boolean retiresEarly(Subject subject) {
    Rolling rolling = subject.migrationSpec().strategy().rolling();
    return rolling != null && rolling.retire() == Retire.AFTER_EACH;
  }
}
