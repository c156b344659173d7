package dev.godwit.operator.cluster;

import dev.godwit.operator.plan.Measured;
import dev.godwit.operator.plan.MetricRequest;
import dev.godwit.operator.plan.MetricState;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Metrics that are asked for at their intervals, on virtual threads, so many at a time at the most.
 * A migration is woken when what it decides from has changed, and not for every value.
 */
public final class PolledMetrics implements Metrics, AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(PolledMetrics.class);

  private final MetricProvider provider;
  private final Wakeup wakeup;
  private final InstantSource clock;
  private final Semaphore permits;
  private final ScheduledExecutorService schedule;
  private final ExecutorService threads;
  private final Map<Key, Running> metrics = new ConcurrentHashMap<>();

  private record Key(String migrationUid, String id) {}

  /**
   * Nothing is measured yet.
   *
   * @param concurrency how many questions are asked at a time, at the most
   * @param schedule starts the rounds; is shut down with this
   * @param threads on which they run, a thread each; is shut down with this
   */
  public PolledMetrics(
      MetricProvider provider,
      Wakeup wakeup,
      InstantSource clock,
      int concurrency,
      ScheduledExecutorService schedule,
      ExecutorService threads) {
    this.provider = provider;
    this.wakeup = wakeup;
    this.clock = clock;
    this.permits = new Semaphore(concurrency);
    this.schedule = schedule;
    this.threads = threads;
  }

  @Override
  public void want(HasMetadata migration, List<MetricRequest> requests) {
    String uid = migration.getMetadata().getUid();
    Set<Key> wanted = new HashSet<>();
    for (MetricRequest request : requests) {
      Key key = new Key(uid, request.id());
      wanted.add(key);
      metrics.computeIfAbsent(key, unknown -> new Running(migration)).ask(request);
    }
    for (Key key : List.copyOf(metrics.keySet())) {
      if (key.migrationUid().equals(uid) && !wanted.contains(key)) {
        Optional.ofNullable(metrics.remove(key)).ifPresent(Running::end);
      }
    }
  }

  @Override
  public Optional<String> refusal(String url) {
    return provider.refusal(url);
  }

  @Override
  public Map<String, MetricState> states(HasMetadata migration) {
    Map<String, MetricState> states = new HashMap<>();
    metrics.forEach(
        (key, running) -> {
          if (key.migrationUid().equals(migration.getMetadata().getUid())) {
            running.known().ifPresent(state -> states.put(key.id(), state));
          }
        });
    return states;
  }

  @Override
  public void close() {
    schedule.shutdownNow();
    threads.shutdownNow();
  }

  /** One metric of one migration. */
  private final class Running {

    private final String namespace;
    private final String migration;
    private final Repeating rounds = new Repeating(schedule, threads, this::round);
    private volatile MetricRequest request;
    private volatile MetricState state = MetricState.NONE;
    private volatile boolean ended;

    Running(HasMetadata migration) {
      this.namespace = migration.getMetadata().getNamespace();
      this.migration = migration.getMetadata().getName();
    }

    void ask(MetricRequest wanted) {
      request = wanted;
      rounds.every(wanted.interval());
    }

    void end() {
      ended = true;
      rounds.end();
    }

    Optional<MetricState> known() {
      return state.equals(MetricState.NONE) ? Optional.empty() : Optional.of(state);
    }

    private void round() {
      MetricRequest asked = request;
      if (asked.isAnsweredBy(state)) {
        return;
      }
      try {
        permits.acquire();
        try {
          note(asked, provider.measure(asked));
        } finally {
          permits.release();
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt(); // the operator stops
      } catch (RuntimeException e) {
        log.error("metric {} of {}/{} ended with a bug", asked.id(), namespace, migration, e);
        note(asked, new Measured.Unknown("the operator failed to ask: " + e));
      }
    }

    /** Rounds follow one after the other, so that nobody else writes the state meanwhile. */
    private void note(MetricRequest asked, Measured measured) {
      MetricState before = state;
      MetricState after = measured.after(before, asked, clock.instant());
      state = after;
      if (!ended && after.isNewsAfter(before, asked)) {
        wakeup.wake(namespace, migration);
      }
    }
  }
}
