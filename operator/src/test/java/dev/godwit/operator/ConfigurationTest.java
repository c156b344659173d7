package dev.godwit.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.godwit.operator.plan.RunnerImage;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConfigurationTest {

  @Test
  void nothingGivesTheDefaults() throws Configuration.Invalid {
    Configuration configuration = Configuration.parse(List.of(), Map.of());

    assertThat(configuration.namespaces()).isEmpty();
    assertThat(configuration.concurrency()).isEqualTo(4);
    assertThat(configuration.httpPort()).isEqualTo(8080);
    assertThat(configuration.leaderElection()).isFalse();
    assertThat(configuration.logFormat()).isEqualTo(Configuration.LogFormat.TEXT);
  }

  @Test
  void environmentIsRead() throws Configuration.Invalid {
    Configuration configuration =
        Configuration.parse(
            List.of(),
            Map.of(
                "GODWIT_NAMESPACES", "shop, billing",
                "GODWIT_LEADER_ELECTION", "true",
                "GODWIT_LEASE_NAME", "godwit-1",
                "GODWIT_LOG_FORMAT", "json",
                "POD_NAMESPACE", "system"));

    assertThat(configuration.namespaces()).isEqualTo(Set.of("shop", "billing"));
    assertThat(configuration.leaderElection()).isTrue();
    assertThat(configuration.leaseName()).isEqualTo("godwit-1");
    assertThat(configuration.podNamespace()).contains("system");
  }

  @Test
  void leaderIsElectedInAPodUnlessItIsSwitchedOff() throws Configuration.Invalid {
    Map<String, String> pod = Map.of("POD_NAMESPACE", "system");

    assertThat(Configuration.parse(List.of(), pod).leaderElection()).isTrue();
    assertThat(Configuration.parse(List.of("--leader-election=false"), pod).leaderElection())
        .isFalse();
  }

  @Test
  void flagsWinOverTheEnvironmentInBothForms() throws Configuration.Invalid {
    Configuration configuration =
        Configuration.parse(
            List.of("--concurrency", "7", "--http-port=0"), Map.of("GODWIT_CONCURRENCY", "9"));

    assertThat(configuration.concurrency()).isEqualTo(7);
    assertThat(configuration.httpPort()).isZero();
  }

  @Test
  void theRunnersImageIsReadWithItsPolicy() throws Configuration.Invalid {
    Map<String, String> both =
        Map.of(
            "GODWIT_RUNNER_IMAGE", "registry.example/runner:1",
            "GODWIT_RUNNER_IMAGE_PULL_POLICY", "Never");

    assertThat(Configuration.parse(List.of(), Map.of()).runnerImage()).isEmpty();
    assertThat(Configuration.parse(List.of(), both).runnerImage())
        .contains(new RunnerImage("registry.example/runner:1", Optional.of("Never")));
    assertThat(Configuration.parse(List.of("--runner-image=a:1"), Map.of()).runnerImage())
        .contains(new RunnerImage("a:1", Optional.empty()));
  }

  @Test
  void emptyVariableMeansTheDefault() throws Configuration.Invalid {
    assertThat(Configuration.parse(List.of(), Map.of("GODWIT_NAMESPACES", "")).namespaces())
        .isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "--concurrency=0,--concurrency is '0'",
    "--concurrency=many,--concurrency is 'many'",
    "--http-port=65536,--http-port is '65536'",
    "--log-format=xml,--log-format is 'xml'",
    "--leader-election=yes,--leader-election is 'yes'",
    "--runner-image-pull-policy=Sometimes,--runner-image-pull-policy is 'Sometimes'",
    "--runner-image=a b,--runner-image is 'a b'",
    "--namespaces=Shop,--namespaces is 'Shop'",
    "--verbose,unknown argument --verbose",
    "run,unknown argument run",
    "--concurrency,--concurrency needs a value",
    "--leader-election=true,needs POD_NAMESPACE"
  })
  void mistakesAreNamed(String argument, String message) {
    assertThatThrownBy(() -> Configuration.parse(List.of(argument), Map.of()))
        .isInstanceOf(Configuration.Invalid.class)
        .hasMessageContaining(message);
  }

  @Test
  void mistakeInTheEnvironmentNamesTheVariable() {
    assertThatThrownBy(() -> Configuration.parse(List.of(), Map.of("GODWIT_CONCURRENCY", "x")))
        .hasMessageContaining("GODWIT_CONCURRENCY is 'x'");
  }
}
