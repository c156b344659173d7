package dev.godwit.operator;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.godwit.operator.Configuration.Invalid;
import dev.godwit.operator.cluster.Network;
import dev.godwit.operator.cluster.PrometheusServer;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads the file that says which Prometheus servers may be asked. */
final class AllowedServers {

  private static final YAMLMapper YAML =
      YAMLMapper.builder().enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES).build();

  private AllowedServers() {}

  /** The file as it is written. */
  private record Content(@JsonProperty(required = true) List<Server> allowed) {}

  private record Server(
      @JsonProperty(required = true) String url,
      String bearerTokenFile,
      String usernameFile,
      String passwordFile,
      String caFile,
      List<String> networks) {}

  /**
   * What a file allows; nothing where there is none.
   *
   * @throws Invalid if it can't be read or says something that makes no sense
   */
  static List<PrometheusServer> read(Optional<Path> file) throws Invalid {
    if (file.isEmpty()) {
      return List.of();
    }
    try {
      Content content = YAML.readValue(Files.readString(file.get()), Content.class);
      if (content == null || content.allowed() == null) {
        throw new IllegalArgumentException("allowed is empty: write [] to allow none");
      }
      List<PrometheusServer> servers = new ArrayList<>();
      for (Server server : content.allowed()) {
        servers.add(server(server));
      }
      return servers;
    } catch (JsonMappingException e) {
      throw new Invalid(file.get() + " can't be used: " + e.getOriginalMessage());
    } catch (IOException | IllegalArgumentException e) {
      throw new Invalid(file.get() + " can't be used: " + e.getMessage());
    }
  }

  private static PrometheusServer server(Server server) {
    if (server == null || server.url() == null) {
      throw new IllegalArgumentException("a server has no url");
    }
    URI url = URI.create(server.url());
    boolean http = "http".equals(url.getScheme()) || "https".equals(url.getScheme());
    if (!http || url.getHost() == null || url.getUserInfo() != null || url.getQuery() != null) {
      throw new IllegalArgumentException(
          "'" + server.url() + "' is not an http or https URL without user and query");
    }
    if ((server.usernameFile() == null) != (server.passwordFile() == null)) {
      throw new IllegalArgumentException(
          server.url() + " needs both usernameFile and passwordFile");
    }
    List<String> networks = Optional.ofNullable(server.networks()).orElse(List.of());
    return new PrometheusServer(
        url,
        path(server.bearerTokenFile()),
        path(server.usernameFile()),
        path(server.passwordFile()),
        path(server.caFile()),
        networks.stream().map(String::valueOf).map(Network::parse).toList());
  }

  private static Optional<Path> path(String text) {
    return Optional.ofNullable(text).map(Path::of);
  }
}
