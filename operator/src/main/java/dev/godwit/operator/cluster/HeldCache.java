package dev.godwit.operator.cluster;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * The objects of one kind that are held by migrations: informers on a label, and over them what the
 * operator itself has written and the informer has not heard of yet, so that an observation that
 * follows a write is never older than the write.
 *
 * <p>Every change of such an object wakes its migration, at once or soon.
 */
final class HeldCache<T extends HasMetadata> implements ResourceEventHandler<T>, AutoCloseable {

  /** An own write that no event has confirmed by then was overtaken: the server is asked again. */
  private static final Duration UNCONFIRMED = Duration.ofSeconds(10);

  private final String label;
  private final List<SharedIndexInformer<T>> informers;
  private final Wakeup wakeup;
  private final InstantSource clock;
  private final Map<String, Written<T>> written = new HashMap<>();

  /** An own write; {@code after} is empty where the object was deleted. */
  private record Written<T extends HasMetadata>(T before, Optional<T> after, Instant at) {

    /** Whether what the informer says now is from after the write. */
    boolean isIn(T heard) {
      String uid = before.getMetadata().getUid();
      if (uid != null && !uid.equals(heard.getMetadata().getUid())) {
        return true;
      }
      return after.isPresent() && !ResourceVersions.isNewer(after.get(), heard);
    }
  }

  /**
   * A cache that is not started yet.
   *
   * @param label whose value is the name of the migration
   * @param informers one a namespace, or one for all, of the objects with the label; not started
   */
  HeldCache(
      String label, List<SharedIndexInformer<T>> informers, Wakeup wakeup, InstantSource clock) {
    this.label = label;
    this.informers = List.copyOf(informers);
    this.wakeup = wakeup;
    this.clock = clock;
    for (SharedIndexInformer<T> informer : informers) {
      informer.exceptionHandler((started, failure) -> true);
      informer.addEventHandler(this);
    }
  }

  void start() {
    informers.forEach(SharedIndexInformer::start);
  }

  boolean hasSynced() {
    return informers.stream().allMatch(SharedIndexInformer::hasSynced);
  }

  boolean isWatching() {
    return informers.stream().allMatch(SharedIndexInformer::isWatching);
  }

  @Override
  public void close() {
    informers.forEach(SharedIndexInformer::close);
  }

  /** The object, where it is held; empty where it isn't, which doesn't mean that it isn't there. */
  synchronized Optional<T> get(String namespace, String name) {
    String key = key(namespace, name);
    Written<T> mine = valid(key);
    return mine == null ? heard(key) : mine.after().filter(this::isHeld);
  }

  /** The held objects of a namespace for which something holds. */
  synchronized List<T> list(String namespace, Predicate<T> condition) {
    Map<String, T> objects = new LinkedHashMap<>();
    for (SharedIndexInformer<T> informer : informers) {
      for (T object : informer.getStore().list()) {
        objects.put(key(object), object);
      }
    }
    for (String key : List.copyOf(written.keySet())) {
      Written<T> mine = valid(key);
      if (mine != null) {
        mine.after()
            .filter(this::isHeld)
            .ifPresentOrElse(object -> objects.put(key, object), () -> objects.remove(key));
      }
    }
    return objects.values().stream()
        .filter(object -> namespace.equals(object.getMetadata().getNamespace()))
        .filter(condition)
        .toList();
  }

  /** Takes note of an own creation or change. */
  synchronized void wrote(T after) {
    note(new Written<>(after, Optional.of(after), clock.instant()));
  }

  /** Takes note of an own deletion: the object is no longer answered for from the cache. */
  synchronized void deleted(T seen) {
    note(new Written<>(seen, Optional.empty(), clock.instant()));
  }

  private void note(Written<T> mine) {
    String key = key(mine.before());
    boolean overtaken = heard(key).filter(mine::isIn).isPresent();
    if (overtaken) {
      written.remove(key);
    } else {
      written.put(key, mine);
    }
  }

  private Written<T> valid(String key) {
    Written<T> mine = written.get(key);
    if (mine != null && mine.at().plus(UNCONFIRMED).isBefore(clock.instant())) {
      written.remove(key);
      return null;
    }
    return mine;
  }

  private Optional<T> heard(String key) {
    return informers.stream()
        .map(informer -> informer.getStore().getByKey(key))
        .filter(object -> object != null)
        .findFirst();
  }

  @Override
  public void onAdd(T object) {
    settle(object, false);
    wake(object, true);
  }

  @Override
  public void onUpdate(T before, T after) {
    settle(after, false);
    wake(after, Urgency.isUrgent(before, after));
    if (!migration(before).equals(migration(after))) {
      wake(before, true);
    }
  }

  @Override
  public void onDelete(T object, boolean stateUnknown) {
    settle(object, true);
    wake(object, true);
  }

  private synchronized void settle(T heard, boolean gone) {
    written.computeIfPresent(
        key(heard),
        (key, mine) -> {
          boolean ended = gone && (mine.after().isEmpty() || mine.isIn(heard));
          return ended || mine.isIn(heard) ? null : mine;
        });
  }

  private void wake(T object, boolean urgent) {
    migration(object)
        .ifPresent(name -> wakeup.wake(object.getMetadata().getNamespace(), name, urgent));
  }

  private boolean isHeld(HasMetadata object) {
    return migration(object).isPresent();
  }

  private Optional<String> migration(HasMetadata object) {
    return Optional.ofNullable(object.getMetadata().getLabels()).map(labels -> labels.get(label));
  }

  private static String key(HasMetadata object) {
    return key(object.getMetadata().getNamespace(), object.getMetadata().getName());
  }

  private static String key(String namespace, String name) {
    return namespace + "/" + name;
  }
}
