package dev.godwit.operator;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class HttpEndpointTest {

  private final AtomicBoolean ready = new AtomicBoolean(false);
  private final AtomicBoolean watching = new AtomicBoolean(true);
  private final AtomicReference<Instant> now =
      new AtomicReference<>(Instant.parse("2026-03-01T10:00:00Z"));
  private HttpEndpoint endpoint;

  @BeforeEach
  void serve() throws Exception {
    endpoint =
        new HttpEndpoint(
            0, new Health(ready::get, watching::get, now::get), () -> "godwit_migrations 1\n");
  }

  @AfterEach
  void stop() {
    endpoint.close();
  }

  private HttpResponse<String> get(String path) throws Exception {
    try (HttpClient client = HttpClient.newHttpClient()) {
      URI uri = URI.create("http://localhost:" + endpoint.port() + path);
      return client.send(
          HttpRequest.newBuilder(uri).timeout(Duration.ofSeconds(5)).build(),
          HttpResponse.BodyHandlers.ofString());
    }
  }

  @Test
  void isReadyWhenEverythingIsKnown() throws Exception {
    assertThat(get("/readyz").statusCode()).isEqualTo(503);
    ready.set(true);
    assertThat(get("/readyz").statusCode()).isEqualTo(200);
  }

  @Test
  void watchThatIsRenewedIsNoReasonToRestart() throws Exception {
    ready.set(true);
    watching.set(false);
    now.set(now.get().plusSeconds(179));
    assertThat(get("/livez").statusCode()).isEqualTo(200);

    watching.set(true);
    assertThat(get("/livez").statusCode()).isEqualTo(200);
    watching.set(false);
    now.set(now.get().plusSeconds(179));
    assertThat(get("/livez").statusCode()).isEqualTo(200);
  }

  @Test
  void watchThatStaysAwayIs() throws Exception {
    ready.set(true);
    watching.set(false);
    now.set(now.get().plusSeconds(181));

    assertThat(get("/livez").statusCode()).isEqualTo(503);
  }

  @Test
  void metricsAreServedAsText() throws Exception {
    HttpResponse<String> response = get("/metrics");

    assertThat(response.body()).isEqualTo("godwit_migrations 1\n");
    assertThat(response.headers().firstValue("Content-Type").orElseThrow())
        .startsWith("text/plain; version=0.0.4");
  }
}
