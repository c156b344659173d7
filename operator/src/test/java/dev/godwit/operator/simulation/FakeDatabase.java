package dev.godwit.operator.simulation;

import io.fabric8.kubernetes.api.model.batch.v1.Job;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * What the Jobs hear that ask a database again and again: drawn by a chance of its own for each, so
 * that the rest of a run stays what it is.
 */
final class FakeDatabase {

  /** How a Job stands. */
  enum State {
    /** It has no answer. */
    AWAY,
    /** The last answer was good. */
    GOOD,
    /** The answers were bad. */
    BAD,
    /** Somebody deletes the Job. */
    DELETED
  }

  /**
   * How a Job stands from when on.
   *
   * @param changes in order
   */
  record Course(List<Map.Entry<Instant, State>> changes) {

    State at(Instant now) {
      return changes.stream()
          .filter(change -> !change.getKey().isAfter(now))
          .map(Map.Entry::getValue)
          .reduce(State.AWAY, (before, after) -> after);
    }

    /** When it changes next; long after the end where it does not. */
    Instant next(Instant now) {
      return changes.stream()
          .map(Map.Entry::getKey)
          .filter(now::isBefore)
          .findFirst()
          .orElse(now.plus(Duration.ofDays(1)));
    }
  }

  private final Random random;
  private final Map<String, Course> courses = new HashMap<>();

  FakeDatabase(Random random) {
    this.random = random;
  }

  /** Whether a Job is one that asks again and again. */
  static boolean isWatching(Job job) {
    var container = job.getSpec().getTemplate().getSpec().getContainers().getFirst();
    return container.getName().equals("sql") && container.getReadinessProbe() != null;
  }

  /** How a Job fares, once for all. */
  Course course(Job job, Instant now) {
    return courses.computeIfAbsent(job.getMetadata().getUid(), unknown -> course(now));
  }

  private Course course(Instant now) {
    Instant first = now.plusSeconds(1 + random.nextInt(20));
    Instant second = first.plusSeconds(1 + random.nextInt(300));
    Instant third = second.plusSeconds(1 + random.nextInt(900));
    return new Course(
        switch (random.nextInt(8)) {
          case 0 -> List.of(Map.entry(first, State.BAD));
          case 1 -> List.of(Map.entry(first, State.GOOD), Map.entry(second, State.BAD));
          case 2 -> List.of(Map.entry(first, State.GOOD), Map.entry(second, State.DELETED));
          case 3 ->
              List.of(
                  Map.entry(first, State.GOOD),
                  Map.entry(second, State.AWAY),
                  Map.entry(third, State.GOOD));
          case 4 -> List.of(Map.entry(third, State.GOOD));
          default -> List.of(Map.entry(first, State.GOOD));
        });
  }
}
