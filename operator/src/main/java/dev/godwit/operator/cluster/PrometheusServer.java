package dev.godwit.operator.cluster;

import java.net.InetAddress;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A Prometheus that may be asked.
 *
 * @param url where its HTTP API is, without {@code /api/v1}; whoever names another is refused
 * @param bearerToken file with a token that it is told
 * @param username file with a name that it is told, together with the password
 * @param password file with a password
 * @param certificates file with the certificates (PEM) by which it is known; else those of the JDK
 * @param networks where it may be; where none are given, anywhere but on the operator's own machine
 *     and at addresses that are valid on one network only, as those of cloud metadata are
 */
public record PrometheusServer(
    URI url,
    Optional<Path> bearerToken,
    Optional<Path> username,
    Optional<Path> password,
    Optional<Path> certificates,
    List<Network> networks) {

  /** Copies the list. */
  public PrometheusServer {
    networks = List.copyOf(networks);
  }

  /** Whether a URL is this one or below it. */
  boolean serves(URI asked) {
    String path = asked.getPath() == null ? "" : asked.getPath();
    String root = url.getPath() == null ? "" : url.getPath().replaceFirst("/$", "");
    return url.getScheme().equalsIgnoreCase(asked.getScheme())
        && url.getHost().equalsIgnoreCase(asked.getHost())
        && port(url) == port(asked)
        && (path.equals(root) || path.startsWith(root + "/"))
        && !path.contains("/..");
  }

  static int port(URI url) {
    if (url.getPort() >= 0) {
      return url.getPort();
    }
    return url.getScheme().equalsIgnoreCase("https") ? 443 : 80;
  }

  /** Whether it may be at an address. */
  boolean mayBeAt(InetAddress address) {
    return networks.isEmpty()
        ? !address.isLoopbackAddress()
            && !address.isLinkLocalAddress()
            && !address.isAnyLocalAddress()
            && !address.isMulticastAddress()
        : networks.stream().anyMatch(network -> network.contains(address));
  }
}
