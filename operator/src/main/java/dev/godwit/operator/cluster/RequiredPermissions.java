package dev.godwit.operator.cluster;

import dev.godwit.api.v1alpha1.Check;
import dev.godwit.api.v1alpha1.Gates;
import dev.godwit.api.v1alpha1.HealthSpec;
import dev.godwit.api.v1alpha1.Migration;
import dev.godwit.api.v1alpha1.MigrationSpec;
import dev.godwit.api.v1alpha1.SchemaMigrationSpec;
import dev.godwit.api.v1alpha1.ServiceSpec;
import dev.godwit.api.v1alpha1.WorkloadKind;
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

  /** To see what volumes there are. */
  public static final Permission READ_CLAIMS = new Permission("get", "", "persistentvolumeclaims");

  /** What is looked at before a plan is made: without these nobody can say what there is. */
  static final List<Permission> TO_LOOK =
      Stream.of(
              all("apps", "deployments", "list"),
              all("apps", "statefulsets", "list"),
              all("", "services", "list"),
              all("autoscaling", "horizontalpodautoscalers", "list"),
              all("policy", "poddisruptionbudgets", "list"),
              all("networking.k8s.io", "networkpolicies", "list"),
              all("", "resourcequotas", "list"),
              all("discovery.k8s.io", "endpointslices", "list"))
          .flatMap(permissions -> permissions)
          .toList();

  private static final List<Permission> ALWAYS =
      Stream.of(
              TO_LOOK.stream(),
              all("apps", "deployments", "get", "watch", "create", "patch", "delete"),
              all("apps", "statefulsets", "get", "watch"),
              all("apps", "controllerrevisions", "get", "list", "watch", "create", "delete"),
              all("", "services", "get", "watch", "create", "patch", "delete"),
              all("", "pods", "get", "list", "watch"),
              all("discovery.k8s.io", "endpointslices", "get", "watch"),
              all("autoscaling", "horizontalpodautoscalers", "get", "create", "patch", "delete"),
              all("policy", "poddisruptionbudgets", "get", "create", "patch", "delete"),
              all("networking.k8s.io", "networkpolicies", "get", "create", "patch", "delete"),
              all("batch", "jobs", "get", "list", "watch"))
          .flatMap(permissions -> permissions)
          .toList();

  private static final List<Permission> FOR_JOBS =
      Stream.concat(all("batch", "jobs", "create", "delete"), all("", "pods/log", "get")).toList();

  private static final List<Permission> FOR_APPROVALS =
      List.of(
          new Permission("list", Migration.GROUP, "migrationapprovals"),
          new Permission("watch", Migration.GROUP, "migrationapprovals"),
          new Permission("update", Migration.GROUP, "migrationapprovals/status"));

  private static final List<Permission> OF_SCHEMAS =
      Stream.of(
              all(Migration.GROUP, "schemamigrations", "get", "list", "watch", "patch"),
              all(Migration.GROUP, "schemamigrations/status", "update"),
              all("", "configmaps", "get", "create", "delete"),
              all("", "pods", "list"),
              all("batch", "jobs", "list", "watch"),
              FOR_JOBS.stream(),
              FOR_APPROVALS.stream())
          .flatMap(permissions -> permissions)
          .toList();

  private static final List<Permission> IN_PLACE =
      Stream.concat(all("apps", "statefulsets", "patch"), all("", "pods", "patch", "delete"))
          .toList();

  private static final List<Permission> FOR_VOLUME_SNAPSHOTS =
      List.of(
          new Permission("list", VolumeSnapshots.GROUP, "volumesnapshots"),
          new Permission("watch", VolumeSnapshots.GROUP, "volumesnapshots"),
          new Permission("create", VolumeSnapshots.GROUP, "volumesnapshots"),
          new Permission("delete", VolumeSnapshots.GROUP, "volumesnapshots"));

  private static final List<Permission> FOR_SCHEMAS =
      all(Migration.GROUP, "schemamigrations", "get", "list", "watch", "patch").toList();

  private RequiredPermissions() {}

  private static Stream<Permission> all(String group, String resource, String... verbs) {
    return Stream.of(verbs).map(verb -> new Permission(verb, group, resource));
  }

  /**
   * What it must be allowed to do for a SchemaMigration.
   *
   * @param spec with what its policy says, as far as that may be read
   */
  public static List<Permission> of(SchemaMigrationSpec spec) {
    List<Permission> required = new ArrayList<>(OF_SCHEMAS);
    HealthSpec health = spec.health();
    if (health != null && health.policy() != null) {
      required.add(READ_POLICIES);
    }
    if (health != null && health.probes() != null) {
      required.add(new Permission("watch", "", "pods"));
      spec.services().stream()
          .map(service -> service.workload().kind())
          .distinct()
          .map(kind -> new Permission("get", "apps", resource(kind)))
          .forEach(required::add);
    }
    return required;
  }

  private static String resource(WorkloadKind kind) {
    return switch (kind) {
      case DEPLOYMENT -> "deployments";
      case STATEFUL_SET -> "statefulsets";
    };
  }

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
    if (spec.schemas() != null) {
      required.addAll(FOR_SCHEMAS);
    }
    Gates gates = spec.strategy().settings().gates();
    if (gates != null && gates.all().anyMatch(gate -> gate.approval() != null)) {
      required.addAll(FOR_APPROVALS);
    }
    return required;
  }
}
