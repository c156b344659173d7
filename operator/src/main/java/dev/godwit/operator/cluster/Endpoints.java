package dev.godwit.operator.cluster;

import dev.godwit.operator.plan.Endpoint;
import io.fabric8.kubernetes.api.model.ObjectReference;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Reads the endpoints of a Service from its EndpointSlices. */
final class Endpoints {

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
