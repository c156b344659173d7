package dev.godwit.operator.cluster;

import dev.godwit.operator.preflight.PreflightFacts.VolumeFacts;
import dev.godwit.operator.resource.VolumeSnapshots;
import dev.godwit.operator.resource.Workload;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.storage.StorageClass;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Reads what a cluster has for snapshots of claims. */
final class VolumeFactsReader {

  private static final Permission LIST_CLASSES =
      new Permission("list", VolumeSnapshots.GROUP, "volumesnapshotclasses");
  private static final Permission READ_STORAGE_CLASSES =
      new Permission("get", "storage.k8s.io", "storageclasses");
  private static final String IS_DEFAULT = "snapshot.storage.kubernetes.io/is-default-class";

  private final Cluster cluster;
  private final String namespace;

  VolumeFactsReader(Cluster cluster, String namespace) {
    this.cluster = cluster;
    this.namespace = namespace;
  }

  /** Names of the claims of all pods of a StatefulSet; none of a Deployment. */
  static Stream<String> claims(Workload workload) {
    return switch (workload) {
      case Workload.OfDeployment one -> Stream.empty();
      case Workload.OfStatefulSet set -> {
        int first =
            Optional.ofNullable(set.object().getSpec().getOrdinals())
                .map(ordinals -> ordinals.getStart())
                .orElse(0);
        yield IntStream.range(first, first + set.wanted())
            .boxed()
            .flatMap(ordinal -> VolumeSnapshots.claims(set, ordinal).stream());
      }
    };
  }

  VolumeFacts read(List<String> claims) {
    if (!cluster.hasVolumeSnapshots()) {
      return new VolumeFacts(false, false, Map.of(), Set.of(), Map.of());
    }
    boolean mayList =
        cluster.may(LIST_CLASSES, namespace) && cluster.may(READ_STORAGE_CLASSES, namespace);
    if (!mayList) {
      return new VolumeFacts(true, false, Map.of(), Set.of(), Map.of());
    }
    Map<String, String> classes = new HashMap<>();
    Set<String> defaults = new HashSet<>();
    for (GenericKubernetesResource one : cluster.volumeSnapshotClasses()) {
      String name = one.getMetadata().getName();
      classes.put(name, one.get("driver"));
      Map<String, String> annotations = one.getMetadata().getAnnotations();
      if (annotations != null && "true".equals(annotations.get(IS_DEFAULT))) {
        defaults.add(name);
      }
    }
    return new VolumeFacts(true, true, classes, defaults, drivers(claims));
  }

  private Map<String, String> drivers(List<String> claims) {
    Map<String, String> drivers = new HashMap<>();
    for (String claim : claims) {
      cluster
          .get(PersistentVolumeClaim.class, namespace, claim)
          .map(one -> one.getSpec().getStorageClassName())
          .flatMap(name -> cluster.get(StorageClass.class, "", name))
          .map(StorageClass::getProvisioner)
          .ifPresent(driver -> drivers.put(claim, driver));
    }
    return drivers;
  }
}
