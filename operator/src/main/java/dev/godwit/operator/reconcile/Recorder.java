package dev.godwit.operator.reconcile;

import dev.godwit.api.v1alpha1.Migration;
import dev.godwit.api.v1alpha1.MigrationStatus;
import dev.godwit.operator.cluster.Cluster;
import dev.godwit.operator.cluster.ConflictException;
import dev.godwit.operator.cluster.ResourceVersions;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/**
 * Writes Migrations, and remembers what it wrote: a cache that has not heard of it yet must not
 * lead to a decision from an old journal. A write that seems to have failed may have been made:
 * then the API server is asked.
 */
final class Recorder {

  private final Cluster cluster;
  private final Map<String, Migration> written = new ConcurrentHashMap<>();
  private final Set<String> uncertain = ConcurrentHashMap.newKeySet();

  Recorder(Cluster cluster) {
    this.cluster = cluster;
  }

  /** The newer one of what is seen and what was written. */
  Migration newest(Migration seen) {
    if (uncertain.contains(uid(seen))) {
      ask(seen).ifPresent(this::remember);
      uncertain.remove(uid(seen));
    }
    Migration mine = written.get(uid(seen));
    if (mine != null && ResourceVersions.isNewer(mine, seen)) {
      return mine;
    }
    written.remove(uid(seen));
    return seen;
  }

  private Optional<Migration> ask(Migration seen) {
    return cluster
        .get(Migration.class, seen.getMetadata().getNamespace(), seen.getMetadata().getName())
        .filter(present -> uid(present).equals(uid(seen)));
  }

  /**
   * Writes a status where it has changed.
   *
   * @throws ConflictException if the Migration has changed since it was seen
   */
  Migration record(Migration seen, MigrationStatus status) {
    return status.equals(seen.getStatus())
        ? seen
        : write(seen, () -> cluster.recordStatus(seen, status));
  }

  /**
   * Sets or removes the finalizer where that is needed.
   *
   * @throws ConflictException if the Migration has changed since it was seen
   */
  Migration keep(Migration seen, boolean wanted) {
    return isKept(seen) == wanted ? seen : write(seen, () -> cluster.setFinalizer(seen, wanted));
  }

  private Migration write(Migration seen, Supplier<Migration> write) {
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
  static boolean isKept(Migration migration) {
    return migration.getMetadata().getFinalizers().contains(Cluster.FINALIZER);
  }

  /** Forgets what was written of a Migration. */
  void forget(Migration migration) {
    written.remove(uid(migration));
    uncertain.remove(uid(migration));
  }

  private Migration remember(Migration latest) {
    written.put(uid(latest), latest);
    return latest;
  }

  private static String uid(Migration migration) {
    return migration.getMetadata().getUid();
  }
}
