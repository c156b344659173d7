package dev.godwit.operator.resource;

import static org.assertj.core.api.Assertions.assertThat;

import dev.godwit.api.v1alpha1.MigrationSpec;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import org.junit.jupiter.api.Test;

class SpecHashTest {

  private static final KubernetesSerialization JSON = new KubernetesSerialization();

  private static String hash(String patch, String rest) {
    return SpecHash.of(
        JSON.unmarshal(
            "{\"to\":\"2\",\"services\":[{\"name\":\"a\",\"workload\":{\"kind\":\"Deployment\","
                + "\"name\":\"a\"},\"patch\":"
                + patch
                + "}],\"strategy\":{\"blueGreen\":{}}"
                + rest
                + "}",
            MigrationSpec.class));
  }

  @Test
  void controlsDoNotCount() {
    assertThat(hash("{}", ",\"paused\":true,\"abort\":true")).isEqualTo(hash("{}", ""));
  }

  @Test
  void orderOfFieldsDoesNotCount() {
    assertThat(hash("{\"x\":{\"a\":1,\"b\":2}}", ""))
        .isEqualTo(hash("{\"x\":{\"b\":2,\"a\":1}}", ""));
  }

  @Test
  void everythingElseCounts() {
    assertThat(hash("{\"x\":1}", "")).isNotEqualTo(hash("{\"x\":2}", ""));
    assertThat(hash("{}", ",\"from\":\"1\"")).isNotEqualTo(hash("{}", ""));
  }
}
