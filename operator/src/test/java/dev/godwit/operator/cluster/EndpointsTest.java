package dev.godwit.operator.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.godwit.operator.plan.Endpoint;
import dev.godwit.operator.resource.Marks;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSliceBuilder;
import java.util.List;
import java.util.Map;
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

  private static Service service(String selects) {
    return new ServiceBuilder()
        .withNewMetadata()
        .addToLabels(selects == null ? Map.of() : Map.of(Marks.SELECTS, selects))
        .endMetadata()
        .build();
  }

  private static EndpointSlice madeBy(String controller, String selects) {
    return new EndpointSliceBuilder(slice("IPv4", "a", "10.0.0.1", true))
        .editMetadata()
        .addToLabels("endpointslice.kubernetes.io/managed-by", controller)
        .addToLabels(selects == null ? Map.of() : Map.of(Marks.SELECTS, selects))
        .endMetadata()
        .build();
  }

  private static EndpointSlice made(String selects) {
    return madeBy("endpointslice-controller.k8s.io", selects);
  }

  @Test
  void slicesFollowWhenAllThatAreMadeFromTheSelectorSayTheSame() {
    assertThat(Endpoints.follow(service("in-1"), List.of(made("in-1"), made("in-1")))).isTrue();
    assertThat(Endpoints.follow(service("in-1"), List.of(made("in-1"), made(null)))).isFalse();
    assertThat(Endpoints.follow(service("all-2"), List.of(made("in-1")))).isFalse();
  }

  @Test
  void slicesThatSomethingElseMakesNeedNotSayAnything() {
    EndpointSlice mesh = madeBy("mesh.example", null);

    assertThat(Endpoints.follow(service("in-1"), List.of(mesh, made("in-1")))).isTrue();
    assertThat(Endpoints.follow(service("in-1"), List.of(mesh))).isFalse();
  }

  @Test
  void nothingFollowsAServiceThatSaysNothing() {
    assertThat(Endpoints.follow(service(null), List.of(made(null)))).isFalse();
  }

  @Test
  void sliceWithoutEndpointsHasNone() {
    assertThat(Endpoints.of(List.of(new EndpointSliceBuilder().withAddressType("IPv4").build())))
        .isEmpty();
  }
}
