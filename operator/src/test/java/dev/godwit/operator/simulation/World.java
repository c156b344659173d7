package dev.godwit.operator.simulation;

import dev.godwit.operator.simulation.ApiServer.Write;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.random.RandomGenerator;

/** Time, chance, the API server, and the log of what happens. */
final class World {

  static final Instant BEGIN = Instant.parse("2026-01-01T00:00:00Z");
  static final String NAMESPACE = "shop";

  final RandomGenerator random;
  final ApiServer server;

  /** Images that can't be pulled. */
  final Set<String> missingImages = new HashSet<>();

  /** Images whose containers end as soon as they are started. */
  final Set<String> crashingImages = new HashSet<>();

  /** Images whose containers run and are never ready. */
  final Set<String> deafImages = new HashSet<>();

  private final List<ApiServer.Listener> listeners = new ArrayList<>();
  private final PriorityQueue<Instant> alarms = new PriorityQueue<>();
  private final List<String> log = new ArrayList<>();
  private Instant now = BEGIN;
  private Instant origin = BEGIN;
  private long writes;

  World(RandomGenerator random) {
    this.random = random;
    this.server = new ApiServer(this::now, this::wrote);
  }

  Instant now() {
    return now;
  }

  /** Tells of every write after it was made. */
  void listen(ApiServer.Listener listener) {
    listeners.add(listener);
  }

  private void wrote(Write write) {
    writes++;
    listeners.forEach(listener -> listener.wrote(write));
  }

  /** How many writes were made by anybody. */
  long writes() {
    return writes;
  }

  /** Something will happen by itself then. */
  void alarm(Instant when) {
    if (when.isAfter(now)) {
      alarms.add(when);
    }
  }

  void pass(Duration time) {
    now = now.plus(time);
    while (!alarms.isEmpty() && !alarms.peek().isAfter(now)) {
      alarms.poll();
    }
  }

  /** Passes the time until the next thing happens by itself; a minute where nothing will. */
  void passToNext() {
    pass(
        alarms.isEmpty()
            ? Duration.ofMinutes(1)
            : Duration.between(now, alarms.peek()).plusMillis(1));
  }

  boolean chance(double probability) {
    return probability > 0 && random.nextDouble() < probability;
  }

  /** A random span of so many seconds. */
  Duration seconds(int least, int most) {
    return Duration.ofMillis(random.nextLong(least * 1000L, most * 1000L + 1));
  }

  <T> T any(List<T> list) {
    return list.get(random.nextInt(list.size()));
  }

  /** What is said from now on is told in seconds from now. */
  void beginTelling() {
    origin = now;
  }

  void say(String line) {
    log.add(
        String.format(
            Locale.ROOT, "%7.1f s  %s", Duration.between(origin, now).toMillis() / 1000.0, line));
  }

  List<String> log() {
    return log;
  }

  static String name(HasMetadata object) {
    return object.getKind() + " " + object.getMetadata().getName();
  }
}
