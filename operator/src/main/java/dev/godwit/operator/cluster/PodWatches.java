package dev.godwit.operator.cluster;

import dev.godwit.api.v1alpha1.Migration;
import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Watches of the pods of running migrations, one a selector: pods carry no label of the operator's,
 * and watching all pods of a cluster would take gigabytes in a large one.
 */
final class PodWatches implements AutoCloseable {

  private static final Duration FIRST_LIST = Duration.ofSeconds(15);

  private final KubernetesClient client;
  private final Wakeup wakeup;
  private final Map<Key, SharedIndexInformer<Pod>> watches = new ConcurrentHashMap<>();

  private record Key(String migrationUid, LabelSelector selector) {}

  PodWatches(KubernetesClient client, Wakeup wakeup) {
    this.client = client;
    this.wakeup = wakeup;
  }

  /**
   * The pods that match; the first question starts a watch, and waits until all are known.
   *
   * @throws IllegalStateException if the API server does not answer in time
   */
  List<Pod> pods(Migration watcher, LabelSelector selector) {
    Key key = new Key(watcher.getMetadata().getUid(), selector);
    SharedIndexInformer<Pod> watch = watches.get(key);
    if (watch == null) {
      watch = started(watcher, selector);
      watches.put(key, watch);
    }
    return List.copyOf(watch.getStore().list());
  }

  private SharedIndexInformer<Pod> started(Migration watcher, LabelSelector selector) {
    String namespace = watcher.getMetadata().getNamespace();
    SharedIndexInformer<Pod> watch =
        client
            .pods()
            .inNamespace(namespace)
            .withLabelSelector(selector)
            .runnableInformer(0)
            .exceptionHandler((started, failure) -> true)
            .addEventHandler(waking(namespace, watcher.getMetadata().getName()));
    try {
      watch.start().toCompletableFuture().get(FIRST_LIST.toMillis(), TimeUnit.MILLISECONDS);
      return watch;
    } catch (InterruptedException e) {
      watch.close();
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while listing pods", e);
    } catch (ExecutionException | TimeoutException e) {
      watch.close();
      throw new IllegalStateException("the pods of " + namespace + " could not be listed", e);
    }
  }

  private ResourceEventHandler<Pod> waking(String namespace, String migration) {
    return new ResourceEventHandler<>() {
      @Override
      public void onAdd(Pod pod) {
        wakeup.wake(namespace, migration);
      }

      @Override
      public void onUpdate(Pod before, Pod after) {
        wakeup.wake(namespace, migration);
      }

      @Override
      public void onDelete(Pod pod, boolean stateUnknown) {
        wakeup.wake(namespace, migration);
      }
    };
  }

  /** Ends the watches of a migration; no-op where it has none. */
  void stop(String migrationUid) {
    for (Key key : List.copyOf(watches.keySet())) {
      if (key.migrationUid().equals(migrationUid)) {
        SharedIndexInformer<Pod> watch = watches.remove(key);
        if (watch != null) {
          watch.close();
        }
      }
    }
  }

  boolean isWatching() {
    return watches.values().stream().allMatch(SharedIndexInformer::isWatching);
  }

  @Override
  public void close() {
    watches.keySet().forEach(key -> stop(key.migrationUid()));
  }
}
