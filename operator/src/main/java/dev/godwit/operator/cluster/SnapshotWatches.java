package dev.godwit.operator.cluster;

import dev.godwit.api.v1alpha1.Migration;
import dev.godwit.operator.resource.Marks;
import dev.godwit.operator.resource.VolumeSnapshots;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import java.util.List;

/** Watches of the VolumeSnapshots of running migrations: not every cluster has the kind. */
final class SnapshotWatches implements AutoCloseable {

  private static final ResourceDefinitionContext KIND =
      new ResourceDefinitionContext.Builder()
          .withGroup(VolumeSnapshots.GROUP)
          .withVersion("v1")
          .withKind(VolumeSnapshots.KIND)
          .withPlural("volumesnapshots")
          .withNamespaced(true)
          .build();

  private final KubernetesClient client;
  private final Watches<String, GenericKubernetesResource> watches;

  SnapshotWatches(KubernetesClient client, Wakeup wakeup) {
    this.client = client;
    this.watches = new Watches<>(wakeup);
  }

  /** The VolumeSnapshots that a migration has made, as in {@link Watches#of}. */
  List<GenericKubernetesResource> snapshots(Migration watcher) {
    return watches.of(
        watcher,
        VolumeSnapshots.KIND,
        () ->
            client
                .genericKubernetesResources(KIND)
                .inNamespace(watcher.getMetadata().getNamespace())
                .withLabel(Marks.MIGRATION, watcher.getMetadata().getName())
                .runnableInformer(0));
  }

  void stop(String migrationUid) {
    watches.stop(migrationUid);
  }

  boolean isWatching() {
    return watches.isWatching();
  }

  @Override
  public void close() {
    watches.close();
  }
}
