package dev.godwit.operator;

import io.fabric8.kubernetes.client.jdkhttp.JdkHttpClientFactory;
import java.net.http.HttpClient;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.Comparator;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManager;

/**
 * Offers ChaCha20-Poly1305 to the API server before all else. The image runs with the JVM's quick
 * compiler only, which does AES-GCM without the processor's instructions for it: a twentieth of
 * what the operator computes. What else the JDK offers stays as it is, for servers that know no
 * ChaCha20.
 */
final class QuickCiphers extends JdkHttpClientFactory {

  @Override
  protected void additionalConfig(HttpClient.Builder builder) {
    builder.sslParameters(parameters());
  }

  /** The JDK's defaults in another order. */
  static SSLParameters parameters() {
    try {
      SSLContext any = SSLContext.getInstance("TLS");
      any.init(null, new TrustManager[0], null); // without reading the authorities of the JDK
      SSLParameters defaults = any.getDefaultSSLParameters();
      return new SSLParameters(
          Arrays.stream(defaults.getCipherSuites())
              .sorted(Comparator.comparing(suite -> !suite.contains("CHACHA20")))
              .toArray(String[]::new),
          defaults.getProtocols());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("a JDK without TLS", e);
    }
  }
}
