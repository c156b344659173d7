package dev.godwit.operator.e2e;

import dev.godwit.api.v1alpha1.SchemaMigration;
import dev.godwit.api.v1alpha1.SchemaMigrationStatus;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.util.List;
import java.util.function.Predicate;

/** SchemaMigrations of tests, of the database orders-db. */
final class Schemas {

  private static final KubernetesSerialization API = new KubernetesSerialization();

  private Schemas() {}

  /** With this specification, in YAML. */
  static SchemaMigration of(String name, String spec) {
    return API.unmarshal(
        """
        apiVersion: godwit.dev/v1alpha1
        kind: SchemaMigration
        metadata: {name: %s}
        spec:
          database: {secretRef: {name: orders-db}}
        """
                .formatted(name)
            + spec.indent(2),
        SchemaMigration.class);
  }

  /** Makes a claim, and a volume for it. */
  static void claim(String name, Sandbox sandbox) {
    LocalVolumes.make(sandbox.namespace(), "", List.of(name));
    sandbox.create(
        API.unmarshal(
            """
            apiVersion: v1
            kind: PersistentVolumeClaim
            metadata: {name: %s}
            spec:
              accessModes: [ReadWriteOnce]
              resources: {requests: {storage: 64Mi}}
            """
                .formatted(name),
            PersistentVolumeClaim.class));
  }

  /** Waits until a condition of one that was created has a value. */
  static SchemaMigrationStatus until(SchemaMigration migration, String type, String value) {
    return until(migration, "condition " + type + "=" + value, status -> is(status, type, value));
  }

  /** Waits for a status. */
  static SchemaMigrationStatus until(
      SchemaMigration migration, String what, Predicate<SchemaMigrationStatus> wanted) {
    return Eventually.until(
            LocalCluster.CLIENT.resource(migration),
            what,
            seen -> seen != null && seen.getStatus() != null && wanted.test(seen.getStatus()))
        .getStatus();
  }

  static boolean is(SchemaMigrationStatus status, String type, String value) {
    return status.conditions() != null
        && status.conditions().stream()
            .anyMatch(
                condition ->
                    condition.getType().equals(type) && condition.getStatus().equals(value));
  }

  static String message(SchemaMigrationStatus status, String type) {
    return status.conditions().stream()
        .filter(condition -> condition.getType().equals(type))
        .map(Condition::getMessage)
        .findFirst()
        .orElse("");
  }
}
