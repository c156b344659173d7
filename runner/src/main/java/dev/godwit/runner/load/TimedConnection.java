package dev.godwit.runner.load;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import org.apache.hc.core5.http.config.Http1Config;
import org.apache.hc.core5.http.impl.io.DefaultBHttpClientConnection;
import org.apache.hc.core5.http.impl.io.SocketHolder;

/**
 * A connection with a deadline for a whole answer. The timeout of a socket is for each read anew,
 * so that an answer that comes in drops would never be late.
 */
final class TimedConnection extends DefaultBHttpClientConnection {

  private static final long NANOS_PER_MILLI = 1_000_000;

  private final Time time;
  private long deadlineNanos;

  TimedConnection(Time time) {
    super(Http1Config.DEFAULT);
    this.time = time;
  }

  /** Until when reading may take, in {@link Time#nanos()}; beyond it throws. */
  void deadline(long nanos) {
    deadlineNanos = nanos;
  }

  @Override
  public void bind(Socket socket) throws IOException {
    bind(
        new SocketHolder(socket) {
          @Override
          protected InputStream getInputStream(Socket from) throws IOException {
            return new TimedInput(from);
          }
        });
  }

  /** How long a socket may wait until that deadline, which has not passed. */
  int millisLeft(long deadline) throws SocketTimeoutException {
    long left = deadline - time.nanos();
    if (left <= 0) {
      throw new SocketTimeoutException("the time is over");
    }
    // Upwards, since 0 would mean for ever.
    return Math.toIntExact(left / NANOS_PER_MILLI + 1);
  }

  /** Sets the socket's timeout to what is left, before every read. */
  private final class TimedInput extends FilterInputStream {

    private final Socket socket;

    TimedInput(Socket socket) throws IOException {
      super(socket.getInputStream());
      this.socket = socket;
    }

    @Override
    public int read() throws IOException {
      socket.setSoTimeout(millisLeft(deadlineNanos));
      return super.read();
    }

    @Override
    public int read(byte[] into, int from, int length) throws IOException {
      socket.setSoTimeout(millisLeft(deadlineNanos));
      return super.read(into, from, length);
    }
  }
}
