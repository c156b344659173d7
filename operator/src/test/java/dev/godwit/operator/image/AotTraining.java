package dev.godwit.operator.image;

import io.fabric8.kubernetes.api.model.authorization.v1.ResourceRuleBuilder;
import io.fabric8.kubernetes.api.model.authorization.v1.SelfSubjectAccessReviewBuilder;
import io.fabric8.kubernetes.api.model.authorization.v1.SelfSubjectRulesReviewBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.server.mock.KubernetesMixedDispatcher;
import io.fabric8.kubernetes.client.server.mock.KubernetesMockServer;
import io.fabric8.mockwebserver.Context;
import io.fabric8.mockwebserver.MockWebServer;
import io.fabric8.mockwebserver.ServerRequest;
import io.fabric8.mockwebserver.ServerResponse;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/**
 * Drives the operator's image through one start, so that the JVM can record which classes that
 * takes and put them, parsed and linked, into its AOT cache: the image then starts in half the
 * time.
 *
 * <p>The operator runs in a process of its own, with the image's Java runtime and class path,
 * against a mock API server in this one. TLS, leader election, caches and one reconciliation are
 * part of it.
 */
public final class AotTraining {

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private AotTraining() {}

  /**
   * Trains. Exits with 1 when the operator does not get ready in time.
   *
   * @param args a folder with the manifests of the custom resources, a folder with objects to
   *     create once the operator is ready, and the command that starts it
   * @throws Exception when the command cannot be started, or a manifest not be read
   */
  public static void main(String[] args) throws Exception {
    Path definitions = Path.of(args[0]);
    Path objects = Path.of(args[1]);
    List<String> command = Arrays.asList(args).subList(2, args.length);

    Map<ServerRequest, Queue<ServerResponse>> answers = new HashMap<>();
    var server =
        new KubernetesMockServer(
            new Context(),
            new MockWebServer(),
            answers,
            new KubernetesMixedDispatcher(answers),
            /* useHttps= */ true);
    allowEverything(server);
    server.init(InetAddress.getLoopbackAddress(), 0);
    try (KubernetesClient client = server.createClient()) {
      create(client, definitions);
      train(command, server, client, objects);
    } finally {
      server.destroy();
    }
  }

  /** What the mock has no answer of its own to: whether the operator may do this and that. */
  private static void allowEverything(KubernetesMockServer server) {
    var any =
        new ResourceRuleBuilder().withApiGroups("*").withResources("*").withVerbs("*").build();
    server
        .expect()
        .post()
        .withPath("/apis/authorization.k8s.io/v1/selfsubjectrulesreviews")
        .andReturn(
            201,
            new SelfSubjectRulesReviewBuilder()
                .withNewStatus()
                .withIncomplete(false)
                .withResourceRules(any)
                .endStatus()
                .build())
        .always();
    server
        .expect()
        .post()
        .withPath("/apis/authorization.k8s.io/v1/selfsubjectaccessreviews")
        .andReturn(
            201,
            new SelfSubjectAccessReviewBuilder()
                .withNewStatus()
                .withAllowed(true)
                .endStatus()
                .build())
        .always();
  }

  private static void train(
      List<String> command, KubernetesMockServer server, KubernetesClient client, Path objects)
      throws IOException, InterruptedException {
    int port = freePort();
    var builder = new ProcessBuilder(command).inheritIO();
    builder.environment().put("KUBERNETES_MASTER", "https://127.0.0.1:" + server.getPort());
    builder.environment().put("KUBERNETES_TRUST_CERTIFICATES", "true");
    builder.environment().put("KUBERNETES_AUTH_TRYKUBECONFIG", "false");
    builder.environment().put("KUBERNETES_AUTH_TRYSERVICEACCOUNT", "false");
    builder.environment().put("KUBERNETES_NAMESPACE", "training");
    builder.environment().put("GODWIT_HTTP_PORT", String.valueOf(port));
    builder.environment().put("GODWIT_LEADER_ELECTION", "true");
    builder.environment().put("POD_NAME", "training");
    builder.environment().put("POD_NAMESPACE", "training");
    Process operator = builder.start();
    try {
      boolean ready = until(() -> !operator.isAlive() || get(port, "/readyz") == 200);
      if (ready && operator.isAlive()) {
        create(client, objects);
        if (!until(() -> !operator.isAlive() || isReconciled(client))) {
          System.err.println("no reconciliation in time: its classes will not be in the cache");
        } else if (!until(() -> !operator.isAlive() || isGreenMade(client))) {
          System.err.println("no green in time: what makes it will not be in the cache");
        }
        get(port, "/metrics");
      } else if (!ready || operator.exitValue() != 0) {
        System.err.println(
            ready
                ? "the operator ended with " + operator.exitValue()
                : "the operator was not ready after " + PATIENCE.toSeconds() + " s");
        System.exit(1);
      }
    } finally {
      operator.destroy();
      // The JVM writes the cache while it ends.
      if (!operator.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
        operator.destroyForcibly();
      }
    }
  }

  private static void create(KubernetesClient client, Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      return;
    }
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.sorted().toList()) {
        try (InputStream manifest = Files.newInputStream(file)) {
          client.load(manifest).create();
        }
      }
    }
  }

  private static boolean isReconciled(KubernetesClient client) {
    return client
        .genericKubernetesResources("godwit.dev/v1alpha1", "Migration")
        .inAnyNamespace()
        .list()
        .getItems()
        .stream()
        .allMatch(migration -> migration.getAdditionalProperties().containsKey("status"));
  }

  private static boolean isGreenMade(KubernetesClient client) {
    return client.apps().deployments().inAnyNamespace().list().getItems().stream()
        .anyMatch(deployment -> deployment.getMetadata().getName().endsWith("-green"));
  }

  private static boolean until(BooleanSupplier condition) throws InterruptedException {
    Instant deadline = Instant.now().plus(PATIENCE);
    while (!condition.getAsBoolean()) {
      if (Instant.now().isAfter(deadline)) {
        return false;
      }
      Thread.sleep(50);
    }
    return true;
  }

  /** The status code, or 0 when nobody answers. */
  private static int get(int port, String path) {
    try (var http = HttpClient.newHttpClient()) {
      var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path)).build();
      return http.send(request, BodyHandlers.discarding()).statusCode();
    } catch (IOException e) {
      return 0;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return 0;
    }
  }

  private static int freePort() throws IOException {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }
}
