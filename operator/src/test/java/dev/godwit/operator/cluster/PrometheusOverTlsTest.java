package dev.godwit.operator.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import dev.godwit.operator.plan.Limits;
import dev.godwit.operator.plan.Measured;
import dev.godwit.operator.plan.MetricRequest;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** By which certificates a server is known, and by which it is not. */
class PrometheusOverTlsTest {

  private static final char[] PASSWORD = "changeit".toCharArray();
  private static final String ANSWER =
      "{\"status\":\"success\",\"data\":{\"resultType\":\"scalar\",\"result\":[1,\"0.25\"]}}";

  @TempDir private static Path folder;
  private static KeyStore keys;
  private static KeyStore otherKeys;

  private final AtomicInteger asked = new AtomicInteger();
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private HttpsServer server;

  @BeforeAll
  static void makeCertificates() throws Exception {
    keys = keys("prometheus.test");
    otherKeys = keys("other.test");
  }

  /** A key with a certificate of its own, for a name. */
  private static KeyStore keys(String name) throws Exception {
    Path file = folder.resolve(name + ".p12");
    Process keytool =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                "key",
                "-keyalg",
                "EC",
                "-dname",
                "CN=" + name,
                "-ext",
                "san=dns:" + name,
                "-storetype",
                "PKCS12",
                "-keystore",
                file.toString(),
                "-storepass",
                new String(PASSWORD))
            .redirectErrorStream(true)
            .start();
    String said = new String(keytool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(keytool.waitFor()).as(said).isZero();
    KeyStore keys = KeyStore.getInstance("PKCS12");
    try (InputStream content = Files.newInputStream(file)) {
      keys.load(content, PASSWORD);
    }
    return keys;
  }

  private static String pem(KeyStore keys) throws GeneralSecurityException {
    return "-----BEGIN CERTIFICATE-----\n"
        + Base64.getMimeEncoder().encodeToString(keys.getCertificate("key").getEncoded())
        + "\n-----END CERTIFICATE-----\n";
  }

  @BeforeEach
  void start() throws Exception {
    KeyManagerFactory managers =
        KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    managers.init(keys, PASSWORD);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(managers.getKeyManagers(), null, null);
    server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setHttpsConfigurator(new HttpsConfigurator(context));
    server.createContext(
        "/",
        exchange -> {
          asked.incrementAndGet();
          byte[] body = ANSWER.getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(200, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
    threads.shutdownNow();
  }

  private Measured measure(String name, Optional<String> certificates) throws Exception {
    Optional<Path> file = Optional.empty();
    if (certificates.isPresent()) {
      file = Optional.of(Files.writeString(folder.resolve("ca.crt"), certificates.get()));
    }
    String url = "https://" + name + ":" + server.getAddress().getPort();
    PrometheusServer allowed =
        new PrometheusServer(
            URI.create(url),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            file,
            List.of(Network.parse("127.0.0.0/8")));
    return new Prometheus(
            List.of(allowed),
            asked -> new InetAddress[] {InetAddress.getLoopbackAddress()},
            threads,
            Duration.ofSeconds(10))
        .measure(
            new MetricRequest(
                "orders/cpu",
                url,
                "x",
                Optional.empty(),
                0,
                new Limits(OptionalDouble.empty(), OptionalDouble.empty()),
                Duration.ofSeconds(5),
                1));
  }

  private void assertRefused(Measured measured, String words) {
    assertThat(measured)
        .isInstanceOfSatisfying(
            Measured.Unknown.class,
            unknown -> assertThat(unknown.message()).contains("failed: ", words));
    assertThat(asked).hasValue(0);
  }

  @Test
  void serverWithACertificateThatIsTrustedIsAsked() throws Exception {
    assertThat(measure("prometheus.test", Optional.of(pem(keys))))
        .isEqualTo(new Measured.Value(0.25, OptionalDouble.empty()));
  }

  @Test
  void everyCertificateOfABundleIsTrusted() throws Exception {
    for (String bundle : List.of(pem(otherKeys) + pem(keys), pem(keys) + pem(otherKeys))) {
      assertThat(measure("prometheus.test", Optional.of(bundle)))
          .isInstanceOf(Measured.Value.class);
    }
  }

  @Test
  void serverWithAnotherCertificateIsToldNothing() throws Exception {
    assertRefused(measure("prometheus.test", Optional.of(pem(otherKeys))), "PKIX path");
  }

  @Test
  void serverWithACertificateOfItsOwnIsToldNothingWhereNoneIsConfigured() throws Exception {
    assertRefused(measure("prometheus.test", Optional.empty()), "PKIX path");
  }

  @Test
  void certificateForAnotherNameIsNotEnough() throws Exception {
    assertRefused(measure("other.test", Optional.of(pem(keys))), "other.test");
  }

  @Test
  void fileThatHoldsNoCertificatesIsNoReasonToTrustAnybody() throws Exception {
    assertRefused(measure("prometheus.test", Optional.of("")), "trustAnchors");
    assertRefused(measure("prometheus.test", Optional.of("nonsense")), "certificates");
  }
}
