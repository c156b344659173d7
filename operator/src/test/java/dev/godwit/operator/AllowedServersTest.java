package dev.godwit.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.godwit.operator.cluster.Network;
import dev.godwit.operator.cluster.PrometheusServer;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is made of the file that says which Prometheus servers may be asked. */
class AllowedServersTest {

  private Path file;

  @BeforeEach
  void name(@TempDir Path folder) {
    file = folder.resolve("allowed.yaml");
  }

  private List<PrometheusServer> read(String content) throws IOException, Configuration.Invalid {
    Files.writeString(file, content);
    return AllowedServers.read(Optional.of(file));
  }

  private static PrometheusServer plain(String url) {
    return new PrometheusServer(
        URI.create(url),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        List.of());
  }

  @Test
  void withoutAFileNothingIsAllowed() throws Configuration.Invalid {
    assertThat(AllowedServers.read(Optional.empty())).isEmpty();
  }

  @Test
  void aListOfNoneAllowsNothing() throws Exception {
    assertThat(read("allowed: []")).isEmpty();
  }

  @Test
  void aUrlIsEnoughAndMayHaveAPath() throws Exception {
    assertThat(
            read(
                """
                allowed:
                - url: http://prometheus.monitoring:9090
                - url: https://metrics.example/prometheus
                """))
        .containsExactly(
            plain("http://prometheus.monitoring:9090"),
            plain("https://metrics.example/prometheus"));
  }

  @Test
  void everythingThatAServerMayHaveIsRead() throws Exception {
    assertThat(
            read(
                """
                allowed:
                - url: https://one.example
                  bearerTokenFile: /etc/one/token
                - url: https://two.example
                  usernameFile: /etc/two/username
                  passwordFile: /etc/two/password
                  caFile: /etc/two/ca.crt
                  networks: [10.0.0.0/8, "fd00::/8"]
                """))
        .containsExactly(
            new PrometheusServer(
                URI.create("https://one.example"),
                Optional.of(Path.of("/etc/one/token")),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                List.of()),
            new PrometheusServer(
                URI.create("https://two.example"),
                Optional.empty(),
                Optional.of(Path.of("/etc/two/username")),
                Optional.of(Path.of("/etc/two/password")),
                Optional.of(Path.of("/etc/two/ca.crt")),
                List.of(Network.parse("10.0.0.0/8"), Network.parse("fd00::/8"))));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {}                                                       | Missing required creator property 'allowed'
          {allowed: }                                              | allowed is empty
          {allowed: [{}]}                                          | Missing required creator property 'url'
          {allowed: [null]}                                        | a server has no url
          {allowed: [{url: null}]}                                 | a server has no url
          {allowed: [{url: "http://a.test", token: secret}]}       | Unrecognized field "token"
          {allowed: [{url: "http://a.test", caFile: }], more: 1}   | Unrecognized field "more"
          {allowed: [{url: "ftp://a.test"}]}                       | 'ftp://a.test' is not an http or https URL without user and query
          {allowed: [{url: a.test}]}                               | 'a.test' is not an http or https URL
          {allowed: [{url: "http:///path"}]}                       | 'http:///path' is not an http or https URL
          {allowed: [{url: "http://u:p@a.test"}]}                  | 'http://u:p@a.test' is not an http or https URL without user
          {allowed: [{url: "http://a.test?x=y"}]}                  | 'http://a.test?x=y' is not an http or https URL without user and query
          {allowed: [{url: "http://a test"}]}                      | Illegal character in authority
          {allowed: [{url: "http://a.test", usernameFile: /u}]}    | http://a.test needs both usernameFile and passwordFile
          {allowed: [{url: "http://a.test", passwordFile: /p}]}    | http://a.test needs both usernameFile and passwordFile
          {allowed: [{url: "http://a.test", networks: [10.0.0.0]}]} | '10.0.0.0' is not a network, as 10.0.0.0/8 is one
          {allowed: [{url: "http://a.test", networks: [10.0.0.0/33]}]} | '10.0.0.0/33' has too many bits
          {allowed: [{url: "http://a.test", networks: [null]}]}    | 'null' is not a network
          null                                                     | allowed is empty
          {allowed: http://a.test}                                 | from String value
          {allowed: [                                              | expected the node content
          """)
  void whatMakesNoSenseIsRefusedWithTheNameOfTheFile(String content, String message) {
    assertThatThrownBy(() -> read(content))
        .isInstanceOf(Configuration.Invalid.class)
        .hasMessageStartingWith(file + " can't be used: ")
        .hasMessageContaining(message);
  }

  @Test
  void anEmptyFileIsRefused() {
    assertThatThrownBy(() -> read(""))
        .isInstanceOf(Configuration.Invalid.class)
        .hasMessageStartingWith(file + " can't be used: No content");
  }

  @Test
  void aFileThatIsNotThereIsNamed() {
    assertThatThrownBy(() -> AllowedServers.read(Optional.of(file)))
        .isInstanceOf(Configuration.Invalid.class)
        .hasMessageStartingWith(file + " can't be used: ");
  }
}
