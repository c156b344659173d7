package dev.godwit.operator.resource;

import dev.godwit.operator.plan.ServicePlan;
import dev.godwit.operator.resource.Marks.Maker;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** CSI snapshots of claims ({@code snapshot.storage.k8s.io/v1} VolumeSnapshot). */
public final class VolumeSnapshots {

  /** API group of the kind, which not every cluster has. */
  public static final String GROUP = "snapshot.storage.k8s.io";

  /** Group and version. */
  public static final String API_VERSION = GROUP + "/v1";

  /** The kind. */
  public static final String KIND = "VolumeSnapshot";

  private static final int HASH_LENGTH = 8;

  private VolumeSnapshots() {}

  /** Name of the snapshot of a claim: the same every time, and of no other migration. */
  public static String name(String claim, Maker maker) {
    return Names.suffixed(
        claim, "-" + Names.hash(maker.uid() + "/" + claim, HASH_LENGTH), Names.OBJECT_LENGTH);
  }

  /**
   * A snapshot of a claim.
   *
   * @param className the VolumeSnapshotClass; empty for the cluster's default
   */
  public static GenericKubernetesResource of(
      String claim, Optional<String> className, ServicePlan plan, Maker maker) {
    GenericKubernetesResource snapshot = new GenericKubernetesResource();
    snapshot.setApiVersion(API_VERSION);
    snapshot.setKind(KIND);
    snapshot.setMetadata(Marks.metadata(name(claim, maker), plan, maker));
    Map<String, Object> spec = new LinkedHashMap<>();
    className.ifPresent(name -> spec.put("volumeSnapshotClassName", name));
    spec.put("source", Map.of("persistentVolumeClaimName", claim));
    snapshot.setAdditionalProperty("spec", spec);
    return snapshot;
  }

  /** Whether the data is saved: the driver has said so. */
  public static boolean isReady(GenericKubernetesResource snapshot) {
    return Boolean.TRUE.equals(snapshot.get("status", "readyToUse"));
  }

  /** What the driver says went wrong, if anything; it may try again by itself. */
  public static Optional<String> error(GenericKubernetesResource snapshot) {
    return Optional.ofNullable(snapshot.<String>get("status", "error", "message"));
  }

  /** Names of the claims that a StatefulSet makes for the pod of an ordinal. */
  public static List<String> claims(Workload.OfStatefulSet set, int ordinal) {
    return set.object().getSpec().getVolumeClaimTemplates().stream()
        .map(
            template ->
                template.getMetadata().getName()
                    + "-"
                    + set.object().getMetadata().getName()
                    + "-"
                    + ordinal)
        .toList();
  }
}
