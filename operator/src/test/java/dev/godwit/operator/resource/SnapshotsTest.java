package dev.godwit.operator.resource;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.apps.ControllerRevision;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SnapshotsTest {

  private static final String DIGEST =
      "registry.example/orders@sha256:" + "0123456789abcdef".repeat(4);

  private final Deployment blue = Shop.blue();

  private ControllerRevision snapshot(Map<String, String> digests) {
    return Snapshots.of(Shop.plan(), Shop.MAKER, Workload.of(blue), digests);
  }

  @Test
  void theWholeSpecificationIsRecordedAndImagesByDigest() {
    ControllerRevision snapshot = snapshot(Map.of("main", DIGEST));

    Golden.assertMatches("snapshot.yaml", List.of(snapshot));
    assertThat(Serialization.asYaml(snapshot)).contains("main: \"" + DIGEST + "\"");
  }

  @Test
  void digestsThatAreNotKnownAreLeftOut() {
    assertThat(Serialization.asYaml(snapshot(Map.of()))).doesNotContain("digests", "sha256");
  }

  @Test
  void theTemplateComesBackAsItWasAlsoFromTheApiServer() {
    ControllerRevision made = snapshot(Map.of("main", DIGEST));
    ControllerRevision read =
        Serialization.unmarshal(Serialization.asYaml(made), ControllerRevision.class);

    assertThat(Snapshots.template(made)).isEqualTo(Shop.blue().getSpec().getTemplate());
    assertThat(Snapshots.template(read)).isEqualTo(Shop.blue().getSpec().getTemplate());
  }
}
