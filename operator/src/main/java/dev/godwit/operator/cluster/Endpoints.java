package dev.godwit.operator.cluster;

import dev.godwit.operator.plan.Endpoint;
import dev.godwit.operator.resource.Marks;
import io.fabric8.kubernetes.api.model.ObjectReference;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Reads the endpoints of a Service from its EndpointSlices. */
final class Endpoints {

  private static final String MANAGED_BY = "endpointslice.kubernetes.io/managed-by";
  private static final String CONTROLLER = "endpointslice-controller.k8s.io";

  private Endpoints() {}

  /** One endpoint a pod; where a pod has addresses of both families, the IPv4 one. */
  static List<Endpoint> of(List<EndpointSlice> slices) {
    return slices.stream()
        .sorted(Comparator.comparing(EndpointSlice::getAddressType))
        .flatMap(Endpoints::of)
        .collect(
            Collectors.toMap(
                endpoint -> endpoint.pod().isEmpty() ? endpoint.address() : endpoint.pod(),
                endpoint -> endpoint,
                (ipv4, ipv6) -> ipv4))
        .values()
        .stream()
        .sorted(Comparator.comparing(Endpoint::address))
        .toList();
  }

  /**
   * Whether the EndpointSlices of a Service carry the label {@link Marks#SELECTS} as it does, and
   * it has one: those that Kubernetes makes from its selector. There may be others, of a service
   * mesh.
   */
  static boolean follow(Service service, List<EndpointSlice> slices) {
    Optional<String> selects = Marks.selects(service);
    List<EndpointSlice> made =
        slices.stream()
            .filter(slice -> CONTROLLER.equals(slice.getMetadata().getLabels().get(MANAGED_BY)))
            .toList();
    return selects.isPresent()
        && !made.isEmpty()
        && made.stream().allMatch(slice -> Marks.selects(slice).equals(selects));
  }

  private static Stream<Endpoint> of(EndpointSlice slice) {
    return Stream.ofNullable(slice.getEndpoints())
        .flatMap(Collection::stream)
        .flatMap(
            endpoint ->
                endpoint.getAddresses().stream()
                    .map(
                        address ->
                            new Endpoint(pod(endpoint.getTargetRef()), address, ready(endpoint))));
  }

  private static String pod(ObjectReference target) {
    return Optional.ofNullable(target)
        .filter(reference -> "Pod".equals(reference.getKind()))
        .map(ObjectReference::getName)
        .orElse("");
  }

  /** The API says: an unknown condition is to be taken for ready. */
  private static boolean ready(io.fabric8.kubernetes.api.model.discovery.v1.Endpoint endpoint) {
    return endpoint.getConditions() == null
        || !Boolean.FALSE.equals(endpoint.getConditions().getReady());
  }
}
