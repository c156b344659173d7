package dev.godwit.runner.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.godwit.contract.load.LoadRequest;
import dev.godwit.runner.load.Connection.NotConnectedException;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Against servers on loopback that say word for word what the test wants. */
// A thread that reads from a socket can't be interrupted.
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class HttpConnectionTest {

  private static final long SECOND = 1_000_000_000;
  private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

  private final SteppedTime time = new SteppedTime();

  private static Due due(LoadRequest request) {
    return new Due(request, 0, 3_600 * SECOND);
  }

  private static Due get(String path) {
    return due(LoadRequest.get(path));
  }

  private static LoadRequest post(String body) {
    return new LoadRequest("POST", "/", 1, Map.of(), body, null);
  }

  @Test
  void requestsFollowOneAnotherOnOneConnection() throws Exception {
    try (var server = ScriptedServer.of(List.of(OK, OK, OK));
        var connection = new HttpConnection(server.url(), time)) {
      for (int times = 0; times < 3; times++) {
        assertThat(connection.exchange(get("/"))).isEqualTo(200);
      }
      assertThat(server.connections()).isEqualTo(1);
    }
  }

  @Test
  void aRequestIsSentAsItWasAskedFor() throws Exception {
    try (var server = ScriptedServer.of(List.of(OK));
        var connection = new HttpConnection(server.url(), time)) {
      var request =
          new LoadRequest(
              "PUT",
              "/a/%C3%BC?b=c%20d",
              1,
              Map.of("Host", "shop.example", "X-Tenant", "7"),
              "{\"\u00fc\":1}",
              null);
      connection.exchange(due(request));
      assertThat(server.requests())
          .singleElement()
          .asString()
          .startsWith("PUT /a/%C3%BC?b=c%20d HTTP/1.1\r\n")
          .contains("\r\nHost: shop.example\r\n", "\r\nX-Tenant: 7\r\n")
          .contains("\r\nContent-Length: 8\r\n")
          .doesNotContain("Expect:")
          .endsWith("\r\n\r\n{\"\u00fc\":1}");
    }
  }

  @Test
  void redirectsAreAnswersAndNotFollowed() throws Exception {
    String redirect = "HTTP/1.1 302 Found\r\nLocation: /there\r\nContent-Length: 0\r\n\r\n";
    try (var server = ScriptedServer.of(List.of(redirect));
        var connection = new HttpConnection(server.url(), time)) {
      assertThat(connection.exchange(get("/here"))).isEqualTo(302);
      assertThat(server.requests()).hasSize(1);
    }
  }

  @Test
  void aServerThatClosesAfterItsAnswerIsConnectedToAnew() throws Exception {
    String last = "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n";
    try (var server = ScriptedServer.of(List.of(last), List.of(last));
        var connection = new HttpConnection(server.url(), time)) {
      connection.exchange(get("/"));
      connection.exchange(get("/"));
      assertThat(server.connections()).isEqualTo(2);
    }
  }

  @Test
  void aConnectionThatWasClosedMeanwhileCostsNoRequest() throws Exception {
    try (var server = ScriptedServer.of(List.of(OK), List.of(OK));
        var connection = new HttpConnection(server.url(), time)) {
      connection.exchange(get("/"));
      server.awaitClosed(1);
      assertThat(connection.exchange(get("/"))).isEqualTo(200);
    }
  }

  @Test
  void whatChangesSomethingIsNotSentTwice() throws Exception {
    try (var server = ScriptedServer.of(List.of(OK), List.of(OK));
        var connection = new HttpConnection(server.url(), time)) {
      connection.exchange(get("/"));
      server.awaitClosed(1);
      assertThatThrownBy(() -> connection.exchange(due(post("a")))).isInstanceOf(IOException.class);
      assertThat(server.connections()).isEqualTo(1);
    }
  }

  @Test
  void aFreshConnectionThatBreaksIsAFailureAndNotTriedAgain() throws Exception {
    try (var server = ScriptedServer.of(List.of(), List.of(OK));
        var connection = new HttpConnection(server.url(), time)) {
      assertThatThrownBy(() -> connection.exchange(get("/"))).isInstanceOf(IOException.class);
      assertThat(server.connections()).isEqualTo(1);
    }
  }

  @Test
  void anAnswerThatBreaksOffIsAFailureAndNotTriedAgain() throws Exception {
    String half = "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf";
    try (var server = ScriptedServer.of(List.of(OK, half), List.of(OK));
        var connection = new HttpConnection(server.url(), time)) {
      connection.exchange(get("/"));
      assertThatThrownBy(() -> connection.exchange(get("/"))).isInstanceOf(IOException.class);
      assertThat(server.connections()).isEqualTo(1);
    }
  }

  @Test
  void aConnectionThatWasIdleForLongIsGivenUpBeforeTheServerDoesSo() throws Exception {
    try (var server = ScriptedServer.of(List.of(OK, OK), List.of(OK));
        var connection = new HttpConnection(server.url(), time)) {
      connection.exchange(get("/"));
      time.advance(5 * SECOND);
      connection.exchange(due(post("a")));
      assertThat(server.connections()).isEqualTo(2);
    }
  }

  @Test
  void anAnswerThatComesInDropsAndNeverEndsIsTimedOut() throws Exception {
    try (var server = ScriptedServer.endless();
        var connection = new HttpConnection(server.url(), passing())) {
      assertThatThrownBy(() -> connection.exchange(new Due(LoadRequest.get("/"), 0, 100 * SECOND)))
          .isInstanceOf(SocketTimeoutException.class);
    }
  }

  /** A clock on which each look takes a tenth of a second. */
  private Time passing() {
    return new Time() {
      @Override
      public long nanos() {
        time.advance(SECOND / 10);
        return time.nanos();
      }

      @Override
      public long epochMillis() {
        return 0;
      }

      @Override
      public void sleepUntil(long nanos) {
        throw new UnsupportedOperationException();
      }
    };
  }

  @Test
  void whatIsNotHttpIsAFailure() throws Exception {
    try (var server = ScriptedServer.of(List.of("SSH-2.0-nothing here\r\n\r\n"));
        var connection = new HttpConnection(server.url(), time)) {
      assertThatThrownBy(() -> connection.exchange(get("/"))).isInstanceOf(IOException.class);
    }
  }

  @Test
  void whereNobodyListensThereIsNoConnection() throws Exception {
    String url;
    try (var server = ScriptedServer.of()) {
      url = server.url();
    }
    try (var connection = new HttpConnection(url, time)) {
      assertThatThrownBy(() -> connection.exchange(get("/")))
          .isInstanceOf(NotConnectedException.class)
          .hasMessageContaining(url);
    }
  }

  @Test
  void aNameThatNobodyKnowsIsTold() {
    try (var connection = new HttpConnection("http://nobody.invalid:80", time)) {
      assertThatThrownBy(() -> connection.exchange(get("/")))
          .isInstanceOf(NotConnectedException.class)
          .hasMessageContaining("nobody.invalid");
    }
  }

  @Test
  void anAbortedConnectionIsNotOpenedAgain() throws Exception {
    try (var server = ScriptedServer.of(List.of(OK));
        var connection = new HttpConnection(server.url(), time)) {
      connection.abort();
      assertThatThrownBy(() -> connection.exchange(get("/")))
          .isInstanceOf(NotConnectedException.class);
    }
  }
}
