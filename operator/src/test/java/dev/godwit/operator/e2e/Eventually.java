package dev.godwit.operator.e2e;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.KubernetesResourceList;
import io.fabric8.kubernetes.client.KubernetesClientTimeoutException;
import io.fabric8.kubernetes.client.dsl.FilterWatchListDeletable;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import java.util.function.Supplier;

/** Waits by watching, never by sleeping, and says what was seen last when it gives up. */
final class Eventually {

  /** Far longer than anything takes: a limit for what hangs, not a claim about speed. */
  static final Duration PATIENCE = Duration.ofMinutes(4);

  private static final Duration POLL = Duration.ofMillis(100);

  private Eventually() {}

  /** Waits until the object is as wanted; the predicate is shown null when there is none. */
  static <T extends HasMetadata> T until(Resource<T> resource, String what, Predicate<T> wanted) {
    return until(resource, what, PATIENCE, wanted);
  }

  /** The same with a limit of its own. */
  static <T extends HasMetadata> T until(
      Resource<T> resource, String what, Duration limit, Predicate<T> wanted) {
    AtomicReference<T> last = new AtomicReference<>();
    try {
      return resource.waitUntilCondition(
          seen -> {
            last.set(seen);
            return wanted.test(seen);
          },
          limit.toMillis(),
          TimeUnit.MILLISECONDS);
    } catch (KubernetesClientTimeoutException e) {
      throw gaveUp(what, limit, withoutManagers(last.get()), e);
    }
  }

  /** Watches for a while, and fails as soon as the object is as it must not be. */
  static <T extends HasMetadata> void never(
      Resource<T> resource, String what, Duration span, Predicate<T> unwanted) {
    try {
      T seen = resource.waitUntilCondition(unwanted, span.toMillis(), TimeUnit.MILLISECONDS);
      throw new AssertionError(what + ":\n" + Serialization.asYaml(seen));
    } catch (KubernetesClientTimeoutException e) {
      // As it should be.
      return;
    }
  }

  /** Waits, by asking again and again, for what can't be watched. */
  static void holds(String what, BooleanSupplier condition) {
    holds(what, condition, () -> null);
  }

  /** The same; what is asked for at the end is said when it gives up. */
  static void holds(String what, BooleanSupplier condition, Supplier<Object> last) {
    Instant end = Instant.now().plus(PATIENCE);
    while (!condition.getAsBoolean()) {
      if (Instant.now().isAfter(end)) {
        throw gaveUp(what, PATIENCE, last.get(), null);
      }
      LockSupport.parkNanos(POLL.toNanos());
    }
  }

  /** Waits until the object is gone. */
  static <T extends HasMetadata> void gone(Resource<T> resource, String what) {
    until(resource, what + " to be gone", object -> object == null);
  }

  /** Waits until the objects of a list are as wanted. */
  static <T extends HasMetadata, L extends KubernetesResourceList<T>> List<T> all(
      FilterWatchListDeletable<T, L, ?> resources, String what, Predicate<List<T>> wanted) {
    AtomicReference<List<T>> last = new AtomicReference<>();
    CompletableFuture<List<T>> done =
        resources.informOnCondition(
            seen -> {
              last.set(seen);
              return wanted.test(seen);
            });
    return get(done, what, last);
  }

  /** Waits for what somebody else completes. */
  static <T> T get(CompletableFuture<T> done, String what, AtomicReference<?> last) {
    try {
      return done.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      throw gaveUp(what, PATIENCE, last.get(), e);
    } catch (ExecutionException e) {
      throw new AssertionError("could not wait for " + what, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted while waiting for " + what, e);
    } finally {
      done.cancel(true);
    }
  }

  /** Who manages which field is half of what is printed, and helps nobody. */
  private static <T extends HasMetadata> T withoutManagers(T seen) {
    if (seen != null) {
      seen.getMetadata().setManagedFields(null);
    }
    return seen;
  }

  private static AssertionError gaveUp(String what, Duration limit, Object last, Exception cause) {
    return new AssertionError(
        "gave up after "
            + limit.toSeconds()
            + " s waiting for "
            + what
            + "; seen last:\n"
            + Serialization.asYaml(last),
        cause);
  }
}
