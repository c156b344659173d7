package dev.godwit.operator.cluster;

import dev.godwit.operator.plan.Measured;
import dev.godwit.operator.plan.MetricRequest;
import java.io.IOException;
import java.math.BigDecimal;
import java.net.InetAddress;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLEncoder;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Asks Prometheus, of those that the configuration allows: by its URL, and by the addresses that
 * its name has at that moment, to one of which the connection is made. The same holds for each
 * redirect. Credentials go to the server that they are for and to no other.
 */
public final class Prometheus implements MetricProvider {

  private static final Duration TIMEOUT = Duration.ofSeconds(10);

  private static final int REDIRECTS = 3;
  private static final int BODY = 1 << 20;
  private static final int GOOD = 200;
  private static final int LOWEST_REDIRECT = 300;
  private static final int LOWEST_ERROR = 400;
  private static final int MESSAGE = 300;

  private final List<PrometheusServer> allowed;
  private final NameService names;
  private final ExecutorService threads;
  private final Duration timeout;
  private final HttpFetch fetch = new HttpFetch();

  /** Finds the addresses of a name. */
  @FunctionalInterface
  interface NameService {

    /** All of them, at least one. */
    InetAddress[] addresses(String name) throws UnknownHostException;
  }

  /**
   * Nothing is asked yet.
   *
   * @param allowed that may be asked
   * @param threads on which is asked, a thread each
   */
  public Prometheus(List<PrometheusServer> allowed, ExecutorService threads) {
    this(allowed, InetAddress::getAllByName, threads, TIMEOUT);
  }

  /**
   * With other names and another time.
   *
   * @param timeout how long one question may take, redirects included
   */
  Prometheus(
      List<PrometheusServer> allowed,
      NameService names,
      ExecutorService threads,
      Duration timeout) {
    this.allowed = List.copyOf(allowed);
    this.names = names;
    this.threads = threads;
    this.timeout = timeout;
  }

  @Override
  public Optional<String> refusal(String url) {
    return parsed(url).flatMap(this::server).isPresent()
        ? Optional.empty()
        : Optional.of(
            url
                + " is not among the addresses that the operator may ask: add it to"
                + " prometheus.allowed in the operator's configuration");
  }

  @Override
  public Measured measure(MetricRequest request) throws InterruptedException {
    Measured value = bounded(request, request.query());
    if (!(value instanceof Measured.Value(double number, OptionalDouble _))
        || request.samples().isEmpty()) {
      return value;
    }
    return switch (bounded(request, request.samples().get())) {
      case Measured.Value(double samples, OptionalDouble _) ->
          new Measured.Value(number, OptionalDouble.of(samples));
      case Measured.Nothing _ -> new Measured.Value(number, OptionalDouble.of(0));
      case Measured.Unknown unknown -> unknown;
    };
  }

  /** The whole exchange: a server that answers a byte at a time must not hold a thread. */
  private Measured bounded(MetricRequest request, String query) throws InterruptedException {
    String url = request.url();
    Future<Measured> answer = threads.submit(() -> ask(url, query, request.at()));
    try {
      return answer.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      return silent(url);
    } catch (ExecutionException e) {
      return switch (e.getCause()) {
        case SocketTimeoutException _ -> silent(url);
        case IOException failure -> new Measured.Unknown(url + " failed: " + words(failure));
        case RuntimeException bug -> throw bug;
        default -> throw new IllegalStateException(e.getCause());
      };
    } finally {
      answer.cancel(true);
    }
  }

  private Measured silent(String url) {
    return new Measured.Unknown(url + " gave no answer within " + timeout.toSeconds() + "s");
  }

  private Measured ask(String url, String query, Optional<Instant> at) throws IOException {
    String root = url.replaceFirst("/$", "");
    String time =
        at.map(Instant::toEpochMilli).map(ms -> "&time=" + BigDecimal.valueOf(ms, 3)).orElse("");
    URI next =
        parsed(
                root
                    + "/api/v1/query?query="
                    + URLEncoder.encode(query, StandardCharsets.UTF_8)
                    + time)
            .orElseThrow(() -> new IOException("it is no address"));
    for (int hop = 0; hop <= REDIRECTS; hop++) {
      HttpFetch.Answer answer = get(next);
      if (answer.status() < LOWEST_REDIRECT || answer.status() >= LOWEST_ERROR) {
        return measured(url, answer);
      }
      if (answer.location().isEmpty()) {
        throw new IOException("it answered " + answer.status() + " without saying where to");
      }
      next =
          parsed(answer.location().get())
              .map(next::resolve)
              .orElseThrow(() -> new IOException("it answered with a redirect to no address"));
    }
    throw new IOException("it answered with more than " + REDIRECTS + " redirects");
  }

  private static Optional<URI> parsed(String url) {
    try {
      return Optional.of(new URI(url));
    } catch (URISyntaxException e) {
      return Optional.empty();
    }
  }

  private static Measured measured(String url, HttpFetch.Answer answer) {
    if (answer.isCut()) {
      return new Measured.Unknown(url + " answered more than 1 MiB: aggregate the query");
    }
    Measured read = PrometheusAnswer.read(answer.body());
    // What Prometheus refuses comes with a status of its own and is worth being told.
    return switch (read) {
      case Measured.Unknown(String message) ->
          new Measured.Unknown(shortened(url + " answered " + answer.status() + ": " + message));
      case Measured.Value _, Measured.Nothing _ ->
          answer.status() == GOOD
              ? read
              : new Measured.Unknown(url + " answered " + answer.status());
    };
  }

  private HttpFetch.Answer get(URI url) throws IOException {
    PrometheusServer server =
        server(url)
            .orElseThrow(
                () -> new IOException(host(url) + " is not among the addresses that may be asked"));
    InetAddress address =
        Arrays.stream(names.addresses(url.getHost()))
            .filter(server::mayBeAt)
            .findFirst()
            .orElseThrow(
                () ->
                    new IOException(
                        host(url) + " is at no address that may be asked by its networks"));
    return fetch.get(url, address, authorization(server), server.certificates(), timeout, BODY);
  }

  private Optional<PrometheusServer> server(URI url) {
    return url.getScheme() == null || url.getHost() == null || url.getUserInfo() != null
        ? Optional.empty()
        : allowed.stream().filter(server -> server.serves(url)).findFirst();
  }

  private static String host(URI url) {
    return url.getScheme() + "://" + url.getHost() + ":" + PrometheusServer.port(url);
  }

  /** Read each time: what is mounted is renewed. */
  private static Optional<String> authorization(PrometheusServer server) throws IOException {
    if (server.bearerToken().isPresent()) {
      return Optional.of("Bearer " + content(server.bearerToken().get()));
    }
    if (server.username().isPresent() && server.password().isPresent()) {
      String pair = content(server.username().get()) + ":" + content(server.password().get());
      return Optional.of(
          "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8)));
    }
    return Optional.empty();
  }

  private static String content(Path file) throws IOException {
    return Files.readString(file).strip();
  }

  private static String words(IOException failure) {
    return shortened(
        Optional.ofNullable(failure.getMessage()).orElse(failure.getClass().getSimpleName()));
  }

  private static String shortened(String message) {
    return message.length() <= MESSAGE ? message : message.substring(0, MESSAGE - 1) + "…";
  }
}
