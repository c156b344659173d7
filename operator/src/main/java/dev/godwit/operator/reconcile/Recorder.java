package dev.godwit.operator.reconcile;

import dev.godwit.api.v1alpha1.Migration;
import dev.godwit.api.v1alpha1.MigrationStatus;
import dev.godwit.operator.cluster.Cluster;
import dev.godwit.operator.cluster.ResourceVersions;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Writes Migrations, and remembers what it wrote: a cache that has not heard of it yet must not
 * lead to a decision from an old journal.
 */
final class Recorder {

  private final Cluster cluster;
  private final Map<String, Migration> written = new ConcurrentHashMap<>();

  Recorder(Cluster cluster) {
    this.cluster = cluster;
  }

  /** The newer one of what is seen and what was written. */
  Migration newest(Migration seen) {
    Migration mine = written.get(uid(seen));
    if (mine != null && ResourceVersions.isNewer(mine, seen)) {
      return mine;
    }
    written.remove(uid(seen));
    return seen;
  }

  /**
   * Writes a status where it has changed.
   *
   * @throws dev.godwit.operator.cluster.ConflictException if the Migration has changed since it was
   *     seen
   */
  Migration record(Migration seen, MigrationStatus status) {
    return status.equals(seen.getStatus()) ? seen : remember(cluster.recordStatus(seen, status));
  }

  /**
   * Sets or removes the finalizer where that is needed.
   *
   * @throws dev.godwit.operator.cluster.ConflictException if the Migration has changed since it was
   *     seen
   */
  Migration keep(Migration seen, boolean wanted) {
    return isKept(seen) == wanted ? seen : remember(cluster.setFinalizer(seen, wanted));
  }

  /** Whether a Migration has the finalizer. */
  static boolean isKept(Migration migration) {
    return migration.getMetadata().getFinalizers().contains(Cluster.FINALIZER);
  }

  /** Forgets what was written of a Migration. */
  void forget(Migration migration) {
    written.remove(uid(migration));
  }

  private Migration remember(Migration latest) {
    written.put(uid(latest), latest);
    return latest;
  }

  private static String uid(Migration migration) {
    return migration.getMetadata().getUid();
  }
}
