package dev.godwit.operator.plan;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscaler;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What is seen of one service of a migration.
 *
 * @param blue the Deployment that runs at the start, where the workload is one
 * @param statefulSet the StatefulSet that runs at the start, where the workload is one
 * @param green the Deployment that the migration brings
 * @param traffic the Services that are switched, by name; one that is missing has no entry
 * @param preview green's own Service
 * @param rotation the Service that shows which pods are known to be in rotation, where the workload
 *     is upgraded in place; only with {@link Need#ROTATION}
 * @param endpoints the endpoints of all those Services, by Service; of those that the operator has
 *     made once they have EndpointSlices, which may be empty
 * @param followed names of the Services whose selector the operator has set for an upgrade in
 *     place, and whose EndpointSlices were made from that selector or a later one
 * @param greenPods green's pods, those that are ending too
 * @param autoscaler blue's HorizontalPodAutoscaler, where the plan names one; only with {@link
 *     Need#AUTOSCALER}
 * @param newTemplate blue's pod template with the new version applied, labels unchanged; only with
 *     {@link Need#NEW_TEMPLATE}
 * @param originals the objects that get a twin, as KIND/NAME; only with {@link Need#TWINS}
 * @param twins the twins that exist, as KIND/NAME; only with {@link Need#TWINS}
 * @param members the pods of a workload that is upgraded in place, and those of the others behind
 *     its shared Service; or with {@link Need#ORIGINAL_PODS} blue's pods. Those that are ending too
 * @param peers the other workloads behind the shared Service that exist, as KIND/NAME; only with
 *     {@link Need#PEERS}
 * @param digests the digests of the images that the workload runs, by container, as far as they are
 *     known; only with {@link Need#DIGESTS}
 */
public record ServiceView(
    Optional<Deployment> blue,
    Optional<StatefulSet> statefulSet,
    Optional<Deployment> green,
    Map<String, Service> traffic,
    Optional<Service> preview,
    Optional<Service> rotation,
    Map<String, List<Endpoint>> endpoints,
    Set<String> followed,
    List<Pod> greenPods,
    Optional<HorizontalPodAutoscaler> autoscaler,
    Optional<PodTemplateSpec> newTemplate,
    Map<String, HasMetadata> originals,
    Map<String, HasMetadata> twins,
    List<Pod> members,
    Map<String, HasMetadata> peers,
    Map<String, String> digests) {

  /** A service that is watched, and not migrated: its workload and its pods, and nothing else. */
  public static ServiceView watched(
      Optional<Deployment> deployment, Optional<StatefulSet> statefulSet, List<Pod> pods) {
    return new ServiceView(
        deployment,
        statefulSet,
        Optional.empty(),
        Map.of(),
        Optional.empty(),
        Optional.empty(),
        Map.of(),
        Set.of(),
        List.of(),
        Optional.empty(),
        Optional.empty(),
        Map.of(),
        Map.of(),
        pods,
        Map.of(),
        Map.of());
  }

  /** The endpoints of a Service; empty where it has none or is missing. */
  public List<Endpoint> endpointsOf(String service) {
    return endpoints.getOrDefault(service, List.of());
  }
}
