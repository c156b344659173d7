package dev.godwit.operator.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.godwit.api.v1alpha1.MigrationStatus;
import dev.godwit.api.v1alpha1.StepState;
import io.fabric8.kubernetes.api.model.APIResource;
import io.fabric8.kubernetes.api.model.APIResourceList;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Snapshots of a member's claims. The cluster has neither the snapshot controller nor a driver that
 * could make one: the test brings their API, and is the driver.
 */
@EndToEnd
class VolumeSnapshotIT {

  private static final String API = "snapshot.storage.k8s.io/v1";
  private static final String STORAGE_CLASS = "e2e-csi";
  private static final String DRIVER = "csi.e2e.example";

  private static final String CLUSTER_OBJECTS =
      """
      apiVersion: storage.k8s.io/v1
      kind: StorageClass
      metadata: {name: e2e-csi}
      provisioner: csi.e2e.example
      ---
      apiVersion: apiextensions.k8s.io/v1
      kind: CustomResourceDefinition
      metadata:
        name: volumesnapshots.snapshot.storage.k8s.io
        annotations: {api-approved.kubernetes.io: unapproved, experimental-only}
      spec:
        group: snapshot.storage.k8s.io
        scope: Namespaced
        names: {kind: VolumeSnapshot, listKind: VolumeSnapshotList, plural: volumesnapshots, singular: volumesnapshot}
        versions:
        - name: v1
          served: true
          storage: true
          subresources: {status: {}}
          schema: {openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true}}
      ---
      apiVersion: apiextensions.k8s.io/v1
      kind: CustomResourceDefinition
      metadata:
        name: volumesnapshotclasses.snapshot.storage.k8s.io
        annotations: {api-approved.kubernetes.io: unapproved, experimental-only}
      spec:
        group: snapshot.storage.k8s.io
        scope: Cluster
        names: {kind: VolumeSnapshotClass, listKind: VolumeSnapshotClassList, plural: volumesnapshotclasses, singular: volumesnapshotclass}
        versions:
        - name: v1
          served: true
          storage: true
          schema: {openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true}}
      """
          .replace("unapproved, experimental-only", "\"unapproved, experimental-only\"");

  private static final String SNAPSHOT_CLASS =
      """
      apiVersion: snapshot.storage.k8s.io/v1
      kind: VolumeSnapshotClass
      metadata:
        name: e2e-csi
        annotations: {snapshot.storage.kubernetes.io/is-default-class: "true"}
      driver: csi.e2e.example
      deletionPolicy: Delete
      """;

  @RegisterExtension final Sandbox sandbox = new Sandbox();

  @BeforeAll
  static void theClusterKnowsSnapshots() {
    apply(CLUSTER_OBJECTS);
    for (String plural : List.of("volumesnapshots", "volumesnapshotclasses")) {
      Eventually.until(
          LocalCluster.CLIENT
              .apiextensions()
              .v1()
              .customResourceDefinitions()
              .withName(plural + ".snapshot.storage.k8s.io"),
          plural + " to be served",
          crd ->
              crd != null
                  && crd.getStatus() != null
                  && crd.getStatus().getConditions() != null
                  && crd.getStatus().getConditions().stream()
                      .anyMatch(
                          one ->
                              one.getType().equals("Established")
                                  && one.getStatus().equals("True")));
    }
    // What is established is not yet what clients find when they ask which kinds there are.
    Eventually.holds(
        "the API of snapshots to be told",
        () -> {
          APIResourceList told = LocalCluster.CLIENT.getApiResources("snapshot.storage.k8s.io/v1");
          return told != null
              && told.getResources().stream()
                  .map(APIResource::getKind)
                  .toList()
                  .containsAll(List.of("VolumeSnapshot", "VolumeSnapshotClass"));
        });
    apply(SNAPSHOT_CLASS);
  }

  @AfterAll
  static void asBefore() {
    objects(CLUSTER_OBJECTS).forEach(one -> LocalCluster.CLIENT.resource(one).delete());
  }

  private static List<HasMetadata> objects(String manifests) {
    return LocalCluster.CLIENT
        .load(new ByteArrayInputStream(manifests.getBytes(StandardCharsets.UTF_8)))
        .items();
  }

  private static void apply(String manifests) {
    objects(manifests)
        .forEach(
            one ->
                LocalCluster.CLIENT
                    .resource(one)
                    .fieldManager("e2e")
                    .forceConflicts()
                    .serverSideApply());
  }

  @Test
  void theClaimsOfAMemberAreSavedBeforeItIsUpgraded() {
    Store store = Store.deployedOn(STORAGE_CLASS, sandbox.namespace());
    sandbox.closing(driver());

    MigrationStatus status = store.start(VolumeSnapshotIT::withSnapshots).succeeds();

    for (String member : Store.members()) {
      String ordinal = member.substring(member.lastIndexOf('-') + 1);
      assertThat(Run.step(status, "store/backup-" + ordinal).preImage().made())
          .singleElement()
          .asString()
          .startsWith("VolumeSnapshot/data-" + member);
      assertThat(Run.step(status, "store/upgrade-" + ordinal).startedAt())
          .isAfterOrEqualTo(Run.step(status, "store/backup-" + ordinal).finishedAt());
    }
    assertThat(snapshots()).as("made for the time of the migration").isEmpty();
  }

  @Test
  void aBackupThatIsMissingWhenTheWayBackBeginsStopsItAndNothingIsDestroyed() {
    Store store = Store.deployedOn(STORAGE_CLASS, sandbox.namespace());
    sandbox.closing(driver());
    Run run = store.start(yaml -> withSnapshots(yaml).replace("monitor: 5s", "monitor: 1h"));
    run.reaches("store/monitor", StepState.RUNNING);
    String uid = store.pod("store-0").getMetadata().getUid();

    snapshots().stream()
        .filter(one -> one.getMetadata().getName().startsWith("data-store-0"))
        .forEach(one -> LocalCluster.CLIENT.resource(one).delete());
    run.abort();
    MigrationStatus status = run.reports("Stalled", "True");

    assertThat(Run.step(status, "store/in-0").state()).isEqualTo(StepState.UNDO_FAILED);
    assertThat(status.message())
        .contains("VolumeSnapshot data-store-0", "is gone", "store-0 stays on the new version");
    assertThat(store.pod("store-0").getMetadata().getUid()).isEqualTo(uid);
    assertThat(store.pod("store-0").getMetadata().getLabels())
        .as("it goes on serving")
        .containsEntry("godwit.dev/rotation", "in");
    run.deleted();
    assertThat(
            LocalCluster.CLIENT
                .services()
                .inNamespace(sandbox.namespace())
                .withName(Store.NAME)
                .get()
                .getSpec()
                .getSelector())
        .as("left as it is, but for what nobody keeps up any more")
        .isEqualTo(Map.of("app", "store"));
  }

  @Test
  void aClassOfAnotherDriverIsRefusedBeforeAnythingIsTouched() {
    Store store = Store.deployedOn(STORAGE_CLASS, sandbox.namespace());

    MigrationStatus status =
        store
            .start(
                yaml ->
                    withSnapshots(yaml)
                        .replace("volumeSnapshot: {}", "volumeSnapshot: {className: another}"))
            .isRefused();

    assertThat(status.message())
        .contains("spec.services[0].backup.volumeSnapshot")
        .contains("VolumeSnapshotClass another does not exist");
  }

  /** Snapshots of the claims in the place of both Jobs. */
  private static String withSnapshots(String yaml) {
    return yaml.replaceAll(
        "(?s)    backup:.*?  health:", "    backup: {timeout: 2m, volumeSnapshot: {}}\n  health:");
  }

  private List<GenericKubernetesResource> snapshots() {
    return LocalCluster.CLIENT
        .genericKubernetesResources(API, "VolumeSnapshot")
        .inNamespace(sandbox.namespace())
        .list()
        .getItems();
  }

  /** A CSI driver that has saved everything as soon as it is asked to. */
  private SharedIndexInformer<GenericKubernetesResource> driver() {
    return LocalCluster.CLIENT
        .genericKubernetesResources(API, "VolumeSnapshot")
        .inNamespace(sandbox.namespace())
        .inform(
            new ResourceEventHandler<GenericKubernetesResource>() {
              @Override
              public void onAdd(GenericKubernetesResource snapshot) {
                save(snapshot);
              }

              @Override
              public void onUpdate(
                  GenericKubernetesResource before, GenericKubernetesResource after) {
                save(after);
              }

              @Override
              public void onDelete(GenericKubernetesResource snapshot, boolean unknown) {
                // Nothing was saved.
              }
            });
  }

  private static void save(GenericKubernetesResource snapshot) {
    if (snapshot.get("status", "readyToUse") != null) {
      return;
    }
    try {
      LocalCluster.CLIENT
          .resource(snapshot)
          .editStatus(
              one -> {
                one.setAdditionalProperty(
                    "status", Map.of("readyToUse", true, "boundVolumeSnapshotContentName", DRIVER));
                return one;
              });
    } catch (KubernetesClientException e) {
      // Removed meanwhile.
      if (e.getCode() != 404 && e.getCode() != 409) {
        throw e;
      }
    }
  }
}
