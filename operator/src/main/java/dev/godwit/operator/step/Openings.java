package dev.godwit.operator.step;

import com.cronutils.model.Cron;
import com.cronutils.model.CronType;
import com.cronutils.model.definition.CronDefinitionBuilder;
import com.cronutils.model.time.ExecutionTime;
import com.cronutils.parser.CronParser;
import dev.godwit.api.v1alpha1.Gate;
import dev.godwit.api.v1alpha1.TimeSpan;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * When a window is open. The schedule is read by the clock on the wall, as if there were no changes
 * of it, and only what comes out is turned into moments: a time that a change skips comes as much
 * later (02:30 is 03:30), one that comes twice counts the first time, and the duration is real
 * time.
 *
 * <p>The one place that uses the cron library.
 */
public final class Openings {

  private static final CronParser PARSER =
      new CronParser(CronDefinitionBuilder.instanceDefinitionFor(CronType.UNIX));

  /** More than a change of the clock ever shifts the time by. */
  private static final Duration SHIFT = Duration.ofHours(3);

  /** Nobody begins at the very moment at which a window opens. */
  private static final Duration BEGINNING = Duration.ofMinutes(1);

  /** Where the search for what can't be begins: the first day of a leap year. */
  private static final LocalDateTime BEGIN = LocalDateTime.of(2024, 1, 1, 0, 0);

  /** How many openings are compared: enough for any two days of a year to have met. */
  private static final int COMPARED = 500;

  private final ExecutionTime schedule;
  private final Duration duration;
  private final ZoneId zone;

  private Openings(ExecutionTime schedule, Duration duration, ZoneId zone) {
    this.schedule = schedule;
    this.duration = duration;
    this.zone = zone;
  }

  /**
   * One time in which the window is open.
   *
   * @param closes the first moment at which it is closed again
   */
  public record Opening(Instant opens, Instant closes) {}

  /**
   * What is wrong with a window.
   *
   * @param field of the window: schedule, duration or timeZone
   */
  public record Fault(String field, String message) {}

  /**
   * The openings of a window.
   *
   * @throws IllegalArgumentException if schedule or time zone mean nothing
   */
  public static Openings of(Gate.Window window) {
    return new Openings(
        schedule(window.schedule()), TimeSpan.parse(window.duration()), zone(window.timeZone()));
  }

  private static ExecutionTime schedule(String text) {
    Cron cron = PARSER.parse(text);
    return ExecutionTime.forCron(cron.validate());
  }

  private static ZoneId zone(String name) {
    try {
      return ZoneId.of(name);
    } catch (DateTimeException e) {
      throw new IllegalArgumentException("there is no time zone " + name, e);
    }
  }

  /** What no window may have; empty where it opens now and then, for long enough. */
  public static Optional<Fault> fault(Gate.Window window, Duration needed) {
    try {
      zone(window.timeZone());
    } catch (IllegalArgumentException e) {
      return Optional.of(
          new Fault(
              "timeZone",
              e.getMessage() + ": write a name of the IANA database, as Europe/Berlin, or UTC"));
    }
    try {
      schedule(window.schedule());
    } catch (IllegalArgumentException e) {
      return Optional.of(new Fault("schedule", window.schedule() + ": " + e.getMessage()));
    }
    return of(window).fault(window.schedule(), needed);
  }

  private Optional<Fault> fault(String text, Duration needed) {
    Optional<LocalDateTime> first = next(BEGIN.minusSeconds(1));
    if (first.isEmpty()) {
      return Optional.of(
          new Fault(
              "schedule", text + " never comes: a window that never opens lets nothing pass"));
    }
    Duration shortest = shortestDistance(first.get());
    if (duration.compareTo(shortest) > 0) {
      return Optional.of(
          new Fault(
              "duration",
              span(duration)
                  + " is longer than the shortest time between two openings, "
                  + span(shortest)
                  + ": write at most that"));
    }
    Duration least = needed.plus(BEGINNING);
    return duration.compareTo(least) < 0
        ? Optional.of(
            new Fault(
                "duration",
                span(duration)
                    + " is too short: write at least "
                    + span(least)
                    + ", a minute to begin in"
                    + (needed.isZero() ? "" : " and the time of monitor")))
        : Optional.empty();
  }

  private static String span(Duration duration) {
    return duration.toString().substring(2).toLowerCase(Locale.ROOT);
  }

  private Duration shortestDistance(LocalDateTime first) {
    Duration shortest = TimeSpan.MAX;
    LocalDateTime one = first;
    for (int compared = 0; compared < COMPARED; compared++) {
      Optional<LocalDateTime> other = next(one);
      if (other.isEmpty()) {
        return shortest;
      }
      Duration distance = Duration.between(one, other.get());
      shortest = distance.compareTo(shortest) < 0 ? distance : shortest;
      one = other.get();
    }
    return shortest;
  }

  /** The opening that a moment is in. */
  public Optional<Opening> current(Instant now) {
    return around(now).stream()
        .filter(opens -> !opens.isAfter(now))
        .max(Comparator.naturalOrder())
        .map(this::opening)
        .filter(opening -> now.isBefore(opening.closes()));
  }

  /** The first opening after a moment; empty where there is none any more. */
  public Optional<Opening> next(Instant now) {
    return around(now).stream()
        .filter(opens -> opens.isAfter(now))
        .min(Comparator.naturalOrder())
        .map(this::opening);
  }

  /** A moment as the clock of the window's time zone shows it, with its distance from UTC. */
  public String shown(Instant moment) {
    return moment.atZone(zone).truncatedTo(ChronoUnit.SECONDS).toOffsetDateTime().toString();
  }

  private Opening opening(Instant opens) {
    return new Opening(opens, opens.plus(duration));
  }

  /** All openings that could be open at a moment, and at least one that comes after it. */
  private List<Instant> around(Instant now) {
    LocalDateTime local = LocalDateTime.ofInstant(now, zone).truncatedTo(ChronoUnit.SECONDS);
    LocalDateTime enough = local.plus(SHIFT);
    List<Instant> openings = new ArrayList<>();
    Optional<LocalDateTime> one = next(local.minus(duration).minus(SHIFT));
    while (one.isPresent()) {
      openings.add(one.get().atZone(zone).toInstant());
      one = one.get().isAfter(enough) ? Optional.empty() : next(one.get());
    }
    return openings;
  }

  private Optional<LocalDateTime> next(LocalDateTime after) {
    return schedule
        .nextExecution(ZonedDateTime.of(after, ZoneOffset.UTC))
        .map(ZonedDateTime::toLocalDateTime);
  }
}
