package dev.godwit.operator.cluster;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.FutureTask;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** A schedule whose rounds a test starts by hand. */
final class Rounds extends ScheduledThreadPoolExecutor {

  final List<Round> rounds = new ArrayList<>();

  Rounds() {
    super(0);
  }

  /** What is to run again and again. */
  static final class Round extends FutureTask<Void> implements ScheduledFuture<Void> {

    final Duration period;
    private final Runnable task;

    Round(Runnable task, Duration period) {
      super(() -> null);
      this.task = task;
      this.period = period;
    }

    @Override
    public long getDelay(TimeUnit unit) {
      return 0;
    }

    @Override
    public int compareTo(java.util.concurrent.Delayed other) {
      return 0;
    }
  }

  @Override
  public ScheduledFuture<?> scheduleAtFixedRate(
      Runnable task, long delay, long period, TimeUnit unit) {
    Round round = new Round(task, Duration.of(period, unit.toChronoUnit()));
    rounds.add(round);
    return round;
  }

  /** Runs one round of everything that was not cancelled. */
  void pass() {
    rounds.stream().filter(round -> !round.isCancelled()).forEach(round -> round.task.run());
  }
}
