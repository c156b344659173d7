package dev.godwit.runner.schema;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Stands between a client and a server, and cuts the connection when the client sends something for
 * the so-manieth time: before the server has it, with that, or when the server has answered.
 */
final class CuttingProxy implements AutoCloseable {

  /** Where the cut is. */
  enum Cut {
    /** The server does not get what the client sends. */
    BEFORE,
    /** The server gets it, and both are alone at once. */
    SENT,
    /** The client does not get the answer. */
    ANSWER
  }

  private static final int BUFFER = 1 << 16;

  private final ServerSocket listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
  private final int target;
  private final AtomicInteger left = new AtomicInteger();
  private volatile String marker = "";
  private volatile Cut cut = Cut.BEFORE;
  private volatile boolean goodbye;

  CuttingProxy(int target) throws IOException {
    this.target = target;
    Thread.ofVirtual().start(this::accept);
  }

  int port() {
    return listening.getLocalPort();
  }

  /** Cuts once, the next time but so many that the text is sent. */
  void cut(Cut where, String text, int after) {
    cut = where;
    marker = text;
    left.set(after + 1);
  }

  /** With the cut, no further connection is taken. */
  void forGood() {
    goodbye = true;
  }

  private void accept() {
    while (!listening.isClosed()) {
      try {
        Socket client = listening.accept();
        if (listening.isClosed()) {
          // It was in the queue when the socket was closed: who waits in accept still gets it.
          client.close();
          return;
        }
        Socket server = new Socket(InetAddress.getLoopbackAddress(), target);
        client.setTcpNoDelay(true);
        server.setTcpNoDelay(true);
        var connection = new Connection(client, server);
        Thread.ofVirtual().start(connection::upwards);
        Thread.ofVirtual().start(connection::downwards);
      } catch (IOException e) {
        // Closed, or the server is gone: so are the connections.
      }
    }
  }

  private final class Connection {
    private final Socket client;
    private final Socket server;
    private volatile boolean mute;

    Connection(Socket client, Socket server) {
      this.client = client;
      this.server = server;
    }

    void upwards() {
      byte[] bytes = new byte[BUFFER];
      try {
        InputStream in = client.getInputStream();
        OutputStream out = server.getOutputStream();
        for (int count = in.read(bytes); count >= 0; count = in.read(bytes)) {
          if (isMarked(bytes, count)) {
            if (goodbye) {
              listening.close();
            }
            if (cut == Cut.BEFORE) {
              break;
            }
            mute = true;
            out.write(bytes, 0, count);
            if (cut == Cut.SENT) {
              break;
            }
          } else {
            out.write(bytes, 0, count);
          }
        }
      } catch (IOException e) {
        // Then it is cut already.
      } finally {
        end();
      }
    }

    private boolean isMarked(byte[] bytes, int count) {
      return left.get() > 0
          && new String(bytes, 0, count, StandardCharsets.ISO_8859_1).contains(marker)
          && left.decrementAndGet() == 0;
    }

    void downwards() {
      byte[] bytes = new byte[BUFFER];
      try {
        InputStream in = server.getInputStream();
        OutputStream out = client.getOutputStream();
        for (int count = in.read(bytes); count >= 0 && !mute; count = in.read(bytes)) {
          out.write(bytes, 0, count);
        }
      } catch (IOException e) {
        // Then it is cut already.
      } finally {
        end();
      }
    }

    private void end() {
      try {
        client.close();
        server.close();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  @Override
  public void close() throws IOException {
    listening.close();
  }
}
