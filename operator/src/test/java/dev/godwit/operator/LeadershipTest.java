package dev.godwit.operator;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** By which name a process leads. */
class LeadershipTest {

  private static String identity(Map<String, String> environment) throws Exception {
    return Leadership.identity(Configuration.parse(List.of(), environment));
  }

  /** The container of a pod runs once at a time: what comes after a crash is the same leader. */
  @Test
  void aContainerThatIsStartedAgainLeadsByTheSameName() throws Exception {
    Map<String, String> pod =
        Map.of("POD_NAME", "godwit-a", "POD_UID", "17", "POD_NAMESPACE", "system");

    assertThat(identity(pod)).isEqualTo("godwit-a_17").isEqualTo(identity(pod));
  }

  @Test
  void aPodOfTheSameNameIsAnother() throws Exception {
    assertThat(identity(Map.of("POD_NAME", "godwit-0", "POD_UID", "1")))
        .isNotEqualTo(identity(Map.of("POD_NAME", "godwit-0", "POD_UID", "2")));
  }

  @Test
  void outsideOfAPodEachProcessIsAnother() throws Exception {
    Map<String, String> nowhere = Map.of("POD_NAME", "godwit");

    assertThat(identity(nowhere)).isNotEqualTo(identity(nowhere));
  }
}
