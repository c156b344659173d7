package dev.godwit.operator.cluster;

import dev.godwit.api.v1alpha1.MigrationApproval;
import dev.godwit.api.v1alpha1.MigrationKind;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * All MigrationApprovals, which are few. Every change wakes the migration that is named in one.
 * What the operator itself has written of one is not forgotten until the watch has heard of it.
 */
final class ApprovalCache implements ResourceEventHandler<MigrationApproval>, AutoCloseable {

  private final List<SharedIndexInformer<MigrationApproval>> informers;
  private final Map<MigrationKind, Wakeup> wakeups;
  private final Map<String, MigrationApproval> written = new ConcurrentHashMap<>();

  /**
   * A cache that is not started yet.
   *
   * @param namespaces none means all
   * @param wakeups of each kind
   */
  ApprovalCache(
      KubernetesClient client, Set<String> namespaces, Map<MigrationKind, Wakeup> wakeups) {
    this.wakeups = Map.copyOf(wakeups);
    this.informers =
        namespaces.isEmpty()
            ? List.of(
                client.resources(MigrationApproval.class).inAnyNamespace().runnableInformer(0))
            : namespaces.stream()
                .map(
                    namespace ->
                        client
                            .resources(MigrationApproval.class)
                            .inNamespace(namespace)
                            .runnableInformer(0))
                .toList();
    for (SharedIndexInformer<MigrationApproval> informer : informers) {
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

  /** Those that name this migration, in the order of their names; empty while not known. */
  Optional<List<MigrationApproval>> of(HasMetadata migration) {
    return hasSynced() ? Optional.of(known(migration)) : Optional.empty();
  }

  private List<MigrationApproval> known(HasMetadata migration) {
    return informers.stream()
        .flatMap(informer -> informer.getStore().list().stream())
        .filter(one -> isOf(migration, one))
        .map(this::newest)
        .sorted(Comparator.comparing(one -> one.getMetadata().getName()))
        .toList();
  }

  private static boolean isOf(HasMetadata migration, MigrationApproval approval) {
    return approval.getMetadata().getNamespace().equals(migration.getMetadata().getNamespace())
        && approval.getSpec().kind().kind().equals(migration.getKind())
        && approval.getSpec().migration().equals(migration.getMetadata().getName());
  }

  private MigrationApproval newest(MigrationApproval heard) {
    MigrationApproval mine = written.get(heard.getMetadata().getUid());
    if (mine != null && ResourceVersions.isNewer(mine, heard)) {
      return mine;
    }
    written.remove(heard.getMetadata().getUid());
    return heard;
  }

  /** Takes note of an own write. */
  void wrote(MigrationApproval after) {
    written.put(after.getMetadata().getUid(), after);
  }

  @Override
  public void onAdd(MigrationApproval approval) {
    wake(approval);
  }

  @Override
  public void onUpdate(MigrationApproval before, MigrationApproval after) {
    wake(after);
  }

  @Override
  public void onDelete(MigrationApproval approval, boolean stateUnknown) {
    written.remove(approval.getMetadata().getUid());
    wake(approval);
  }

  private void wake(MigrationApproval approval) {
    wakeups
        .get(approval.getSpec().kind())
        .wake(approval.getMetadata().getNamespace(), approval.getSpec().migration());
  }

  @Override
  public void close() {
    informers.forEach(SharedIndexInformer::close);
  }
}
