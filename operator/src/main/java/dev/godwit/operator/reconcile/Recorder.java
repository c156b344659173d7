package dev.godwit.operator.reconcile;

import dev.godwit.operator.cluster.Cluster;
import dev.godwit.operator.cluster.ConflictException;
import dev.godwit.operator.cluster.ResourceVersions;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.CustomResource;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/**
 * Writes Migrations of one kind, and remembers what it wrote: a cache that has not heard of it yet
 * must not lead to a decision from an old journal. A write that seems to have failed may have been
 * made: then the API server is asked.
 *
 * @param <S> the kind's status
 * @param <R> the kind
 */
final class Recorder<S, R extends CustomResource<?, S>> {

  private final Class<R> kind;
  private final Cluster cluster;
  private final Map<String, R> written = new ConcurrentHashMap<>();
  private final Set<String> uncertain = ConcurrentHashMap.newKeySet();

  Recorder(Class<R> kind, Cluster cluster) {
    this.kind = kind;
    this.cluster = cluster;
  }

  /** The newer one of what is seen and what was written. */
  R newest(R seen) {
    if (uncertain.contains(uid(seen))) {
      ask(seen).ifPresent(this::remember);
      uncertain.remove(uid(seen));
    }
    R mine = written.get(uid(seen));
    if (mine != null && ResourceVersions.isNewer(mine, seen)) {
      return mine;
    }
    written.remove(uid(seen));
    return seen;
  }

  private Optional<R> ask(R seen) {
    return cluster
        .get(kind, seen.getMetadata().getNamespace(), seen.getMetadata().getName())
        .filter(present -> uid(present).equals(uid(seen)));
  }

  /**
   * Writes a status where it has changed.
   *
   * @throws ConflictException if the Migration has changed since it was seen
   */
  R record(R seen, S status) {
    return status.equals(seen.getStatus())
        ? seen
        : write(seen, () -> cluster.recordStatus(seen, status));
  }

  /**
   * Sets or removes the finalizer where that is needed.
   *
   * @throws ConflictException if the Migration has changed since it was seen
   */
  R keep(R seen, boolean wanted) {
    return isKept(seen) == wanted ? seen : write(seen, () -> cluster.setFinalizer(seen, wanted));
  }

  private R write(R seen, Supplier<R> write) {
    try {
      return remember(write.get());
    } catch (ConflictException e) {
      throw e;
    } catch (RuntimeException e) {
      uncertain.add(uid(seen));
      throw e;
    }
  }

  /** Whether a Migration has the finalizer. */
  static boolean isKept(HasMetadata migration) {
    return migration.getMetadata().getFinalizers().contains(Cluster.FINALIZER);
  }

  /** Forgets what was written of a Migration. */
  void forget(R migration) {
    written.remove(uid(migration));
    uncertain.remove(uid(migration));
  }

  private R remember(R latest) {
    written.put(uid(latest), latest);
    return latest;
  }

  private static String uid(HasMetadata migration) {
    return migration.getMetadata().getUid();
  }
}
