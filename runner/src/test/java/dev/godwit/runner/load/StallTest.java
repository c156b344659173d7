package dev.godwit.runner.load;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.godwit.contract.load.LoadPlan;
import dev.godwit.contract.load.LoadRequest;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * A real server that stalls for a second, under a load over one connection, on a clock that passes
 * only while nothing else is to be done.
 */
@Timeout(60)
class StallTest {

  private static final long MILLI = 1_000_000;
  private static final long SECOND = 1_000 * MILLI;

  private final SteppedTime time = new SteppedTime();
  private HttpServer server;

  /** When the server goes on, from the moment that it stalls. */
  private volatile long stalledUntil;

  @BeforeEach
  void serve() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::answer);
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  private void answer(HttpExchange exchange) throws IOException {
    if (exchange.getRequestURI().getPath().equals("/stall")) {
      try {
        long until = time.nanos() + SECOND;
        stalledUntil = until;
        time.await(until);
      } catch (InterruptedException e) {
        throw new IOException(e);
      }
    }
    exchange.sendResponseHeaders(204, -1);
    exchange.close();
  }

  private boolean isStalled() {
    return time.nanos() < stalledUntil;
  }

  /** 300 requests in three seconds, the 101st of which stalls the server for a second. */
  private Recorded load() throws InterruptedException {
    LoadPlan plan = Plans.plan().connections(1, 1_000).build();
    String url = "http://127.0.0.1:" + server.getAddress().getPort();
    var recorded = new Recorded();
    try (var senders = new Senders(plan, () -> new HttpConnection(url, time), recorded, time)) {
      time.passesWhen(() -> isStalled() || senders.inFlight() == 0);
      for (int index = 0; index < 300; index++) {
        time.sleepUntil(index * 10L * MILLI);
        senders.offer(LoadRequest.get(index == 100 ? "/stall" : "/"), index * 10L * MILLI);
      }
      senders.drain();
    }
    return recorded;
  }

  @Test
  void aStallOfASecondShowsInTheP99OfWhatWasDue() throws InterruptedException {
    var tally = new Tally(/* timeoutMillis= */ 30_000);
    load().outcomes().forEach(tally::ended);
    // 100 requests were due during the stall, and waited from 1,000 ms down to 10.
    assertThat(tally.side(List.of(0.99)).latencyMicros().getFirst()).isBetween(970_000L, 971_000L);
  }

  @Test
  void measuredFromTheActualSendTimeTheSameStallIsHidden() throws InterruptedException {
    var histogram = new Histogram(3);
    for (Outcome.Answered answer : load().of(Outcome.Answered.class)) {
      histogram.recordValue(answer.endedNanos() - answer.sentNanos());
    }
    assertThat(histogram.getTotalCount()).isEqualTo(300);
    // The negative control: one request of 300 was really under way for that long.
    assertThat(histogram.getValueAtPercentile(99)).isZero();
    assertThat(histogram.getMaxValue()).isGreaterThan(990 * MILLI);
  }

  @Test
  void aTargetThatStallsIsNotTakenForALateGenerator() throws InterruptedException {
    assertThat(load().lags()).hasSize(300).containsOnly(0L);
  }

  @Test
  void theRateIsHeldWhileTheServerStalls() throws InterruptedException {
    assertThat(load().of(Outcome.Answered.class).stream().map(a -> a.due().dueNanos()).sorted())
        .containsExactlyElementsOf(
            java.util.stream.LongStream.range(0, 300).mapToObj(i -> i * 10 * MILLI).toList());
  }
}
