package dev.godwit.operator.metric;

import dev.godwit.api.v1alpha1.ServiceSpec;
import dev.godwit.api.v1alpha1.WorkloadKind;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The pods that are measured.
 *
 * @param workload name of what they belong to
 * @param pods regular expression of their names
 */
public record Side(String workload, String pods) {

  /** The letters and digits of which Kubernetes makes the names of pods. */
  private static final String RANDOM = "[bcdfghjklmnpqrstvwxz2456789]+";

  /** All pods of a workload. */
  public static Side of(ServiceSpec.Workload workload) {
    return workload.kind() == WorkloadKind.STATEFUL_SET
        ? ofStatefulSet(workload.name())
        : ofDeployment(workload.name());
  }

  /** All pods of a Deployment, whatever its revision. */
  public static Side ofDeployment(String name) {
    return new Side(name, escaped(name) + "-" + RANDOM + "-" + RANDOM);
  }

  /** All pods of a StatefulSet. */
  public static Side ofStatefulSet(String name) {
    return new Side(name, escaped(name) + "-[0-9]+");
  }

  /** Some pods of a workload, by their names. */
  public static Side of(String workload, List<String> pods) {
    return new Side(
        workload, pods.stream().map(Side::escaped).sorted().collect(Collectors.joining("|")));
  }

  /** Without a backslash, which would mean something in PromQL's strings, too. */
  private static String escaped(String name) {
    return name.replace(".", "[.]");
  }
}
