package dev.godwit.operator.reconcile;

import dev.godwit.operator.cluster.Cluster;
import dev.godwit.operator.cluster.Permission;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Namespace;
import java.util.Optional;

/** Whether a namespace is on its way out. */
final class Namespaces {

  private static final Permission READ = new Permission("get", "", "namespaces");

  private final Cluster cluster;

  Namespaces(Cluster cluster) {
    this.cluster = cluster;
  }

  /** In a namespace that ends, everything goes: there is nothing to be taken back to. */
  boolean isEnding(HasMetadata inside) {
    String namespace = inside.getMetadata().getNamespace();
    Optional<Namespace> seen =
        cluster.may(READ, namespace)
            ? cluster.get(Namespace.class, "", namespace)
            : Optional.empty();
    return seen.map(Namespace::getMetadata)
        .map(metadata -> metadata.getDeletionTimestamp() != null)
        .orElse(false);
  }
}
