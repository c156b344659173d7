package dev.godwit.operator.e2e;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * Users: 500 requests a second at a constant rate against a Service's cluster address, 300 of them
 * on connections that are kept, 200 on a new one each. They never go faster or slower because of
 * the answers, and stop by themselves after {@link #LIMIT}.
 *
 * <p>Two loads run at the same time at the most, or the generators would starve on a small machine;
 * the others wait for their turn.
 */
final class Load implements AutoCloseable {

  /** No load lasts longer, whatever becomes of the test. */
  static final Duration LIMIT = Duration.ofMinutes(8);

  /** With fewer answers that none failed does not mean much. */
  static final int ENOUGH = 500;

  private static final Semaphore TURNS = new Semaphore(2, true);

  /** The Services that are asked in turn, by URL. */
  private final Map<String, String> services;

  private final Process users;
  private final Thread reader;
  private final List<Answer> answers = new ArrayList<>();
  private final List<Wish> wishes = new ArrayList<>();
  private boolean stopped;

  /**
   * One request and what became of it.
   *
   * @param service the Service that was asked
   * @param kept whether it was sent on a connection that is kept
   * @param sent when it was sent
   * @param latency until the whole answer was there
   * @param code the HTTP status; 0 for none
   * @param error what went wrong; empty if nothing did
   * @param version which version answered; empty if none did
   * @param pod which pod answered; empty if none did
   */
  record Answer(
      String service,
      boolean kept,
      Instant sent,
      Duration latency,
      int code,
      String error,
      String version,
      String pod) {

    boolean failed() {
      return code != 200 || version.isEmpty();
    }

    Instant received() {
      return sent.plus(latency);
    }
  }

  private record Wish(Predicate<Answer> wanted, CompletableFuture<Answer> done) {}

  private Load(Map<String, String> services) {
    this.services = Map.copyOf(services);
    List<String> command =
        List.of(
            LocalCluster.tool("users"),
            "-kept=300",
            "-new=200",
            "-duration=" + LIMIT.toSeconds() + "s");
    users = start(command, services.keySet(), ProcessBuilder.Redirect.PIPE);
    reader = Thread.ofVirtual().start(this::read);
  }

  /** Starts the load on an application's Service, and returns when it is answered. */
  static Load on(Application application) {
    return on(application.namespace(), application.name(), 9898);
  }

  /** Starts the load on a Service, and returns when it is answered. */
  static Load on(String namespace, String service, int port) {
    return of(Map.of(url(namespace, service, port), service));
  }

  /** Starts one load that goes round all these applications, and returns when it is answered. */
  static Load onAll(List<Application> applications) {
    return of(
        applications.stream()
            .collect(
                Collectors.toMap(
                    application -> url(application.namespace(), application.name(), 9898),
                    Application::name)));
  }

  /**
   * More requests beside a load, of which nobody counts what comes of them.
   *
   * @param rate as vegeta has it: 10, or 5/2s
   * @return ends them when it is closed
   */
  static AutoCloseable beside(Application application, String path, String rate) {
    List<String> command =
        List.of(
            LocalCluster.tool("vegeta"),
            "attack",
            "-rate=" + rate,
            "-duration=" + LIMIT.toSeconds() + "s",
            "-timeout=10s",
            "-max-workers=400");
    String url = url(application.namespace(), application.name(), 9898);
    Process process = start(command, Set.of(url + path), ProcessBuilder.Redirect.DISCARD);
    return () -> {
      interrupt(process);
      process.waitFor();
    };
  }

  /** Starts a generator inside the cluster, which gets these URLs as its targets. */
  private static Process start(
      List<String> command, Set<String> urls, ProcessBuilder.Redirect answers) {
    try {
      Process process = LocalCluster.inside(command).redirectOutput(answers).start();
      try (var targets = process.outputWriter(StandardCharsets.UTF_8)) {
        for (String url : urls) {
          targets.write("GET " + url + "\n");
        }
      }
      return process;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String url(String namespace, String service, int port) {
    String address =
        LocalCluster.CLIENT
            .services()
            .inNamespace(namespace)
            .withName(service)
            .get()
            .getSpec()
            .getClusterIP();
    return "http://" + address + ":" + port + "/";
  }

  private static Load of(Map<String, String> services) {
    services.keySet().forEach(Load::awaitService);
    TURNS.acquireUninterruptibly();
    Load load;
    try {
      load = new Load(services);
    } catch (RuntimeException | Error e) {
      TURNS.release();
      throw e;
    }
    try {
      load.await("the first answer on kept connections", Answer::kept);
      load.await("the first answer on a new connection", answer -> !answer.kept());
    } catch (RuntimeException | Error e) {
      load.close();
      throw e;
    }
    return load;
  }

  /** Waits for an answer. */
  Answer await(String what, Predicate<Answer> wanted) {
    Wish wish = new Wish(wanted, new CompletableFuture<>());
    synchronized (answers) {
      wishes.add(wish);
    }
    return Eventually.get(wish.done(), what, new AtomicReference<>(services));
  }

  /** Waits until a request is answered by that version on a connection opened from now on. */
  Answer awaitVersion(String version) {
    Instant now = Instant.now();
    return await(
        "an answer of version " + version,
        answer -> !answer.kept() && answer.sent().isAfter(now) && answer.version().equals(version));
  }

  /** Waits until a service is answered by that version on a connection opened from now on. */
  Answer awaitVersion(Application application, String version) {
    Instant now = Instant.now();
    return await(
        "an answer of " + application.name() + " " + version,
        answer ->
            !answer.kept()
                && answer.sent().isAfter(now)
                && answer.service().equals(application.name())
                && answer.version().equals(version));
  }

  /** Waits until a request that is sent after this call is lost. */
  void awaitFailure() {
    Instant now = Instant.now();
    await("a lost request", answer -> answer.sent().isAfter(now) && answer.failed());
  }

  /** Waits until requests that are sent after this call were answered, whatever by. */
  void awaitMore() {
    Instant now = Instant.now();
    await("a later answer", answer -> answer.kept() && answer.sent().isAfter(now));
    await("a later answer", answer -> !answer.kept() && answer.sent().isAfter(now));
  }

  /** Ends the load when enough was sent to mean something, and tells what came of it. */
  LoadResult stop() {
    awaitEnough();
    close();
    synchronized (answers) {
      return new LoadResult(answers);
    }
  }

  private void awaitEnough() {
    synchronized (answers) {
      if (answers.size() > ENOUGH) {
        return;
      }
    }
    await("more than " + ENOUGH + " answers", answer -> answers.size() > ENOUGH);
  }

  @Override
  public void close() {
    synchronized (this) {
      if (stopped) {
        return;
      }
      stopped = true;
    }
    try {
      interrupt(users);
      // What was sent by now is still waited for and written.
      if (!reader.join(Duration.ofSeconds(30))) {
        users.destroyForcibly();
      }
      reader.join();
    } catch (InterruptedException e) {
      users.destroyForcibly();
      Thread.currentThread().interrupt();
    } finally {
      TURNS.release();
    }
  }

  /**
   * Waits until kube-proxy knows the Service. Its local ports are none that the load uses: a
   * connection that was tried too early leaves an entry in the connection table, and a later one
   * from the same port would go where that one went, which is nowhere.
   */
  private static void awaitService(String url) {
    List<String> command =
        List.of(
            "curl",
            "--silent",
            "--output",
            "/dev/null",
            "--connect-timeout",
            "1",
            "--retry",
            "60",
            "--retry-delay",
            "1",
            "--retry-all-errors",
            "--local-port",
            "10000-19999",
            url);
    try {
      if (LocalCluster.inside(command).start().waitFor() != 0) {
        throw new AssertionError(url + " does not answer");
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  private void read() {
    try (BufferedReader lines = users.inputReader(StandardCharsets.UTF_8)) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        add(parse(line));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void add(Answer answer) {
    List<Wish> fulfilled;
    synchronized (answers) {
      answers.add(answer);
      fulfilled = wishes.stream().filter(wish -> wish.wanted().test(answer)).toList();
      wishes.removeAll(fulfilled);
    }
    fulfilled.forEach(wish -> wish.done().complete(answer));
  }

  /** A line as dev/tools/vegeta/users writes it. */
  private Answer parse(String line) {
    String[] fields = line.split("\t", -1);
    return new Answer(
        services.get(fields[0]),
        fields[1].equals("kept"),
        Instant.ofEpochSecond(0, Long.parseLong(fields[2])),
        Duration.ofNanos(Long.parseLong(fields[3])),
        Integer.parseInt(fields[4]),
        fields[7],
        fields[5],
        fields[6]);
  }

  /** The generator stops sending, waits for the answers and writes them, on SIGINT only. */
  private static void interrupt(Process process) {
    try {
      Process kill = new ProcessBuilder("kill", "-INT", "" + process.pid()).start();
      kill.waitFor(10, TimeUnit.SECONDS);
    } catch (IOException e) {
      process.destroyForcibly();
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
