package dev.godwit.operator.cluster;

import static dev.godwit.operator.cluster.Questions.TIMEOUT;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.godwit.api.v1alpha1.HttpCheck.Scheme;
import dev.godwit.operator.plan.Question;
import io.grpc.InsecureServerCredentials;
import io.grpc.Server;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.okhttp.OkHttpServerBuilder;
import io.grpc.protobuf.services.HealthStatusManager;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Against real servers on the loopback address. */
class PodAskerTest {

  private static final String LOOPBACK = "127.0.0.1";

  private final PodAsker asker = new PodAsker();
  private HttpServer web;

  @BeforeEach
  void serve() throws IOException {
    web = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    answer("/readyz", 200, "all is well");
    answer("/broken", 503, "a secret: 42");
    answer("/moved", 302, "");
    answer("/large", 200, "x".repeat(64 * 1024) + "needle");
    web.start();
  }

  private void answer(String path, int status, String body) {
    web.createContext(
        path,
        exchange -> {
          byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
          try (exchange;
              OutputStream out = exchange.getResponseBody()) {
            out.write(bytes);
          }
        });
  }

  @AfterEach
  void stop() {
    web.stop(0);
    asker.close();
  }

  private int port() {
    return web.getAddress().getPort();
  }

  private Optional<String> ask(Question question) throws InterruptedException {
    return asker.ask(question, LOOPBACK, TIMEOUT);
  }

  private Optional<String> get(String path, Integer status, String contains)
      throws InterruptedException {
    return ask(Questions.http(port(), path, Scheme.HTTP, status, contains));
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  @Test
  void goodAnswerIsGood() throws InterruptedException {
    assertThat(get("/readyz", null, null)).isEmpty();
    assertThat(get("/readyz", 200, "is well")).isEmpty();
  }

  @Test
  void wrongStatusSaysQuestionAndAnswerAndNothingOfTheBody() throws InterruptedException {
    assertThat(get("/broken", null, null))
        .contains("GET http://127.0.0.1:" + port() + "/broken answered 503, expected 200-399");
  }

  @Test
  void redirectIsNotFollowed() throws InterruptedException {
    assertThat(get("/moved", null, null)).isEmpty();
    assertThat(get("/moved", 200, null).orElseThrow()).endsWith("answered 302, expected 200");
  }

  @Test
  void missingTextIsToldWithoutTheText() throws InterruptedException {
    assertThat(get("/readyz", null, "token-17").orElseThrow())
        .contains("without the text that the check expects")
        .doesNotContain("token-17");
  }

  @Test
  void noMoreThan64KibibytesOfTheBodyAreRead() throws InterruptedException {
    assertThat(get("/large", null, "needle")).isPresent();
    assertThat(get("/large", null, "xxx")).isEmpty();
  }

  @Test
  void headersAreReadNoFartherThanTheyMayBe() throws InterruptedException {
    web.createContext(
        "/headers",
        exchange -> {
          for (int i = 0; i < 1000; i++) {
            exchange.getResponseHeaders().add("X-" + i, "x");
          }
          exchange.sendResponseHeaders(200, -1);
          exchange.close();
        });

    assertThat(get("/headers", null, null).orElseThrow()).contains("exceeded");
  }

  @Test
  void nobodyThereIsTold() throws InterruptedException, IOException {
    int port = freePort();

    assertThat(ask(Questions.http(port)).orElseThrow())
        .startsWith("GET http://127.0.0.1:" + port + "/readyz failed: Connection refused");
    assertThat(ask(Questions.tcp(port)).orElseThrow())
        .startsWith("TCP connection to 127.0.0.1:" + port + " failed: Connection refused");
  }

  @Test
  void openPortAcceptsTcp() throws InterruptedException {
    assertThat(ask(Questions.tcp(port()))).isEmpty();
  }

  @Test
  void podThatAnswersAByteAtATimeIsGivenUpInTime() throws Exception {
    try (ServerSocket slow = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Thread server = Thread.ofVirtual().start(() -> drip(slow));
      Question question = Questions.http(slow.getLocalPort());

      Optional<String> answer = asker.ask(question, LOOPBACK, Duration.ofSeconds(1));

      assertThat(answer.orElseThrow()).endsWith("gave no answer within 1s");
      server.interrupt();
    }
  }

  /** Sends header after header, and never the end of them. */
  private static void drip(ServerSocket server) {
    try (Socket socket = server.accept()) {
      OutputStream out = socket.getOutputStream();
      out.write("HTTP/1.1 200 OK\r\n".getBytes(StandardCharsets.US_ASCII));
      while (!Thread.interrupted()) {
        out.write("x: y\r\n".getBytes(StandardCharsets.US_ASCII));
        out.flush();
        Thread.sleep(Duration.ofMillis(50));
      }
    } catch (IOException | InterruptedException e) {
      Thread.currentThread().interrupt(); // the other side has hung up, as it should
    }
  }

  @Test
  void everyQuestionHasAConnectionOfItsOwn() throws Exception {
    AtomicInteger connections = new AtomicInteger();
    try (ServerSocket server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
      Thread.ofVirtual().start(() -> count(server, connections));

      ask(Questions.http(server.getLocalPort()));
      ask(Questions.http(server.getLocalPort()));

      assertThat(connections).hasValue(2);
    }
  }

  private static void count(ServerSocket server, AtomicInteger connections) {
    try {
      while (true) {
        try (Socket socket = server.accept()) {
          connections.incrementAndGet();
          socket.getInputStream().read();
          socket
              .getOutputStream()
              .write("HTTP/1.1 204 None\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        }
      }
    } catch (IOException e) {
      assertThat(server.isClosed()).isTrue();
    }
  }

  @Test
  void grpcHealthIsAskedByServiceAndAsAWhole() throws Exception {
    HealthStatusManager health = new HealthStatusManager();
    health.setStatus("orders", ServingStatus.NOT_SERVING);
    Server server = grpc(health);
    try {
      assertThat(ask(Questions.grpc(server.getPort(), null))).isEmpty();
      assertThat(ask(Questions.grpc(server.getPort(), "orders")))
          .contains(
              "gRPC health check of 127.0.0.1:"
                  + server.getPort()
                  + " (service orders) answered NOT_SERVING, expected SERVING");
      assertThat(ask(Questions.grpc(server.getPort(), "unknown")).orElseThrow())
          .endsWith("answered NOT_FOUND: it knows no such service");
      health.setStatus("orders", ServingStatus.SERVING);
      assertThat(ask(Questions.grpc(server.getPort(), "orders"))).isEmpty();
    } finally {
      server.shutdownNow();
    }
  }

  @Test
  void longNameOfAGrpcServiceIsAskedWhole() throws Exception {
    String name = "shop.".repeat(40) + "Orders";
    HealthStatusManager health = new HealthStatusManager();
    health.setStatus(name, ServingStatus.SERVING);
    Server server = grpc(health);
    try {
      assertThat(ask(Questions.grpc(server.getPort(), name))).isEmpty();
    } finally {
      server.shutdownNow();
    }
  }

  @Test
  void serverWithoutHealthServiceIsTold() throws Exception {
    Server server =
        OkHttpServerBuilder.forPort(0, InsecureServerCredentials.create()).build().start();
    try {
      assertThat(ask(Questions.grpc(server.getPort(), null)).orElseThrow())
          .endsWith("answered UNIMPLEMENTED: it has no grpc.health.v1.Health");
    } finally {
      server.shutdownNow();
    }
  }

  @Test
  void portThatDoesNotSpeakGrpcFails() throws InterruptedException, IOException {
    assertThat(ask(Questions.grpc(port(), null))).isPresent();
    assertThat(ask(Questions.grpc(freePort(), null)).orElseThrow()).contains("failed: ");
  }

  private static Server grpc(HealthStatusManager health) throws IOException {
    return OkHttpServerBuilder.forPort(0, InsecureServerCredentials.create())
        .addService(health.getHealthService())
        .build()
        .start();
  }
}
