package dev.godwit.runner.load;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A server that takes one connection after the other, answers the requests of each with the texts
 * that were written for it, and closes it when there is none left.
 */
final class ScriptedServer implements AutoCloseable {

  private static final Pattern LENGTH = Pattern.compile("content-length: *(\\d+)");

  private final ServerSocket socket = new ServerSocket(0, 16, InetAddress.getLoopbackAddress());
  private final List<String> requests = new ArrayList<>();
  private int connections;
  private int closed;

  private interface Talk {
    void with(InputStream in, OutputStream out) throws IOException;
  }

  private ScriptedServer() throws IOException {}

  private ScriptedServer started(List<Talk> talks) {
    Thread.ofPlatform().daemon().start(() -> talks.forEach(this::serve));
    return this;
  }

  /** Each list is for one connection. */
  @SafeVarargs
  static ScriptedServer of(List<String>... scripts) throws IOException {
    var server = new ScriptedServer();
    List<Talk> talks = new ArrayList<>();
    for (List<String> script : scripts) {
      talks.add((in, out) -> server.answer(script, in, out));
    }
    return server.started(talks);
  }

  /** Begins an answer, and goes on with it for as long as somebody reads. */
  static ScriptedServer endless() throws IOException {
    return new ScriptedServer()
        .started(
            List.of(
                (in, out) -> {
                  out.write(
                      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
                          .getBytes(StandardCharsets.US_ASCII));
                  while (true) {
                    out.write("1\r\nx\r\n".getBytes(StandardCharsets.US_ASCII));
                  }
                }));
  }

  private void serve(Talk talk) {
    try (Socket accepted = socket.accept()) {
      count(true);
      talk.with(new BufferedInputStream(accepted.getInputStream()), accepted.getOutputStream());
    } catch (IOException e) {
      // The client has gone, or the test is over.
    } finally {
      count(false);
    }
  }

  private synchronized void count(boolean opens) {
    connections += opens ? 1 : 0;
    closed += opens ? 0 : 1;
    notifyAll();
  }

  private void answer(List<String> script, InputStream in, OutputStream out) throws IOException {
    for (String answer : script) {
      String request = read(in);
      synchronized (this) {
        requests.add(request);
      }
      out.write(answer.getBytes(StandardCharsets.US_ASCII));
    }
    if (script.isEmpty()) {
      read(in);
    }
  }

  private static String read(InputStream in) throws IOException {
    var head = new ByteArrayOutputStream();
    while (!head.toString(StandardCharsets.UTF_8).endsWith("\r\n\r\n")) {
      int next = in.read();
      if (next < 0) {
        throw new IOException("the client has closed");
      }
      head.write(next);
    }
    String text = head.toString(StandardCharsets.UTF_8);
    Matcher length = LENGTH.matcher(text.toLowerCase(Locale.ROOT));
    return length.find()
        ? text
            + new String(in.readNBytes(Integer.parseInt(length.group(1))), StandardCharsets.UTF_8)
        : text;
  }

  String url() {
    return "http://127.0.0.1:" + socket.getLocalPort();
  }

  /** How many were opened so far. */
  synchronized int connections() {
    return connections;
  }

  /** Head and body of each. */
  synchronized List<String> requests() {
    return List.copyOf(requests);
  }

  /** Returns when the server has closed so many connections. */
  synchronized void awaitClosed(int number) throws InterruptedException {
    while (closed < number) {
      wait();
    }
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
