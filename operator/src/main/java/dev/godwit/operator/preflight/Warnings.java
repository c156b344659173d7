package dev.godwit.operator.preflight;

import dev.godwit.operator.resource.Rollouts;
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
    String name = "Deployment " + subject.workload();
    PodSpec pods = subject.blue().getSpec().getTemplate().getSpec();
    if (pods.getContainers().stream()
        .allMatch(container -> container.getReadinessProbe() == null)) {
      warnings.add(name + " has no readiness probe: its pods count as ready when they have begun");
    }
    if (Rollouts.wanted(subject.blue()) == 1) {
      warnings.add(name + " has one replica: every disturbance of its pod is an outage");
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
                + " and is not among those that are switched: it stays with blue");
      }
    }
    subject.facts().autoscalers().stream()
        .filter(autoscaler -> Twins.scales(autoscaler, subject.blue()))
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
}
