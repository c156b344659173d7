package dev.godwit.runner.schema;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;

/**
 * Knows who keeps a session waiting. The session itself can't ask while it waits, and afterwards
 * there is nothing to be seen, so that this looks from a connection of its own. That is opened at
 * the first look; each look is a transaction of a moment.
 */
final class Blockers implements AutoCloseable {

  private static final Duration SHORTEST = Duration.ofMillis(20);

  /** Never the query: it may have values in it. */
  private static final String QUERY =
      """
      select distinct format('pid %s, application %s%s%s', b.pid,
               coalesce(nullif(a.application_name, ''), '(unnamed)'),
               ', ' || a.state,
               ', in a transaction since '
                 || to_char(a.xact_start at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'))
      from unnest(pg_blocking_pids(?)) b (pid) left join pg_stat_activity a on a.pid = b.pid
      """;

  private final Connector connector;
  private final IntSupplier waiting;
  private final Duration interval;
  private final ScheduledExecutorService looking =
      Executors.newSingleThreadScheduledExecutor(Thread.ofPlatform().daemon().factory());
  private Connection connection;
  private volatile boolean active;
  private volatile long since;
  private volatile List<String> last = List.of();

  /**
   * Looks nowhere yet.
   *
   * @param waiting the pid of the session that may wait
   * @param lockTimeout how long it waits
   */
  Blockers(Connector connector, IntSupplier waiting, Duration lockTimeout) {
    this.connector = connector;
    this.waiting = waiting;
    Duration third = lockTimeout.dividedBy(3);
    this.interval = third.compareTo(SHORTEST) < 0 ? SHORTEST : third;
    var _ =
        looking.scheduleWithFixedDelay(
            this::look, interval.toNanos(), interval.toNanos(), TimeUnit.NANOSECONDS);
  }

  /** From now on it may wait. What was seen before is forgotten. */
  void watch() {
    last = List.of();
    since = System.nanoTime();
    active = true;
  }

  /** It does not wait any more. */
  void rest() {
    active = false;
  }

  /** Who kept it waiting when that was last seen, if anyone was. */
  Optional<String> words() {
    return last.isEmpty() ? Optional.empty() : Optional.of(String.join("; ", last));
  }

  private void look() {
    // Most attempts are over before, and need no connection for that.
    if (!active || System.nanoTime() - since < interval.toNanos()) {
      return;
    }
    try {
      List<String> seen = seen();
      if (!seen.isEmpty() && active) {
        last = seen;
      }
    } catch (SQLException | SchemaFailure e) {
      // Then nobody is named; the next look may succeed.
      leave();
    }
  }

  private List<String> seen() throws SQLException, SchemaFailure {
    if (connection == null) {
      connection = connector.open();
    }
    try (var statement = connection.prepareStatement(QUERY)) {
      statement.setInt(1, waiting.getAsInt());
      List<String> seen = new ArrayList<>();
      try (var rows = statement.executeQuery()) {
        while (rows.next()) {
          seen.add(rows.getString(1));
        }
      }
      return List.copyOf(seen);
    }
  }

  private void leave() {
    try {
      if (connection != null) {
        connection.close();
      }
    } catch (SQLException e) {
      // It is of no use any more.
    } finally {
      connection = null;
    }
  }

  @Override
  public void close() {
    rest();
    looking.execute(this::leave);
    looking.shutdown();
  }
}
