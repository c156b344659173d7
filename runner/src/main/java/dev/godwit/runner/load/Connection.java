package dev.godwit.runner.load;

import java.io.IOException;

/**
 * A connection to a target, which opens itself as often as need be. For one thread, apart from
 * {@link #abort}.
 */
interface Connection extends AutoCloseable {

  /**
   * Opens it, unless it is.
   *
   * @param deadlineNanos until when, in {@link Time#nanos()}
   * @throws NotConnectedException when that fails
   */
  void open(long deadlineNanos) throws NotConnectedException;

  /**
   * Sends the request, and reads and forgets its whole answer.
   *
   * @return the status code
   * @throws NotConnectedException when it was not open, and could not be opened
   * @throws IOException when the answer does not come, or not in time; the connection is closed
   *     then
   */
  int exchange(Due due) throws IOException;

  /** Ends what is under way, and refuses any more. From another thread. */
  void abort();

  @Override
  void close();

  /** No connection could be opened. */
  final class NotConnectedException extends IOException {
    NotConnectedException(String message, IOException cause) {
      super(message, cause);
    }
  }
}
