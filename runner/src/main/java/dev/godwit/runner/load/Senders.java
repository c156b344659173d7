package dev.godwit.runner.load;

import dev.godwit.contract.load.FailureReason;
import dev.godwit.contract.load.LoadPlan;
import dev.godwit.contract.load.LoadRequest;
import dev.godwit.contract.load.StatusClass;
import dev.godwit.runner.load.Connection.NotConnectedException;
import dev.godwit.runner.load.Outcome.Answered;
import dev.godwit.runner.load.Outcome.Dropped;
import dev.godwit.runner.load.Outcome.Lost;
import dev.godwit.runner.load.Outcome.TimedOut;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Sends requests to one target over a fixed number of connections, each with a thread of its own.
 * Idle ones take turns, so that the load is spread over all connections, and with them over the
 * pods behind a Service, also when one connection would do.
 */
final class Senders implements AutoCloseable {

  private static final long NANOS_PER_MILLI = 1_000_000;

  /** How long after the last deadline a stuck connection is cut off. */
  private static final long GRACE_MILLIS = 1_000;

  private record Queued(Due due, boolean isNext, long offeredNanos) {}

  private final LoadPlan plan;
  private final Outcomes outcomes;
  private final Time time;
  private final BlockingQueue<Queued> queue = new LinkedBlockingQueue<>();
  private final Semaphore room;
  private final CountDownLatch opened;
  private final List<Connection> connections;
  private final List<Thread> threads;

  /** Opens the connections; one that can't be opened is tried again for each of its requests. */
  Senders(LoadPlan plan, Supplier<Connection> connections, Outcomes outcomes, Time time)
      throws InterruptedException {
    this.plan = plan;
    this.outcomes = outcomes;
    this.time = time;
    this.room = new Semaphore(plan.maxInFlight());
    this.opened = new CountDownLatch(plan.connections());
    this.connections = Stream.generate(connections).limit(plan.connections()).toList();
    this.threads =
        IntStream.range(0, plan.connections())
            .mapToObj(
                index ->
                    Thread.ofPlatform()
                        .daemon()
                        .name("sender-" + index)
                        .unstarted(() -> serve(this.connections.get(index))))
            .toList();
    threads.forEach(Thread::start);
    opened.await();
  }

  /** Has the request sent, as soon as a connection is free; never waits. For one thread. */
  void offer(LoadRequest request, long dueNanos) {
    var due = new Due(request, dueNanos, dueNanos + plan.timeoutMillis() * NANOS_PER_MILLI);
    if (!room.tryAcquire()) {
      outcomes.ended(new Dropped(due));
      return;
    }
    // Itself included. Where all connections are busy, waiting is not the generator's fault.
    boolean isNext = inFlight() <= plan.connections();
    queue.add(new Queued(due, isNext, time.nanos()));
  }

  /** How many requests are under way, those that wait for a connection included. */
  int inFlight() {
    return plan.maxInFlight() - room.availablePermits();
  }

  /** Waits until no request is under way; what is stuck beyond its deadline is cut off. */
  void drain() throws InterruptedException {
    if (!room.tryAcquire(
        plan.maxInFlight(), plan.timeoutMillis() + GRACE_MILLIS, TimeUnit.MILLISECONDS)) {
      connections.forEach(Connection::abort);
      room.acquire(plan.maxInFlight());
    }
    room.release(plan.maxInFlight());
  }

  /** Closes the connections. What is under way is lost: see {@link #drain}. */
  @Override
  public void close() {
    threads.forEach(Thread::interrupt);
    connections.forEach(Connection::abort);
  }

  private void serve(Connection connection) {
    try (connection) {
      tryToOpen(connection);
      while (true) {
        Queued next = queue.take();
        outcomes.ended(send(next, connection));
        room.release();
      }
    } catch (InterruptedException e) {
      // Closed.
    }
  }

  private void tryToOpen(Connection connection) {
    try {
      connection.open(time.nanos() + plan.timeoutMillis() * NANOS_PER_MILLI);
    } catch (NotConnectedException e) {
      // The first request will try again, and be counted as what it then is.
    } finally {
      opened.countDown();
    }
  }

  private Outcome send(Queued queued, Connection connection) {
    Due due = queued.due();
    long sent = time.nanos();
    outcomes.lagged((queued.isNext() ? sent : queued.offeredNanos()) - due.dueNanos());
    if (sent >= due.deadlineNanos()) {
      return new TimedOut(due, false);
    }
    try {
      int status = connection.exchange(due);
      return answered(due, status, sent);
    } catch (NotConnectedException e) {
      return new Lost(due, FailureReason.NOT_CONNECTED);
    } catch (IOException e) {
      return isLate(due) ? new TimedOut(due, true) : new Lost(due, FailureReason.BROKEN);
    }
  }

  private Outcome answered(Due due, int status, long sent) {
    long ended = time.nanos();
    if (ended >= due.deadlineNanos()) {
      return new TimedOut(due, true);
    }
    return StatusClass.of(status)
        .<Outcome>map(known -> new Answered(due, known, sent, ended))
        .orElseGet(() -> new Lost(due, FailureReason.BROKEN));
  }

  private boolean isLate(Due due) {
    return time.nanos() >= due.deadlineNanos();
  }
}
