package dev.godwit.runner.load;

import static org.assertj.core.api.Assertions.assertThat;

import dev.godwit.contract.load.FailureReason;
import dev.godwit.contract.load.LoadPlan;
import dev.godwit.contract.load.LoadRequest;
import dev.godwit.contract.load.StatusClass;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class SendersTest {

  private static final long MILLI = 1_000_000;
  private static final LoadRequest REQUEST = LoadRequest.get("/");

  private final SteppedTime time = new SteppedTime();
  private final Recorded recorded = new Recorded();

  /** What a connection does when it is asked. */
  private interface Exchanges {
    int answer(Due due) throws IOException, InterruptedException;
  }

  private static Connection connection(Exchanges exchanges) {
    return new Connection() {
      @Override
      public void open(long deadlineNanos) {}

      @Override
      public int exchange(Due due) throws IOException {
        try {
          return exchanges.answer(due);
        } catch (InterruptedException e) {
          throw new IOException(e);
        }
      }

      @Override
      public void abort() {}

      @Override
      public void close() {}
    };
  }

  private Senders senders(LoadPlan plan, Exchanges exchanges) throws InterruptedException {
    return new Senders(plan, () -> connection(exchanges), recorded, time);
  }

  @Test
  void noMoreThanTheLimitIsUnderWayAndTheRestIsDroppedAtOnce() throws InterruptedException {
    var release = new CountDownLatch(1);
    LoadPlan plan = Plans.plan().connections(2, 5).build();
    try (var senders =
        senders(
            plan,
            _ -> {
              release.await();
              return 200;
            })) {
      for (int index = 0; index < 8; index++) {
        senders.offer(REQUEST, index);
      }
      assertThat(senders.inFlight()).isEqualTo(5);
      assertThat(recorded.outcomes())
          .extracting(outcome -> outcome.due().dueNanos())
          .containsExactly(5L, 6L, 7L);
      assertThat(recorded.of(Outcome.Dropped.class)).hasSize(3);
      release.countDown();
      senders.drain();
      assertThat(senders.inFlight()).isZero();
    }
    assertThat(recorded.of(Outcome.Answered.class)).hasSize(5);
  }

  @Test
  void idleConnectionsTakeTurns() throws InterruptedException {
    var used = new ConcurrentLinkedQueue<Integer>();
    var number = new AtomicInteger();
    LoadPlan plan = Plans.plan().connections(3, 100).build();
    try (var senders =
        new Senders(
            plan,
            () -> {
              int mine = number.getAndIncrement();
              return connection(
                  _ -> {
                    used.add(mine);
                    return 200;
                  });
            },
            recorded,
            time)) {
      for (int index = 0; index < 300; index++) {
        senders.offer(REQUEST, 0);
        senders.drain();
      }
    }
    assertThat(used).hasSize(300).contains(0, 1, 2);
  }

  @Test
  void whatIsOverdueWhenItsTurnComesIsNotSent() throws InterruptedException {
    time.advance(40_000 * MILLI);
    try (var senders = senders(Plans.plan().timeout(30_000).build(), _ -> 200)) {
      senders.offer(REQUEST, 0);
      senders.drain();
    }
    assertThat(recorded.outcomes())
        .singleElement()
        .isInstanceOfSatisfying(
            Outcome.TimedOut.class, timedOut -> assertThat(timedOut.sent()).isFalse());
  }

  @Test
  void anAnswerAfterTheTimeoutIsNone() throws InterruptedException {
    try (var senders =
        senders(
            Plans.plan().timeout(1_000).build(),
            _ -> {
              time.advance(1_000 * MILLI);
              return 200;
            })) {
      senders.offer(REQUEST, 0);
      senders.drain();
    }
    assertThat(recorded.outcomes())
        .singleElement()
        .isInstanceOfSatisfying(
            Outcome.TimedOut.class, timedOut -> assertThat(timedOut.sent()).isTrue());
  }

  @Test
  void howARequestWasLostIsToldApart() throws InterruptedException {
    try (var senders =
        senders(
            Plans.plan().timeout(1_000).connections(1, 100).build(),
            due ->
                switch ((int) due.dueNanos()) {
                  case 0 -> throw new Connection.NotConnectedException("no", new IOException());
                  case 1 -> throw new IOException("reset");
                  case 2 -> 101;
                  default -> {
                    time.advance(1_001 * MILLI);
                    throw new SocketTimeoutException();
                  }
                })) {
      for (int index = 0; index < 4; index++) {
        senders.offer(REQUEST, index);
        senders.drain();
      }
    }
    assertThat(recorded.of(Outcome.Lost.class))
        .extracting(Outcome.Lost::reason)
        .containsExactly(FailureReason.NOT_CONNECTED, FailureReason.BROKEN, FailureReason.BROKEN);
    assertThat(recorded.outcomes().getLast()).isInstanceOf(Outcome.TimedOut.class);
  }

  @Test
  void aLateOfferIsTheGeneratorsLag() throws InterruptedException {
    time.advance(50 * MILLI);
    try (var senders = senders(Plans.plan().build(), _ -> 200)) {
      senders.offer(REQUEST, 20 * MILLI);
      senders.drain();
    }
    assertThat(recorded.lags()).containsExactly(30 * MILLI);
    assertThat(recorded.of(Outcome.Answered.class))
        .singleElement()
        .extracting(Outcome.Answered::status)
        .isEqualTo(StatusClass.SUCCESS);
  }

  @Test
  void aWaitForABusyConnectionIsNotTheGeneratorsLag() throws InterruptedException {
    var release = new CountDownLatch(1);
    try (var senders =
        senders(
            Plans.plan().connections(1, 100).build(),
            _ -> {
              release.await();
              return 200;
            })) {
      senders.offer(REQUEST, 0);
      senders.offer(REQUEST, 0);
      time.advance(500 * MILLI);
      release.countDown();
      senders.drain();
    }
    assertThat(recorded.lags().getLast()).isZero();
  }

  @Test
  void whatIsStuckBeyondItsDeadlineIsCutOff() throws InterruptedException {
    var aborted = new CountDownLatch(1);
    Connection stuck =
        new Connection() {
          @Override
          public void open(long deadlineNanos) {}

          @Override
          public int exchange(Due due) throws IOException {
            try {
              aborted.await();
            } catch (InterruptedException e) {
              throw new IOException(e);
            }
            throw new IOException("closed");
          }

          @Override
          public void abort() {
            aborted.countDown();
          }

          @Override
          public void close() {}
        };
    LoadPlan plan = Plans.plan().timeout(1).connections(1, 1).build();
    try (var senders = new Senders(plan, () -> stuck, recorded, time)) {
      senders.offer(REQUEST, 0);
      senders.drain();
    }
    assertThat(recorded.of(Outcome.Lost.class)).hasSize(1);
  }
}
