package dev.godwit.operator.cluster;

import org.apache.hc.core5.http.config.Http1Config;
import org.apache.hc.core5.http.impl.io.DefaultBHttpClientConnection;
import org.apache.hc.core5.http.impl.io.DefaultHttpResponseParserFactory;

/**
 * Connections that read no headers without an end: by default neither their length nor count is
 * limited.
 */
final class HttpBounds {

  private static final Http1Config CONFIG =
      Http1Config.custom().setMaxLineLength(8192).setMaxHeaderCount(100).build();

  private HttpBounds() {}

  static DefaultBHttpClientConnection connection() {
    // The constructor with the configuration alone doesn't give it to who parses the headers.
    return new DefaultBHttpClientConnection(
        CONFIG, null, null, null, null, null, new DefaultHttpResponseParserFactory(CONFIG));
  }
}
