package dev.godwit.operator.cluster;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.List;

/**
 * Watches of the pods of running migrations, one a selector: pods carry no label of the operator's,
 * and watching all pods of a cluster would take gigabytes in a large one.
 */
final class PodWatches implements AutoCloseable {

  private final KubernetesClient client;
  private final Watches<LabelSelector, Pod> watches;

  PodWatches(KubernetesClient client, Wakeup wakeup) {
    this.client = client;
    this.watches = new Watches<>(wakeup);
  }

  /** The pods that match, as in {@link Watches#of}. */
  List<Pod> pods(HasMetadata watcher, LabelSelector selector) {
    return watches.of(
        watcher,
        selector,
        () ->
            client
                .pods()
                .inNamespace(watcher.getMetadata().getNamespace())
                .withLabelSelector(selector)
                .runnableInformer(0));
  }

  void stopUnasked(String migrationUid) {
    watches.stopUnasked(migrationUid);
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
