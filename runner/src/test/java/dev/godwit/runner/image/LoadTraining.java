package dev.godwit.runner.image;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Drives the runner's image through a small load, so that the JVM can record which classes that
 * takes and put them, parsed and linked, into its AOT cache.
 */
public final class LoadTraining {

  private static final long PATIENCE_SECONDS = 60;

  private LoadTraining() {}

  /**
   * Trains. Exits with 1 when the load does not end well, and in time.
   *
   * @param args the command that starts the runner, without its arguments
   * @throws Exception when the command cannot be started, or the server not be
   */
  public static void main(String[] args) throws Exception {
    HttpServer server = server();
    try {
      List<String> command = new ArrayList<>(Arrays.asList(args));
      command.add("load");
      var builder = new ProcessBuilder(command).inheritIO();
      builder.environment().put("GODWIT_LOAD", plan(server.getAddress().getPort()));
      Process runner = builder.start();
      if (!runner.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        runner.destroyForcibly();
        System.err.println("the load did not end within " + PATIENCE_SECONDS + " s");
        System.exit(1);
      }
      if (runner.exitValue() != 0) {
        System.err.println("the load ended with " + runner.exitValue());
        System.exit(1);
      }
    } finally {
      server.stop(0);
    }
  }

  private static HttpServer server() throws IOException {
    var server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          exchange.getRequestBody().readAllBytes();
          exchange.sendResponseHeaders(204, -1);
          exchange.close();
        });
    server.start();
    return server;
  }

  private static String plan(int port) {
    return """
        {"blue": "http://127.0.0.1:%1$d", "green": "http://127.0.0.1:%1$d", "rate": 500,
         "requests": [{"path": "/"}, {"method": "POST", "body": "{}", "headers": {"X-Try": "1"}}],
         "sliceMillis": 200, "warmUpMillis": 200, "durationMillis": 1600, "connections": 4}
        """
        .formatted(port);
  }
}
