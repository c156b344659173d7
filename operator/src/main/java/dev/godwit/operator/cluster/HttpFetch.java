package dev.godwit.operator.cluster;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.HttpHeaders;
import org.apache.hc.core5.http.impl.io.DefaultBHttpClientConnection;
import org.apache.hc.core5.http.io.support.ClassicRequestBuilder;

/**
 * One HTTP GET to an address that was chosen before, over a connection of its own; certificates are
 * verified against the name, redirects are not followed.
 */
final class HttpFetch {

  /**
   * What came back.
   *
   * @param location where a redirect leads
   * @param isCut whether there is more than was read
   */
  record Answer(int status, Optional<String> location, String body, boolean isCut) {}

  /**
   * Asks; the whole exchange must be bounded by the caller.
   *
   * @param address of the URL's host, to which the connection is made
   * @param authorization the header of that name
   * @param certificates file with those that are trusted; else those of the JDK
   * @param most how many bytes of the body are read
   */
  Answer get(
      URI url,
      InetAddress address,
      Optional<String> authorization,
      Optional<Path> certificates,
      Duration timeout,
      int most)
      throws IOException {
    int millis = Math.toIntExact(timeout.toMillis());
    try (Socket socket = connected(url, address, certificates, millis);
        DefaultBHttpClientConnection connection = HttpBounds.connection()) {
      socket.setSoTimeout(millis);
      connection.bind(socket);
      ClassicRequestBuilder request =
          ClassicRequestBuilder.get(pathAndQuery(url))
              .addHeader(HttpHeaders.HOST, url.getHost() + ":" + PrometheusServer.port(url))
              .addHeader(HttpHeaders.USER_AGENT, "godwit")
              .addHeader(HttpHeaders.ACCEPT, "application/json")
              .addHeader(HttpHeaders.CONNECTION, "close");
      authorization.ifPresent(value -> request.addHeader(HttpHeaders.AUTHORIZATION, value));
      connection.sendRequestHeader(request.build());
      connection.flush();
      ClassicHttpResponse response = connection.receiveResponseHeader();
      return answer(connection, response, most);
    } catch (HttpException e) {
      throw new IOException("the answer is not HTTP: " + e.getMessage(), e);
    }
  }

  private static String pathAndQuery(URI url) {
    String path = url.getRawPath() == null || url.getRawPath().isEmpty() ? "/" : url.getRawPath();
    return url.getRawQuery() == null ? path : path + "?" + url.getRawQuery();
  }

  private static Answer answer(
      DefaultBHttpClientConnection connection, ClassicHttpResponse response, int most)
      throws IOException, HttpException {
    Optional<String> location =
        Optional.ofNullable(response.getFirstHeader(HttpHeaders.LOCATION))
            .map(header -> header.getValue());
    connection.receiveResponseEntity(response);
    if (response.getEntity() == null) {
      return new Answer(response.getCode(), location, "", false);
    }
    InputStream content = response.getEntity().getContent();
    byte[] body = content.readNBytes(most + 1);
    boolean isCut = body.length > most;
    return new Answer(
        response.getCode(), location, new String(body, StandardCharsets.UTF_8), isCut);
  }

  private static Socket connected(
      URI url, InetAddress address, Optional<Path> certificates, int millis) throws IOException {
    Socket socket = new Socket();
    try {
      int port = PrometheusServer.port(url);
      socket.connect(new InetSocketAddress(address, port), millis);
      if (!url.getScheme().equalsIgnoreCase("https")) {
        return socket;
      }
      socket.setSoTimeout(millis);
      SSLSocket secured =
          (SSLSocket)
              context(certificates)
                  .getSocketFactory()
                  .createSocket(socket, url.getHost(), port, true);
      SSLParameters parameters = secured.getSSLParameters();
      parameters.setEndpointIdentificationAlgorithm("HTTPS");
      secured.setSSLParameters(parameters);
      secured.startHandshake();
      return secured;
    } catch (IOException e) {
      socket.close();
      throw e;
    }
  }

  private static SSLContext context(Optional<Path> certificates) throws IOException {
    try {
      if (certificates.isEmpty()) {
        return SSLContext.getDefault();
      }
      KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
      trusted.load(null, null);
      try (InputStream file = Files.newInputStream(certificates.get())) {
        int index = 0;
        for (Certificate one : CertificateFactory.getInstance("X.509").generateCertificates(file)) {
          trusted.setCertificateEntry("certificate-" + index++, one);
        }
      }
      TrustManagerFactory factory =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      factory.init(trusted);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, factory.getTrustManagers(), null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IOException("the certificates can't be used: " + e.getMessage(), e);
    }
  }
}
