package dev.godwit.operator.cluster;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * Watches that running migrations ask for, each of what a question names. Every change wakes the
 * migration, at once or soon. One migration must not ask in two threads at a time.
 *
 * @param <Q> what tells one watch of a migration from another
 * @param <T> what is watched
 */
final class Watches<Q, T extends HasMetadata> implements AutoCloseable {

  private static final Duration FIRST_LIST = Duration.ofSeconds(15);

  private final Wakeup wakeup;
  private final Map<Key<Q>, SharedIndexInformer<T>> watches = new ConcurrentHashMap<>();

  /** What was asked since {@link #stopUnasked}. */
  private final Set<Key<Q>> asked = ConcurrentHashMap.newKeySet();

  private record Key<Q>(String migrationUid, Q question) {}

  Watches(Wakeup wakeup) {
    this.wakeup = wakeup;
  }

  /**
   * What is watched; the first question starts a watch, and waits until all is known.
   *
   * @param starting makes a watch that is not started yet
   * @throws IllegalStateException if the API server does not answer in time
   */
  List<T> of(HasMetadata watcher, Q question, Supplier<SharedIndexInformer<T>> starting) {
    Key<Q> key = new Key<>(watcher.getMetadata().getUid(), question);
    SharedIndexInformer<T> watch = watches.get(key);
    if (watch == null) {
      watch = started(watcher, question, starting.get());
      watches.put(key, watch);
    }
    asked.add(key);
    return List.copyOf(watch.getStore().list());
  }

  private SharedIndexInformer<T> started(
      HasMetadata watcher, Q question, SharedIndexInformer<T> watch) {
    String namespace = watcher.getMetadata().getNamespace();
    watch
        .exceptionHandler((started, failure) -> true)
        .addEventHandler(waking(namespace, watcher.getMetadata().getName()));
    try {
      watch.start().toCompletableFuture().get(FIRST_LIST.toMillis(), TimeUnit.MILLISECONDS);
      return watch;
    } catch (InterruptedException e) {
      watch.close();
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while listing " + question, e);
    } catch (ExecutionException | TimeoutException e) {
      watch.close();
      throw new IllegalStateException(
          question + " could not be listed in namespace " + namespace, e);
    }
  }

  private ResourceEventHandler<T> waking(String namespace, String migration) {
    return new ResourceEventHandler<>() {
      @Override
      public void onAdd(T object) {
        wakeup.wake(namespace, migration);
      }

      @Override
      public void onUpdate(T before, T after) {
        wakeup.wake(namespace, migration, Urgency.isUrgent(before, after));
      }

      @Override
      public void onDelete(T object, boolean stateUnknown) {
        wakeup.wake(namespace, migration);
      }
    };
  }

  /** Ends those watches of a migration that nothing was asked of since this was last called. */
  void stopUnasked(String migrationUid) {
    stop(migrationUid, key -> !asked.remove(key));
  }

  /** Ends the watches of a migration; no-op where it has none. */
  void stop(String migrationUid) {
    stop(migrationUid, key -> true);
    asked.removeIf(key -> key.migrationUid().equals(migrationUid));
  }

  private void stop(String migrationUid, Predicate<Key<Q>> which) {
    for (Key<Q> key : List.copyOf(watches.keySet())) {
      if (key.migrationUid().equals(migrationUid) && which.test(key)) {
        SharedIndexInformer<T> watch = watches.remove(key);
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
