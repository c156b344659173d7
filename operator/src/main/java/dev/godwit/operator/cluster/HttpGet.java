package dev.godwit.operator.cluster;

import dev.godwit.api.v1alpha1.HttpCheck;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.HttpHeaders;
import org.apache.hc.core5.http.impl.io.DefaultBHttpClientConnection;
import org.apache.hc.core5.http.io.support.ClassicRequestBuilder;

/**
 * One HTTP GET over a connection of its own; redirects are not followed, and at most {@value #BODY}
 * bytes of the body are read.
 */
final class HttpGet {

  private static final int BODY = 64 * 1024;
  private static final int LOWEST_GOOD = 200;
  private static final int HIGHEST_GOOD = 399;

  private final SSLContext unverified = unverified();

  /** See {@link Asker#ask}; the whole exchange must be bounded by the caller. */
  Optional<String> get(HttpCheck check, String address, Duration timeout) throws IOException {
    int millis = Math.toIntExact(timeout.toMillis());
    try (Socket socket = connected(check, address, millis);
        DefaultBHttpClientConnection connection = HttpBounds.connection()) {
      socket.setSoTimeout(millis);
      connection.bind(socket);
      connection.sendRequestHeader(request(check, address));
      connection.flush();
      ClassicHttpResponse response = connection.receiveResponseHeader();
      if (!isExpected(check, response.getCode())) {
        return Optional.of("answered " + response.getCode() + ", expected " + expected(check));
      }
      return check.contains() == null || body(connection, response).contains(check.contains())
          ? Optional.empty()
          : Optional.of(
              "answered " + response.getCode() + ", but without the text that the check expects");
    } catch (HttpException e) {
      throw new IOException("the answer is not HTTP: " + e.getMessage(), e);
    }
  }

  private Socket connected(HttpCheck check, String address, int millis) throws IOException {
    Socket socket = new Socket();
    try {
      socket.connect(new InetSocketAddress(address, check.port()), millis);
      if (check.scheme() != HttpCheck.Scheme.HTTPS) {
        return socket;
      }
      socket.setSoTimeout(millis);
      SSLSocket secured =
          (SSLSocket)
              unverified.getSocketFactory().createSocket(socket, address, check.port(), true);
      secured.startHandshake();
      return secured;
    } catch (IOException e) {
      socket.close();
      throw e;
    }
  }

  private static ClassicHttpRequest request(HttpCheck check, String address) {
    return ClassicRequestBuilder.get(Optional.ofNullable(check.path()).orElse("/"))
        .addHeader(HttpHeaders.HOST, PodAsker.host(address) + ":" + check.port())
        .addHeader(HttpHeaders.USER_AGENT, "godwit-probe")
        .addHeader(HttpHeaders.ACCEPT, "*/*")
        .addHeader(HttpHeaders.CONNECTION, "close")
        .build();
  }

  private static boolean isExpected(HttpCheck check, int status) {
    return check.status() == null
        ? status >= LOWEST_GOOD && status <= HIGHEST_GOOD
        : status == check.status();
  }

  private static String expected(HttpCheck check) {
    return check.status() == null
        ? LOWEST_GOOD + "-" + HIGHEST_GOOD
        : String.valueOf(check.status());
  }

  private static String body(DefaultBHttpClientConnection connection, ClassicHttpResponse response)
      throws IOException, HttpException {
    connection.receiveResponseEntity(response);
    if (response.getEntity() == null) {
      return "";
    }
    InputStream content = response.getEntity().getContent();
    return new String(content.readNBytes(BODY), StandardCharsets.UTF_8);
  }

  /** The kubelet doesn't verify the certificates of pods either: they rarely name an address. */
  private static SSLContext unverified() {
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, new TrustManager[] {new TrustAnyone()}, null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java has no TLS", e);
    }
  }
}
