package dev.godwit.operator.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/** The cluster that the tests run on: the one of KUBECONFIG, else this checkout's local one. */
final class LocalCluster {

  static final Path PROJECT = project();

  static final ObjectMapper JSON = new ObjectMapper();

  /** One client for all tests; it is safe to share. */
  static final KubernetesClient CLIENT =
      new KubernetesClientBuilder().withConfig(configuration()).build();

  private LocalCluster() {}

  /**
   * Leaves a test out where the cluster is somebody else's (CLUSTER=current).
   *
   * @param what would be done there
   */
  static void mustBeOurs(String what) {
    Assumptions.assumeFalse(
        "current".equals(System.getenv("CLUSTER")), what + ": on the local cluster only");
  }

  /** A command that runs with this machine's files in the cluster's network, which must be ours. */
  static ProcessBuilder inside(List<String> command) {
    mustBeOurs("load is sent, and faults are made");
    List<String> whole = new ArrayList<>();
    whole.add(PROJECT.resolve("dev/cluster/exec.sh").toString());
    whole.addAll(command);
    return new ProcessBuilder(whole).redirectError(ProcessBuilder.Redirect.INHERIT);
  }

  /** One of the project's tools, from where the build puts them. */
  static String tool(String name) {
    return PROJECT.resolve(".cache/bin").resolve(name).toString();
  }

  /** Runs kubectl, as a user would. */
  static String kubectl(String... arguments) {
    return run("kubectl", arguments);
  }

  /** Runs helm, as a user would. */
  static String helm(String... arguments) {
    return run("helm", arguments);
  }

  /** Runs kubectl, and leaves its end to the caller. */
  static Process kubectlAside(List<String> arguments) {
    try {
      return new ProcessBuilder(command("kubectl", arguments))
          .redirectErrorStream(true)
          .redirectOutput(ProcessBuilder.Redirect.DISCARD)
          .start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<String> command(String tool, List<String> arguments) {
    List<String> command = new ArrayList<>(List.of(tool(tool)));
    command.add("--kubeconfig=" + kubeconfig());
    command.addAll(arguments);
    return command;
  }

  private static String run(String tool, String... arguments) {
    List<String> command = command(tool, Arrays.asList(arguments));
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (process.waitFor() != 0) {
        throw new AssertionError(String.join(" ", command) + " failed: " + output);
      }
      return output;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** What the API server answers to a GET, as it is: without the types of a client in between. */
  static JsonNode get(String path) {
    try {
      return JSON.readTree(CLIENT.raw(path));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Asks a pod something, by the API server's proxy. */
  static void post(String namespace, String pod, String path) {
    CLIENT.raw(
        "/api/v1/namespaces/" + namespace + "/pods/" + pod + ":9898/proxy" + path, "POST", "");
  }

  /** Asks a pod something that it does not live to answer. */
  static void crash(String namespace, String pod, String path) {
    try {
      CLIENT.raw("/api/v1/namespaces/" + namespace + "/pods/" + pod + ":9898/proxy" + path);
    } catch (KubernetesClientException e) {
      // The proxy's word for a connection that was cut; anything else is an answer.
      if (e.getCode() != 502 && e.getCode() != 503 && e.getCode() != 500) {
        throw e;
      }
    }
  }

  /** The API server's audit log, where the cluster keeps one that the tests can read. */
  static Path auditLog() {
    return PROJECT.resolve(".cluster/log/audit.log");
  }

  private static Path kubeconfig() {
    return Optional.ofNullable(System.getenv("KUBECONFIG"))
        .filter(path -> !path.isBlank())
        .map(Path::of)
        .orElse(PROJECT.resolve(".cluster/kubeconfig"));
  }

  private static Config configuration() {
    Config config = Config.fromKubeconfig(kubeconfig().toFile());
    ConfigBuilder builder = new ConfigBuilder(config).withRequestTimeout(30_000);
    // The client takes every PKCS#8 key for an RSA one.
    if (isElliptic(config)) {
      builder.withClientKeyAlgo("EC");
    }
    return builder.build();
  }

  private static boolean isElliptic(Config config) {
    if (config.getClientKeyData() == null) {
      return false;
    }
    String pem =
        new String(Base64.getDecoder().decode(config.getClientKeyData()), StandardCharsets.UTF_8);
    String body = pem.replaceAll("-----[^-]+-----|\\s", "");
    // 1.2.840.10045.2.1, id-ecPublicKey, in DER.
    byte[] identifier = {0x2a, (byte) 0x86, 0x48, (byte) 0xce, 0x3d, 0x02, 0x01};
    String key = new String(Base64.getDecoder().decode(body), StandardCharsets.ISO_8859_1);
    return key.contains(new String(identifier, StandardCharsets.ISO_8859_1));
  }

  private static Path project() {
    Path here = Path.of("").toAbsolutePath();
    String given = System.getenv("GODWIT_PROJECT");
    return Stream.concat(
            Stream.ofNullable(given).map(Path::of),
            Stream.iterate(here, p -> p != null, Path::getParent))
        .filter(path -> Files.isExecutable(path.resolve("dev/cluster/exec.sh")))
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("no dev/cluster/exec.sh above " + here));
  }
}
