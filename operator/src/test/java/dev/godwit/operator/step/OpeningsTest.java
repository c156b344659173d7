package dev.godwit.operator.step;

import static org.assertj.core.api.Assertions.assertThat;

import dev.godwit.api.v1alpha1.Gate;
import dev.godwit.operator.step.Openings.Fault;
import dev.godwit.operator.step.Openings.Opening;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** When windows are open, also when clocks are changed. */
class OpeningsTest {

  private static Gate.Window window(String schedule, String duration, String zone) {
    return new Gate.Window(schedule, duration, zone);
  }

  private static Openings openings(String schedule, String duration, String zone) {
    return Openings.of(window(schedule, duration, zone));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          # schedule    | length | zone          | now                  | open until           | next opens
          # An ordinary week in winter: Berlin is an hour ahead of UTC.
          0 2 * * SUN   | 4h     | Europe/Berlin | 2026-01-04T00:59:59Z |                      | 2026-01-04T01:00:00Z
          0 2 * * SUN   | 4h     | Europe/Berlin | 2026-01-04T01:00:00Z | 2026-01-04T05:00:00Z | 2026-01-11T01:00:00Z
          0 2 * * SUN   | 4h     | Europe/Berlin | 2026-01-04T04:59:59Z | 2026-01-04T05:00:00Z | 2026-01-11T01:00:00Z
          0 2 * * SUN   | 4h     | Europe/Berlin | 2026-01-04T05:00:00Z |                      | 2026-01-11T01:00:00Z
          # Over the beginning of summer time, at 02:00 on 29 March: 02:00 is 03:00, 01:00 UTC as ever.
          0 2 * * SUN   | 4h     | Europe/Berlin | 2026-03-28T12:00:00Z |                      | 2026-03-29T01:00:00Z
          0 2 * * SUN   | 4h     | Europe/Berlin | 2026-03-29T04:59:59Z | 2026-03-29T05:00:00Z | 2026-04-05T00:00:00Z
          # 02:30 does not exist on that day: it opens at 03:30.
          30 2 * * *    | 1h     | Europe/Berlin | 2026-03-29T01:29:59Z |                      | 2026-03-29T01:30:00Z
          30 2 * * *    | 1h     | Europe/Berlin | 2026-03-29T01:30:00Z | 2026-03-29T02:30:00Z | 2026-03-30T00:30:00Z
          # A window that is open over the change stays open for as long as it says.
          0 0 * * SUN   | 4h     | Europe/Berlin | 2026-03-29T02:59:59Z | 2026-03-29T03:00:00Z | 2026-04-04T22:00:00Z
          # The end of summer time, at 03:00 on 25 October: 02:30 comes twice, and opens once.
          30 2 * * *    | 30m    | Europe/Berlin | 2026-10-25T00:30:00Z | 2026-10-25T01:00:00Z | 2026-10-26T01:30:00Z
          30 2 * * *    | 30m    | Europe/Berlin | 2026-10-25T01:30:00Z |                      | 2026-10-26T01:30:00Z
          # In the hour that comes twice, what opened late in the first of them is still open.
          45 2 * * *    | 1h     | Europe/Berlin | 2026-10-25T01:20:00Z | 2026-10-25T01:45:00Z | 2026-10-26T01:45:00Z
          0 0 * * SUN   | 4h     | Europe/Berlin | 2026-10-25T01:59:59Z | 2026-10-25T02:00:00Z | 2026-10-31T23:00:00Z
          # The other side of the world, where clocks go the other way and by half an hour.
          15 2 * * *    | 1h     | Australia/Lord_Howe | 2026-10-03T15:44:59Z |                      | 2026-10-03T15:45:00Z
          # Every quarter of an hour, always open: there is no gap where clocks are changed.
          */15 * * * *  | 15m    | Europe/Berlin | 2026-03-29T01:07:00Z | 2026-03-29T01:15:00Z | 2026-03-29T01:15:00Z
          # Over the end of a year, and only in leap years.
          0 22 31 12 *  | 6h     | UTC           | 2027-01-01T03:00:00Z | 2027-01-01T04:00:00Z | 2027-12-31T22:00:00Z
          0 0 29 2 *    | 24h    | UTC           | 2026-06-01T00:00:00Z |                      | 2028-02-29T00:00:00Z
          # Either of the two days opens it where both are restricted.
          0 1 13 * FRI  | 1h     | UTC           | 2026-01-10T00:00:00Z |                      | 2026-01-13T01:00:00Z
          0 22 * * 5-7  | 8h     | UTC           | 2026-01-05T01:00:00Z | 2026-01-05T06:00:00Z | 2026-01-09T22:00:00Z
          """)
  void aWindowIsOpenByTheClockOnTheWallForAsLongAsItSays(
      String schedule, String length, String zone, Instant now, Instant closes, Instant next) {
    Openings openings = openings(schedule, length, zone);

    assertThat(openings.current(now).map(Opening::closes)).isEqualTo(Optional.ofNullable(closes));
    assertThat(openings.next(now).map(Opening::opens)).contains(next);
  }

  @Test
  void aYearOfSundaysHasAsManyOpeningsAsSundaysAndEachIsFourHoursLong() {
    Openings openings = openings("0 2 * * SUN", "4h", "Europe/Berlin");
    Instant now = Instant.parse("2026-01-01T00:00:00Z");
    int sundays = 0;
    while (now.isBefore(Instant.parse("2027-01-01T00:00:00Z"))) {
      Opening next = openings.next(now).orElseThrow();
      assertThat(Duration.between(next.opens(), next.closes())).isEqualTo(Duration.ofHours(4));
      assertThat(openings.current(next.opens())).contains(next);
      assertThat(openings.current(next.closes())).isEmpty();
      sundays += next.opens().isBefore(Instant.parse("2027-01-01T00:00:00Z")) ? 1 : 0;
      now = next.opens();
    }

    assertThat(sundays).isEqualTo(52);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          0 0 30 2 *     | 1h  | UTC           | schedule | never opens
          0 0 31 4,6,9 * | 1h  | UTC           | schedule | never opens
          0 25 * * *     | 1h  | UTC           | schedule | not in range
          0 2 * * SUNDAY | 1h  | UTC           | schedule | 0 2 * * SUNDAY
          0 2 * * *      | 1h  | Europe/Bonn   | timeZone | there is no time zone Europe/Bonn
          0 2 * * *      | 1h  | nowhere       | timeZone | write a name of the IANA database
          0 2 * * *      | 25h | UTC           | duration | between two openings, 24h
          0 2,4 * * SUN  | 3h  | UTC           | duration | between two openings, 2h
          0 0,23 1,31 * *| 2h  | UTC           | duration | between two openings, 1h
          0 2 * * *      | 10m | UTC           | duration | write at least 11m, a minute to begin in and the time of monitor
          """)
  void whatCanNeverLetAnythingPassIsNamedByItsField(
      String schedule, String length, String zone, String field, String words) {
    Optional<Fault> fault = Openings.fault(window(schedule, length, zone), Duration.ofMinutes(10));

    assertThat(fault).map(Fault::field).contains(field);
    assertThat(fault.orElseThrow().message()).contains(words);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          0 2 * * SUN | 168h | Europe/Berlin
          0 2 * * *   | 24h  | UTC
          0 2 * * *   | 11m  | UTC
          0 0 29 2 *  | 11m  | America/New_York
          0 0 * * MON-FRI | 24h | Asia/Kolkata
          """)
  void aWindowThatOpensNowAndThenForLongEnoughHasNoFault(
      String schedule, String length, String zone) {
    assertThat(Openings.fault(window(schedule, length, zone), Duration.ofMinutes(10))).isEmpty();
  }
}
