package dev.godwit.operator.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.godwit.operator.plan.Endpoint;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSliceBuilder;
import java.util.List;
import org.junit.jupiter.api.Test;

class EndpointsTest {

  private static EndpointSlice slice(String type, String pod, String address, Boolean ready) {
    return new EndpointSliceBuilder()
        .withNewMetadata()
        .withName(pod + type)
        .endMetadata()
        .withAddressType(type)
        .addNewEndpoint()
        .withAddresses(address)
        .withNewConditions()
        .withReady(ready)
        .endConditions()
        .withNewTargetRef()
        .withKind("Pod")
        .withName(pod)
        .endTargetRef()
        .endEndpoint()
        .build();
  }

  @Test
  void allSlicesCount() {
    assertThat(
            Endpoints.of(
                List.of(
                    slice("IPv4", "b", "10.0.0.2", false), slice("IPv4", "a", "10.0.0.1", true))))
        .containsExactly(new Endpoint("a", "10.0.0.1", true), new Endpoint("b", "10.0.0.2", false));
  }

  @Test
  void unknownReadinessMeansReady() {
    assertThat(Endpoints.of(List.of(slice("IPv4", "a", "10.0.0.1", null))))
        .containsExactly(new Endpoint("a", "10.0.0.1", true));
  }

  @Test
  void podWithTwoAddressesIsOneEndpoint() {
    assertThat(
            Endpoints.of(
                List.of(slice("IPv6", "a", "fd00::1", true), slice("IPv4", "a", "10.0.0.1", true))))
        .containsExactly(new Endpoint("a", "10.0.0.1", true));
  }

  @Test
  void sliceWithoutEndpointsHasNone() {
    assertThat(Endpoints.of(List.of(new EndpointSliceBuilder().withAddressType("IPv4").build())))
        .isEmpty();
  }
}
