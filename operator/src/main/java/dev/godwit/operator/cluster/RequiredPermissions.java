package dev.godwit.operator.cluster;

import dev.godwit.api.v1alpha1.Check;
import dev.godwit.api.v1alpha1.Gates;
import dev.godwit.api.v1alpha1.Migration;
import dev.godwit.api.v1alpha1.MigrationSpec;
import dev.godwit.api.v1alpha1.ServiceSpec;
import dev.godwit.operator.resource.VolumeSnapshots;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/** What the operator must be allowed to do for a migration, from its specification. */
public final class RequiredPermissions {

  /** To read what healthy means, where a Migration names a policy. */
  public static final Permission READ_POLICIES =
      new Permission("get", Migration.GROUP, "healthpolicies");

  private static final List<Permission> ALWAYS =
      List.of(
          new Permission("list", "", "pods"),
          new Permission("watch", "", "pods"),
          new Permission("create", "apps", "deployments"),
          new Permission("patch", "apps", "deployments"),
          new Permission("create", "apps", "controllerrevisions"),
          new Permission("delete", "apps", "controllerrevisions"),
          new Permission("delete", "apps", "deployments"),
          new Permission("create", "", "services"),
          new Permission("patch", "", "services"),
          new Permission("delete", "", "services"),
          new Permission("get", "autoscaling", "horizontalpodautoscalers"),
          new Permission("create", "autoscaling", "horizontalpodautoscalers"),
          new Permission("patch", "autoscaling", "horizontalpodautoscalers"),
          new Permission("delete", "autoscaling", "horizontalpodautoscalers"),
          new Permission("create", "policy", "poddisruptionbudgets"),
          new Permission("delete", "policy", "poddisruptionbudgets"),
          new Permission("create", "networking.k8s.io", "networkpolicies"),
          new Permission("delete", "networking.k8s.io", "networkpolicies"));

  private static final List<Permission> FOR_JOBS =
      List.of(
          new Permission("create", "batch", "jobs"),
          new Permission("delete", "batch", "jobs"),
          new Permission("get", "", "pods/log"));

  private static final List<Permission> IN_PLACE =
      List.of(
          new Permission("patch", "apps", "statefulsets"),
          new Permission("patch", "", "pods"),
          new Permission("delete", "", "pods"));

  private static final List<Permission> FOR_VOLUME_SNAPSHOTS =
      List.of(
          new Permission("list", VolumeSnapshots.GROUP, "volumesnapshots"),
          new Permission("watch", VolumeSnapshots.GROUP, "volumesnapshots"),
          new Permission("create", VolumeSnapshots.GROUP, "volumesnapshots"),
          new Permission("delete", VolumeSnapshots.GROUP, "volumesnapshots"));

  private static final List<Permission> FOR_APPROVALS =
      List.of(
          new Permission("list", Migration.GROUP, "migrationapprovals"),
          new Permission("watch", Migration.GROUP, "migrationapprovals"),
          new Permission("update", Migration.GROUP, "migrationapprovals/status"));

  private RequiredPermissions() {}

  static List<Permission> of(MigrationSpec spec) {
    List<Permission> required = new ArrayList<>(ALWAYS);
    boolean anyJob =
        Stream.of(spec.strategy().settings().smokeTests(), spec.strategy().settings().tests())
            .filter(Objects::nonNull)
            .flatMap(List<Check>::stream)
            .anyMatch(check -> check.job() != null || check.sql() != null);
    boolean anyBackup = spec.services().stream().anyMatch(service -> service.backup() != null);
    boolean isCompared = spec.strategy().settings().performance() != null;
    if (anyJob || anyBackup || isCompared) {
      required.addAll(FOR_JOBS);
    }
    if (spec.services().stream().anyMatch(ServiceSpec::isInPlace)) {
      required.addAll(IN_PLACE);
    }
    if (spec.health() != null && spec.health().policy() != null) {
      required.add(READ_POLICIES);
    }
    boolean anyVolume =
        spec.services().stream()
            .anyMatch(one -> one.backup() != null && one.backup().volumeSnapshot() != null);
    if (anyVolume) {
      required.addAll(FOR_VOLUME_SNAPSHOTS);
    }
    Gates gates = spec.strategy().settings().gates();
    if (gates != null && gates.all().anyMatch(gate -> gate.approval() != null)) {
      required.addAll(FOR_APPROVALS);
    }
    return required;
  }
}
