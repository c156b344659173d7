package dev.godwit.operator.e2e;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.dsl.PodResource;
import io.fabric8.kubernetes.client.readiness.Readiness;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.Set;

/**
 * The bucket {@code backups} of an S3 server in a test's namespace. The server takes nothing from
 * those who don't sign with its key.
 */
final class Bucket {

  /** The Secret with what a client must know of it. */
  static final String SECRET = "orders-bucket";

  private static final String SERVER =
      """
      apiVersion: v1
      kind: Secret
      metadata: {name: orders-bucket}
      stringData:
        rclone.conf: |
          [s3]
          type = s3
          provider = Other
          endpoint = http://bucket:9000
          access_key_id = orders
          secret_access_key = only-for-tests
      ---
      apiVersion: v1
      kind: Service
      metadata: {name: bucket}
      spec:
        selector: {app: bucket}
        ports:
        - {port: 9000}
      ---
      apiVersion: v1
      kind: Pod
      metadata: {name: bucket, labels: {app: bucket}}
      spec:
        automountServiceAccountToken: false
        securityContext: {runAsNonRoot: true, seccompProfile: {type: RuntimeDefault}}
        containers:
        - name: server
          image: localhost/rclone:local
          imagePullPolicy: IfNotPresent
          args: [serve, s3, "--addr=:9000", "--auth-key=orders,only-for-tests", /buckets]
          readinessProbe:
            tcpSocket: {port: 9000}
            periodSeconds: 1
          resources: {requests: {cpu: 10m}}
          securityContext:
            allowPrivilegeEscalation: false
            readOnlyRootFilesystem: true
            capabilities: {drop: [ALL]}
          volumeMounts:
          - {name: backups, mountPath: /buckets/backups}
        volumes:
        - name: backups
          emptyDir: {}
      """;

  private static final Set<String> ENDS = Set.of("Succeeded", "Failed");

  private final Sandbox sandbox;

  private Bucket(Sandbox sandbox) {
    this.sandbox = sandbox;
  }

  /** Deploys the server, and waits until it takes connections. */
  static Bucket in(Sandbox sandbox) {
    Bucket bucket = new Bucket(sandbox);
    bucket.create(SERVER);
    Eventually.until(bucket.pod("bucket"), "the bucket to be ready", Readiness::isPodReady);
    return bucket;
  }

  /** Restores an object of this many bytes into a database of {@link PostgreSql}. */
  void restores(String object, long bytes, String database) {
    create(restoring(object, bytes, database));
    Pod done =
        Eventually.until(
            pod("restoring"),
            "the restore to end",
            pod -> pod != null && ENDS.contains(pod.getStatus().getPhase()));
    if (!done.getStatus().getPhase().equals("Succeeded")) {
      throw new AssertionError(
          "the restore failed: "
              + LocalCluster.kubectl(
                  "logs", "--namespace=" + sandbox.namespace(), "restoring", "--all-containers"));
    }
  }

  /** What a person does who restores a dump: fetches it, and lets pg_restore read it. */
  private static String restoring(String object, long bytes, String database) {
    return """
      apiVersion: v1
      kind: Pod
      metadata: {name: restoring}
      spec:
        restartPolicy: Never
        automountServiceAccountToken: false
        securityContext:
          runAsNonRoot: true
          runAsUser: 65532
          seccompProfile: {type: RuntimeDefault}
        initContainers:
        - name: fetch
          image: localhost/rclone:local
          imagePullPolicy: IfNotPresent
          args: [--config=/bucket/rclone.conf, copyto, "s3:backups/%s", /fetched/dump]
          securityContext: &confined
            allowPrivilegeEscalation: false
            readOnlyRootFilesystem: true
            capabilities: {drop: [ALL]}
          volumeMounts:
          - {name: fetched, mountPath: /fetched}
          - {name: bucket, mountPath: /bucket}
        containers:
        - name: restore
          image: localhost/database:local
          imagePullPolicy: IfNotPresent
          command: [sh, -ec]
          args:
          - |
            size=$(wc -c </fetched/dump)
            if [ "$size" -ne %d ]; then echo "the dump has $size bytes"; exit 1; fi
            /usr/lib/postgresql/15/bin/pg_restore --exit-on-error --no-owner --host=orders-db \
              --username=orders --dbname=%s /fetched/dump
          env:
          - name: PGPASSWORD
            valueFrom: {secretKeyRef: {name: orders-db, key: password}}
          securityContext: *confined
          volumeMounts:
          - {name: fetched, mountPath: /fetched}
        volumes:
        - name: fetched
          emptyDir: {}
        - name: bucket
          secret: {secretName: orders-bucket}
      """
        .formatted(object, bytes, database);
  }

  private PodResource pod(String name) {
    return LocalCluster.CLIENT.pods().inNamespace(sandbox.namespace()).withName(name);
  }

  private void create(String manifests) {
    for (HasMetadata object :
        LocalCluster.CLIENT
            .load(new ByteArrayInputStream(manifests.getBytes(StandardCharsets.UTF_8)))
            .items()) {
      sandbox.create(object);
    }
  }
}
