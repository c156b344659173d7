package dev.godwit.runner.load;

import dev.godwit.contract.load.LoadRequest;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.http.impl.io.HttpRequestExecutor;
import org.apache.hc.core5.http.io.entity.ByteArrayEntity;
import org.apache.hc.core5.http.io.entity.EntityUtils;
import org.apache.hc.core5.http.message.BasicClassicHttpRequest;
import org.apache.hc.core5.http.protocol.HttpCoreContext;
import org.apache.hc.core5.http.protocol.HttpProcessor;
import org.apache.hc.core5.http.protocol.HttpProcessorBuilder;
import org.apache.hc.core5.http.protocol.RequestConnControl;
import org.apache.hc.core5.http.protocol.RequestContent;
import org.apache.hc.core5.http.protocol.RequestTargetHost;
import org.apache.hc.core5.http.protocol.RequestUserAgent;
import org.apache.hc.core5.io.CloseMode;

/** HTTP/1.1 over a plain connection that is kept open. */
final class HttpConnection implements Connection {

  private static final int HTTP_PORT = 80;
  private static final long NANOS_PER_MILLI = 1_000_000;

  /**
   * A connection that was not used for so long is given up: many servers close theirs after five
   * seconds, and a request that meets that moment is lost through nobody's fault.
   */
  private static final long LONGEST_IDLE_NANOS = 4_000 * NANOS_PER_MILLI;

  /** What may be sent again when a connection turns out to have been closed meanwhile. */
  private static final Set<String> REPEATABLE = Set.of("GET", "HEAD", "OPTIONS", "PUT", "DELETE");

  private static final HttpRequestExecutor EXECUTOR = new HttpRequestExecutor();
  // Without the usual "Expect: 100-continue", which would make two exchanges of a request with a
  // body.
  private static final HttpProcessor HEADERS =
      HttpProcessorBuilder.create()
          .add(new RequestTargetHost())
          .add(new RequestContent())
          .add(new RequestConnControl())
          .add(new RequestUserAgent("godwit-runner"))
          .build();

  private final HttpHost target;
  private final Time time;
  private final TimedConnection connection;
  private long usedNanos;
  private boolean answering;
  private volatile boolean aborted;

  /** Not yet open. */
  HttpConnection(String baseUrl, Time time) {
    URI url = URI.create(baseUrl);
    int port = url.getPort() < 0 ? HTTP_PORT : url.getPort();
    this.target = new HttpHost(url.getScheme(), url.getHost(), port);
    this.time = time;
    this.connection = new TimedConnection(time);
  }

  @Override
  public void open(long deadlineNanos) throws NotConnectedException {
    if (connection.isOpen()) {
      return;
    }
    var socket = new Socket();
    try {
      if (aborted) {
        throw new IOException("aborted");
      }
      socket.setTcpNoDelay(true);
      socket.connect(address(), connection.millisLeft(deadlineNanos));
      connection.bind(socket);
      usedNanos = time.nanos();
    } catch (IOException e) {
      closeQuietly(socket);
      throw new NotConnectedException(target + ": " + e.getMessage(), e);
    }
  }

  private InetSocketAddress address() throws UnknownHostException {
    var address = new InetSocketAddress(unbracketed(target.getHostName()), target.getPort());
    if (address.isUnresolved()) {
      throw new UnknownHostException("the name " + target.getHostName() + " is not known");
    }
    return address;
  }

  private static String unbracketed(String host) {
    return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
  }

  @Override
  public int exchange(Due due) throws IOException {
    if (time.nanos() - usedNanos > LONGEST_IDLE_NANOS) {
      close();
    }
    boolean reused = connection.isOpen();
    open(due.deadlineNanos());
    try {
      return once(due);
    } catch (IOException e) {
      close();
      if (!reused || answering || !mayRepeat(due, e)) {
        throw e;
      }
    }
    open(due.deadlineNanos());
    return once(due);
  }

  private boolean mayRepeat(Due due, IOException failure) {
    return !aborted
        && !(failure instanceof SocketTimeoutException)
        && REPEATABLE.contains(due.request().method());
  }

  private int once(Due due) throws IOException {
    connection.deadline(due.deadlineNanos());
    answering = false;
    var context = HttpCoreContext.create();
    ClassicHttpRequest request = request(due.request());
    try {
      EXECUTOR.preProcess(request, HEADERS, context);
      try (ClassicHttpResponse response = EXECUTOR.execute(request, connection, context)) {
        answering = true;
        EntityUtils.consume(response.getEntity());
        if (!EXECUTOR.keepAlive(request, response, connection, context)) {
          close();
        }
        usedNanos = time.nanos();
        return response.getCode();
      }
    } catch (HttpException e) {
      answering = true;
      close();
      throw new IOException("the answer is not HTTP: " + e.getMessage(), e);
    } catch (IOException e) {
      close();
      throw e;
    }
  }

  private ClassicHttpRequest request(LoadRequest wanted) {
    var request = new BasicClassicHttpRequest(wanted.method(), target, wanted.path());
    wanted.headers().forEach(request::addHeader);
    if (!wanted.body().isEmpty()) {
      request.setEntity(new ByteArrayEntity(wanted.body().getBytes(StandardCharsets.UTF_8), null));
    }
    return request;
  }

  @Override
  public void abort() {
    aborted = true;
    close();
  }

  @Override
  public void close() {
    connection.close(CloseMode.IMMEDIATE);
  }

  private static void closeQuietly(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      // It was never connected: there is nothing to lose.
    }
  }
}
