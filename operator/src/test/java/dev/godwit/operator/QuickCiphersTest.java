package dev.godwit.operator;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import org.junit.jupiter.api.Test;

class QuickCiphersTest {

  @Test
  void chaChaComesFirstAndAllElseStaysAsItIs() throws Exception {
    SSLParameters defaults = SSLContext.getDefault().getDefaultSSLParameters();
    List<String> suites = List.of(defaults.getCipherSuites());

    SSLParameters quick = QuickCiphers.parameters();

    assertThat(quick.getCipherSuites()[0]).isEqualTo("TLS_CHACHA20_POLY1305_SHA256");
    assertThat(quick.getCipherSuites())
        .containsExactly(
            Stream.concat(
                    suites.stream().filter(suite -> suite.contains("CHACHA20")),
                    suites.stream().filter(suite -> !suite.contains("CHACHA20")))
                .toArray(String[]::new));
    assertThat(quick.getProtocols()).isEqualTo(defaults.getProtocols());
    assertThat(Arrays.asList(quick.getProtocols())).contains("TLSv1.3", "TLSv1.2");
  }
}
