package dev.godwit.operator;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class ReadyCheckTest {

  @Test
  void anAnswerOf200IsReady() throws IOException {
    assertThat(problemWithServerThatAnswers(200, "ok")).isEmpty();
  }

  @Test
  void anyOtherAnswerIsAProblemAndSaysWhy() throws IOException {
    assertThat(problemWithServerThatAnswers(503, "caches are not filled\n"))
        .isEqualTo("answered 503: caches are not filled");
  }

  @Test
  void noAnswerIsAProblem() {
    // Nobody listens on port 1 of this machine.
    assertThat(ReadyCheck.problemAt(URI.create("http://127.0.0.1:1/readyz")))
        .startsWith("no answer");
  }

  private static String problemWithServerThatAnswers(int status, String body) throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/readyz",
        exchange -> {
          byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(status, bytes.length);
          exchange.getResponseBody().write(bytes);
          exchange.close();
        });
    server.start();
    try {
      int port = server.getAddress().getPort();
      return ReadyCheck.problemAt(URI.create("http://127.0.0.1:" + port + "/readyz"));
    } finally {
      server.stop(0);
    }
  }
}
