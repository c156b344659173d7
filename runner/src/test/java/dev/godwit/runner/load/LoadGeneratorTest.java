package dev.godwit.runner.load;

import static org.assertj.core.api.Assertions.assertThat;

import dev.godwit.contract.load.LoadPlan;
import dev.godwit.contract.load.LoadReport;
import dev.godwit.contract.load.LoadReport.Measured;
import dev.godwit.contract.load.LoadReport.Unreachable;
import dev.godwit.contract.load.LoadRequest;
import dev.godwit.contract.load.PairResult;
import dev.godwit.contract.load.Side;
import dev.godwit.contract.load.SliceResult;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Whole runs against connections that answer at once, on a clock of the test's. */
@Timeout(60)
class LoadGeneratorTest {

  private static final long MILLI = 1_000_000;

  private record Sent(Side side, String path, long dueNanos) {}

  private final SteppedTime time = new SteppedTime();
  private final List<Sent> sent = new ArrayList<>();
  private boolean isGreenClosed;
  private boolean isGreenSilent;

  private final class Answering implements Connection {
    private final Side side;

    Answering(Side side) {
      this.side = side;
    }

    @Override
    public void open(long deadlineNanos) throws NotConnectedException {
      if (isGreenClosed && side == Side.GREEN) {
        throw new NotConnectedException("green: refused", new IOException("refused"));
      }
    }

    @Override
    public int exchange(Due due) throws IOException {
      synchronized (sent) {
        sent.add(new Sent(side, due.request().path(), due.dueNanos()));
      }
      if (isGreenSilent && side == Side.GREEN) {
        throw new IOException("reset");
      }
      return 200;
    }

    @Override
    public void abort() {}

    @Override
    public void close() {}
  }

  private LoadReport run(LoadPlan plan) throws InterruptedException {
    return new LoadGenerator(plan, Answering::new, time).run();
  }

  private Measured measure(LoadPlan plan) throws InterruptedException {
    return (Measured) run(plan);
  }

  @Test
  void theRateIsHeldByCountInEverySlice() throws InterruptedException {
    Measured measured = measure(Plans.plan().rate(70).build());
    assertThat(measured.duePerSlice()).isEqualTo(70);
    for (PairResult pair : measured.pairs()) {
      for (Side side : Side.values()) {
        SliceResult slice = pair.slice(side);
        assertThat(slice.sent()).isEqualTo(70);
        assertThat(slice.failed()).isZero();
        assertThat(slice.tookMillis()).isEqualTo(1_000);
        assertThat(slice.throughput()).isEqualTo(70);
      }
    }
    assertThat(measured.blue().sent()).isEqualTo(280);
    assertThat(measured.spread().throughput()).isZero();
  }

  @Test
  void requestsAreDueAtEvenIntervalsWithoutDrift() throws InterruptedException {
    measure(Plans.plan().rate(300).build());
    List<Long> first =
        sent.stream()
            .filter(one -> one.dueNanos < 1_000 * MILLI)
            .map(Sent::dueNanos)
            .sorted()
            .toList();
    assertThat(first).hasSize(300);
    for (int index = 0; index < 300; index++) {
      assertThat(first.get(index)).isEqualTo(index * 1_000_000_000L / 300);
    }
  }

  @Test
  void bothSidesGetTheSameRequestsByTheirWeights() throws InterruptedException {
    measure(
        Plans.plan()
            .requests(LoadRequest.get("/a").withWeight(3), LoadRequest.get("/b").withWeight(1))
            .build());
    for (Side side : Side.values()) {
      assertThat(sent).filteredOn(one -> one.side == side && one.path.equals("/a")).hasSize(300);
      assertThat(sent).filteredOn(one -> one.side == side && one.path.equals("/b")).hasSize(100);
    }
  }

  @Test
  void slicesAlternateAndWhoIsFirstDoesToo() throws InterruptedException {
    Measured measured = measure(Plans.plan().build());
    assertThat(measured.pairs())
        .extracting(pair -> pair.blue().atMillis())
        .containsExactly(0L, 3_000L, 4_000L, 7_000L);
    assertThat(measured.pairs())
        .extracting(pair -> pair.green().atMillis())
        .containsExactly(1_000L, 2_000L, 5_000L, 6_000L);
  }

  @Test
  void theWarmUpIsSentAndNotCounted() throws InterruptedException {
    Measured measured = measure(Plans.plan().warmUp(500).build());
    assertThat(sent).hasSize(2 * 50 + 8 * 100);
    assertThat(measured.blue().sent()).isEqualTo(400);
    assertThat(measured.startedAtMillis()).isEqualTo(1_000);
    assertThat(measured.pairs().getFirst().blue().atMillis()).isZero();
  }

  @Test
  void aSideThatTakesNoConnectionIsUnreachableBeforeAnythingIsSent() throws InterruptedException {
    isGreenClosed = true;
    assertThat(run(Plans.plan().timeout(2_000).build()))
        .isEqualTo(new Unreachable(Side.GREEN, "no connection within 2000 ms: green: refused"));
    assertThat(sent).isEmpty();
    assertThat(time.nanos()).isBetween(1_800 * MILLI, 2_000 * MILLI);
  }

  @Test
  void aSideThatNeverAnswersIsUnreachableToo() throws InterruptedException {
    isGreenSilent = true;
    assertThat(run(Plans.plan().build()))
        .isEqualTo(
            new Unreachable(Side.GREEN, "http://green took connections and answered nothing"));
  }

  @Test
  void aGeneratorThatKeepsUpIsNotSaturated() throws InterruptedException {
    // Ten milliseconds from request to request: time passes when the last one was sent.
    time.passesWhen(() -> numberSent() > time.nanos() / (10 * MILLI));
    Measured measured = measure(Plans.plan().build());
    assertThat(measured.generator().saturated()).isFalse();
    assertThat(measured.generator().lagMicros()).containsOnly(0L);
  }

  private int numberSent() {
    synchronized (sent) {
      return sent.size();
    }
  }

  @Test
  void aGeneratorThatIsLateSaysSoAndSendsAllTheSame() throws InterruptedException {
    Time late =
        new Time() {
          @Override
          public long nanos() {
            return time.nanos();
          }

          @Override
          public long epochMillis() {
            return time.epochMillis();
          }

          @Override
          public void sleepUntil(long nanos) throws InterruptedException {
            time.sleepUntil(nanos + 20 * MILLI);
          }
        };
    var measured = (Measured) new LoadGenerator(Plans.plan().build(), Answering::new, late).run();
    assertThat(measured.generator().saturated()).isTrue();
    assertThat(measured.generator().lagMicros().getFirst()).isGreaterThanOrEqualTo(20_000);
    assertThat(measured.blue().sent()).isEqualTo(400);
  }
}
