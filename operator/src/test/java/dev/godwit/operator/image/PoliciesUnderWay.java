package dev.godwit.operator.image;

import com.sun.management.OperatingSystemMXBean;
import com.sun.net.httpserver.HttpServer;
import dev.godwit.api.v1alpha1.Migration;
import dev.godwit.operator.cluster.MetricProvider;
import dev.godwit.operator.cluster.Network;
import dev.godwit.operator.cluster.PolledMetrics;
import dev.godwit.operator.cluster.Prometheus;
import dev.godwit.operator.cluster.PrometheusServer;
import dev.godwit.operator.plan.Limits;
import dev.godwit.operator.plan.Measured;
import dev.godwit.operator.plan.MetricRequest;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

/**
 * What it costs the operator to measure for many migrations at a time: its own part that asks,
 * against a server on loopback that answers as Prometheus does. For the benchmark.
 */
public final class PoliciesUnderWay {

  private static final int METRICS = 4;
  private static final Duration INTERVAL = Duration.ofSeconds(5);
  private static final Duration WARM_UP = Duration.ofSeconds(20);
  private static final int AT_A_TIME = 64;

  private PoliciesUnderWay() {}

  /**
   * Measures, and prints the figures as JSON; or answers.
   *
   * @param args {@code answer}, which prints the port and answers until it is ended; or the port,
   *     how many migrations there are, and for how many seconds it is measured
   */
  public static void main(String[] args) throws Exception {
    if (args[0].equals("answer")) {
      answer();
    } else {
      measure(Integer.parseInt(args[0]), Integer.parseInt(args[1]), Long.parseLong(args[2]));
    }
  }

  private static void answer() throws IOException {
    byte[] body =
        """
        {"status":"success","data":{"resultType":"vector",
         "result":[{"metric":{},"value":[1700000000.123,"500"]}]}}
        """
            .getBytes(StandardCharsets.UTF_8);
    var server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext(
        "/",
        exchange -> {
          exchange.getRequestBody().readAllBytes();
          exchange.getResponseHeaders().add("Content-Type", "application/json");
          exchange.sendResponseHeaders(200, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    server.start();
    System.out.println(server.getAddress().getPort());
  }

  private static void measure(int port, int migrations, long seconds) throws Exception {
    String url = "http://127.0.0.1:" + port;
    ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    Prometheus prometheus =
        new Prometheus(
            List.of(
                new PrometheusServer(
                    URI.create(url),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    List.of(Network.parse("127.0.0.0/8")))),
            threads);
    AtomicInteger answered = new AtomicInteger();
    AtomicInteger woken = new AtomicInteger();
    try (PolledMetrics metrics =
        new PolledMetrics(
            new Counted(prometheus, answered),
            (namespace, name) -> woken.incrementAndGet(),
            Clock.systemUTC(),
            AT_A_TIME,
            Executors.newSingleThreadScheduledExecutor(),
            Executors.newVirtualThreadPerTaskExecutor())) {
      for (int index = 0; index < migrations; index++) {
        metrics.want(migration(index), requests(url));
      }
      Thread.sleep(WARM_UP);
      OperatingSystemMXBean process =
          (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
      long cpu = process.getProcessCpuTime();
      long began = System.nanoTime();
      int before = answered.get();
      Thread.sleep(Duration.ofSeconds(seconds));
      double took = System.nanoTime() - began;
      System.out.printf(
          Locale.ROOT,
          "{\"migrations\": %d, \"metrics\": %d, \"intervalSeconds\": %d, \"measuredPerSecond\":"
              + " %.1f, \"woken\": %d, \"cores\": %.3f}%n",
          migrations,
          METRICS,
          INTERVAL.toSeconds(),
          (answered.get() - before) * 1e9 / took,
          woken.get(),
          (process.getProcessCpuTime() - cpu) / took);
    }
    System.exit(0);
  }

  private static Migration migration(int index) {
    Migration migration = new Migration();
    migration.getMetadata().setNamespace("shop");
    migration.getMetadata().setName("migration-" + index);
    migration.getMetadata().setUid("uid-" + index);
    return migration;
  }

  private static List<MetricRequest> requests(String url) {
    return IntStream.range(0, METRICS)
        .mapToObj(
            index ->
                new MetricRequest(
                    "orders/metric-" + index,
                    url,
                    "sum(rate(http_requests_total{pod=~\"orders-green-.*\",status=~\"5..\"}[1m]))",
                    Optional.of("sum(increase(http_requests_total{pod=~\"orders-.*\"}[1m]))"),
                    100,
                    new Limits(OptionalDouble.empty(), OptionalDouble.of(1000)),
                    INTERVAL,
                    2))
        .toList();
  }

  private record Counted(Prometheus prometheus, AtomicInteger answered) implements MetricProvider {

    @Override
    public Optional<String> refusal(String url) {
      return prometheus.refusal(url);
    }

    @Override
    public Measured measure(MetricRequest request) throws InterruptedException {
      Measured measured = prometheus.measure(request);
      if (measured instanceof Measured.Value) {
        answered.incrementAndGet();
      }
      return measured;
    }
  }
}
