package dev.godwit.operator.image;

import com.sun.net.httpserver.HttpServer;
import dev.godwit.api.v1alpha1.Migration;
import dev.godwit.api.v1alpha1.MigrationStatus;
import io.fabric8.kubernetes.api.model.authorization.v1.ResourceRuleBuilder;
import io.fabric8.kubernetes.api.model.authorization.v1.SelfSubjectAccessReviewBuilder;
import io.fabric8.kubernetes.api.model.authorization.v1.SelfSubjectRulesReviewBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.server.mock.KubernetesMixedDispatcher;
import io.fabric8.kubernetes.client.server.mock.KubernetesMockServer;
import io.fabric8.mockwebserver.Context;
import io.fabric8.mockwebserver.MockWebServer;
import io.fabric8.mockwebserver.ServerRequest;
import io.fabric8.mockwebserver.ServerResponse;
import io.fabric8.mockwebserver.http.MockResponse;
import io.fabric8.mockwebserver.http.RecordedRequest;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerOptions;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.lang.reflect.Field;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/**
 * Drives the operator's image through a start and two migrations, so that the JVM can record which
 * classes these take and put them, parsed and linked, into its AOT cache: the image then starts in
 * half the time, and its first migration gets going sooner.
 *
 * <p>The operator runs in a process of its own, with the image's Java runtime and class path,
 * against a mock API server in this one. TLS, HTTP/2, leader election, caches, probes, a migration
 * that succeeds and one that is aborted are part of it.
 */
public final class AotTraining implements AutoCloseable {

  /**
   * It takes seconds; a starved machine may need many times that, and the build should not fail.
   */
  private static final Duration PATIENCE = Duration.ofMinutes(5);

  private static final String NAMESPACE = "training";
  private static final String CONTENT_TYPE = "Content-Type";

  private final Path manifests;
  private final MockWebServer web = new MockWebServer();
  private final KubernetesMockServer server;
  private final KubernetesClient client;
  private final HttpServer application;
  private final TrainingCluster cluster;

  private AotTraining(Path manifests) throws IOException, ReflectiveOperationException {
    this.manifests = manifests;
    negotiateHttp2(web);
    Map<ServerRequest, Queue<ServerResponse>> answers = new HashMap<>();
    server =
        new KubernetesMockServer(
            new Context(), web, answers, new MergingDispatcher(answers), /* useHttps= */ true);
    allowEverything(server);
    server.init(InetAddress.getLoopbackAddress(), 0);
    client = server.createClient();
    cluster = new TrainingCluster(client, NAMESPACE);
    application = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    application.createContext(
        "/",
        exchange -> {
          exchange.sendResponseHeaders(200, -1);
          exchange.close();
        });
    application.start();
  }

  /**
   * Trains. Exits with 1 when the operator does not do in time what it shall.
   *
   * @param args a folder with the manifests of the custom resources, a folder with those of the
   *     application and the migration, and the command that starts the operator
   * @throws Exception when the command cannot be started, or a manifest not be read
   */
  public static void main(String[] args) throws Exception {
    Optional<String> missed;
    try (var training = new AotTraining(Path.of(args[1]))) {
      try (Stream<Path> definitions = Files.list(Path.of(args[0]))) {
        for (Path definition : definitions.sorted().toList()) {
          training.create(Files.readString(definition));
        }
      }
      missed = training.train(Arrays.asList(args).subList(2, args.length));
    }
    missed.ifPresent(
        what -> {
          System.err.println("the trial run ended before " + what);
          System.exit(1);
        });
  }

  /**
   * The mock server can speak HTTP/2, but leaves out to have TLS agree on it, and has no setting
   * for that.
   */
  private static void negotiateHttp2(MockWebServer web) throws ReflectiveOperationException {
    Field field = MockWebServer.class.getDeclaredField("vertx");
    field.setAccessible(true);
    Object vertx = field.get(web);
    field.set(
        web,
        Proxy.newProxyInstance(
            Vertx.class.getClassLoader(),
            new Class<?>[] {Vertx.class},
            (proxy, method, args) -> {
              if (args != null && args[0] instanceof HttpServerOptions options) {
                options.setUseAlpn(true);
              }
              try {
                return method.invoke(vertx, args);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            }));
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

  /** Trains, and says what did not happen. */
  private Optional<String> train(List<String> command) throws IOException, InterruptedException {
    Path servers = Files.createTempFile("training", ".yaml");
    Files.writeString(servers, "allowed: []");
    int port = freePort();
    var builder = new ProcessBuilder(command).inheritIO();
    Map<String, String> environment = builder.environment();
    environment.put("KUBERNETES_MASTER", "https://localhost:" + server.getPort());
    environment.put("KUBERNETES_CERTS_CA_FILE", web.getSelfSignedCertificate().certificatePath());
    environment.put("KUBERNETES_AUTH_TOKEN", "training");
    environment.put("KUBERNETES_AUTH_TRYKUBECONFIG", "false");
    environment.put("KUBERNETES_AUTH_TRYSERVICEACCOUNT", "false");
    environment.put("KUBERNETES_NAMESPACE", NAMESPACE);
    environment.put("GODWIT_HTTP_PORT", String.valueOf(port));
    environment.put("GODWIT_LEADER_ELECTION", "true");
    environment.put("GODWIT_PROMETHEUS_CONFIG", servers.toString());
    environment.put("POD_NAME", "training");
    environment.put("POD_NAMESPACE", NAMESPACE);
    Process operator = builder.start();
    try {
      return migrate(operator, port);
    } finally {
      Files.delete(servers);
      operator.destroy();
      // The JVM writes the cache while it ends.
      if (!operator.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
        operator.destroyForcibly();
      }
    }
  }

  private Optional<String> migrate(Process operator, int port)
      throws IOException, InterruptedException {
    if (!until(operator, () -> get(port, "/readyz") == 200)) {
      return Optional.of("the operator was ready");
    }
    create(Files.readString(manifests.resolve("application.yaml")));
    cluster.act();
    create(migration("aborted", "2", "10m"));
    if (!until(operator, () -> is("Monitoring", "aborted"))) {
      return Optional.of("a migration was monitored");
    }
    abort("aborted");
    if (!until(operator, () -> is("RolledBack", "aborted"))) {
      return Optional.of("it was rolled back");
    }
    create(migration("succeeds", "3", "1s"));
    if (!until(operator, () -> is("Succeeded", "succeeds"))) {
      return Optional.of("a second one had succeeded");
    }
    get(port, "/metrics");
    return Optional.empty();
  }

  private String migration(String name, String to, String monitor) throws IOException {
    return Files.readString(manifests.resolve("migration.yaml"))
        .replace("@NAME@", name)
        .replace("@TO@", to)
        .replace("@MONITOR@", monitor)
        .replace("@PORT@", String.valueOf(application.getAddress().getPort()));
  }

  private void create(String manifest) throws IOException {
    try (var stream = new ByteArrayInputStream(manifest.getBytes(StandardCharsets.UTF_8))) {
      client.load(stream).create();
    }
  }

  private void abort(String name) {
    client
        .resources(Migration.class)
        .inNamespace(NAMESPACE)
        .withName(name)
        .patch(
            PatchContext.of(PatchType.JSON_MERGE),
            "{\"metadata\":{\"generation\":2},\"spec\":{\"abort\":true}}");
  }

  private boolean is(String phase, String name) {
    return Optional.of(
            client.resources(Migration.class).inNamespace(NAMESPACE).withName(name).get())
        .map(Migration::getStatus)
        .map(MigrationStatus::phase)
        .filter(phase::equals)
        .isPresent();
  }

  /** Whether something comes true while the operator runs. */
  private boolean until(Process operator, BooleanSupplier condition) throws InterruptedException {
    Instant deadline = Instant.now().plus(PATIENCE);
    while (!condition.getAsBoolean()) {
      if (!operator.isAlive() || Instant.now().isAfter(deadline)) {
        return false;
      }
      cluster.act();
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

  /**
   * The mock server knows no strategic merge patch, and takes one for a JSON merge patch here. That
   * leaves the container in the Deployment twice, so that the migration that does it is the last.
   */
  private static final class MergingDispatcher extends KubernetesMixedDispatcher {

    MergingDispatcher(Map<ServerRequest, Queue<ServerResponse>> answers) {
      super(answers);
    }

    @Override
    public MockResponse dispatch(RecordedRequest request) {
      String type = request.getHeader(CONTENT_TYPE);
      if (type == null || !type.startsWith(PatchType.STRATEGIC_MERGE.getContentType())) {
        return super.dispatch(request);
      }
      return super.dispatch(
          new RecordedRequest(
              request.getHttpVersion(),
              request.method(),
              request.getPath(),
              request
                  .getHeaders()
                  .newBuilder()
                  .setHeader(CONTENT_TYPE, PatchType.JSON_MERGE.getContentType())
                  .build(),
              request.getBody()));
    }
  }

  @Override
  public void close() {
    application.stop(0);
    client.close();
    server.destroy();
  }
}
