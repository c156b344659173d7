package dev.godwit.operator.cluster;

import dev.godwit.api.v1alpha1.HttpCheck;
import dev.godwit.operator.plan.Question;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Asks pods over the network, each time over a new connection, as the kubelet does: one that was
 * kept could still work while new ones fail.
 */
public final class PodAsker implements Asker, AutoCloseable {

  private static final int MESSAGE = 300;

  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final HttpGet http = new HttpGet();
  private final GrpcHealth grpc = new GrpcHealth();

  /** What is asked, in words, and how. */
  private record Call(String words, Exchange exchange) {}

  /** One exchange; the answer is what was wrong. */
  @FunctionalInterface
  private interface Exchange {
    Optional<String> run() throws IOException, InterruptedException;
  }

  @Override
  public Optional<String> ask(Question question, String address, Duration timeout)
      throws InterruptedException {
    Call call = call(question, address, timeout);
    return outcome(call, timeout).map(wrong -> shortened(call.words() + " " + wrong));
  }

  private Call call(Question question, String address, Duration timeout) {
    return switch (question) {
      case Question.Http(HttpCheck check) -> {
        String url = url(check, address);
        yield new Call("GET " + url, () -> http.get(check, address, timeout));
      }
      case Question.Tcp(var check) ->
          new Call(
              "TCP connection to " + host(address) + ":" + check.port(),
              () -> connect(address, check.port(), timeout));
      case Question.Grpc(var check) ->
          new Call(
              "gRPC health check of "
                  + host(address)
                  + ":"
                  + check.port()
                  + Optional.ofNullable(check.service())
                      .map(service -> " (service " + service + ")")
                      .orElse(""),
              () -> grpc.check(check, address, timeout));
    };
  }

  /** Bounds the whole exchange: a pod that answers a byte at a time must not hold a thread. */
  private Optional<String> outcome(Call call, Duration timeout) throws InterruptedException {
    Future<Optional<String>> answer = threads.submit(call.exchange()::run);
    try {
      return answer.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      return Optional.of("gave no answer within " + timeout.toSeconds() + "s");
    } catch (ExecutionException e) {
      return switch (e.getCause()) {
        case IOException failure -> Optional.of("failed: " + words(failure));
        case RuntimeException bug -> throw bug;
        default -> throw new IllegalStateException(e.getCause());
      };
    } finally {
      answer.cancel(true);
    }
  }

  private static Optional<String> connect(String address, int port, Duration timeout)
      throws IOException {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(address, port), Math.toIntExact(timeout.toMillis()));
      return Optional.empty();
    }
  }

  private static String words(IOException failure) {
    return Optional.ofNullable(failure.getMessage()).orElse(failure.getClass().getSimpleName());
  }

  static String url(HttpCheck check, String address) {
    String scheme = check.scheme() == HttpCheck.Scheme.HTTPS ? "https" : "http";
    return scheme
        + "://"
        + host(address)
        + ":"
        + check.port()
        + Optional.ofNullable(check.path()).orElse("/");
  }

  static String host(String address) {
    return address.contains(":") ? "[" + address + "]" : address;
  }

  private static String shortened(String message) {
    return message.length() <= MESSAGE ? message : message.substring(0, MESSAGE - 1) + "…";
  }

  @Override
  public void close() {
    threads.shutdownNow();
    grpc.close();
  }
}
