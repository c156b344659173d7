package dev.godwit.operator.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.Status;
import io.fabric8.kubernetes.api.model.WatchEvent;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import org.junit.jupiter.api.Test;

class KnownKindsTest {

  private static Object object(String apiVersion, String kind) {
    return KnownKinds.serialization()
        .unmarshal(
            """
            {"type": "MODIFIED", "object": {"apiVersion": "%s", "kind": "%s"}}
            """
                .formatted(apiVersion, kind),
            WatchEvent.class)
        .getObject();
  }

  /** By its type the client knows that it has to list again. */
  @Test
  void thatAWatchFailedIsUnderstood() {
    assertThat(object("v1", "Status")).isInstanceOf(Status.class);
  }

  @Test
  void whatIsWatchedComesAsItsOwnType() {
    assertThat(object("discovery.k8s.io/v1", "EndpointSlice")).isInstanceOf(EndpointSlice.class);
  }

  /** Its classes, and those of hundreds of others, would be resident. */
  @Test
  void whatNobodyWatchesIsNoTypeOfItsOwn() {
    assertThat(object("networking.k8s.io/v1", "Ingress"))
        .isExactlyInstanceOf(GenericKubernetesResource.class);
  }
}
