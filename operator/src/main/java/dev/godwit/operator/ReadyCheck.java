package dev.godwit.operator;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;

/**
 * Asks an operator whether it is ready: what {@code helm test} runs. The image has no shell and no
 * curl, and a cluster may have no other image.
 */
public final class ReadyCheck {

  private static final Duration TIMEOUT = Duration.ofSeconds(10);

  private ReadyCheck() {}

  /**
   * Exits with 0 if the address answers with 200, and otherwise with 1 and the reason on stderr.
   *
   * @param args the address, such as {@code http://godwit-metrics:8080/readyz}
   */
  public static void main(String[] args) {
    if (args.length != 1) {
      System.err.println("usage: ReadyCheck URL");
      System.exit(2);
    }
    String problem = problemAt(URI.create(args[0]));
    if (!problem.isEmpty()) {
      System.err.println(args[0] + ": " + problem);
      System.exit(1);
    }
    System.out.println(args[0] + ": ready");
  }

  /** What keeps the operator behind the address from being ready, or nothing. */
  static String problemAt(URI address) {
    try (var client = HttpClient.newBuilder().connectTimeout(TIMEOUT).build()) {
      HttpResponse<String> response =
          client.send(
              HttpRequest.newBuilder(address).timeout(TIMEOUT).build(), BodyHandlers.ofString());
      return response.statusCode() == 200
          ? ""
          : "answered " + response.statusCode() + ": " + response.body().strip();
    } catch (IOException e) {
      return "no answer: " + e;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return "interrupted";
    }
  }
}
