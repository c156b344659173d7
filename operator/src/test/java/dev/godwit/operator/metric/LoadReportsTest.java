package dev.godwit.operator.metric;

import static org.assertj.core.api.Assertions.assertThat;

import dev.godwit.contract.load.LoadPlan;
import dev.godwit.contract.load.LoadReport;
import dev.godwit.contract.load.LoadRequest;
import dev.godwit.operator.metric.LoadReports.Read;
import dev.godwit.operator.plan.JobEnd;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whoever may write to pods could have written a report. */
class LoadReportsTest {

  private static final Instant BEGUN = Instant.parse("2026-01-01T00:00:00Z");
  private static final Instant NOW = BEGUN.plus(Duration.ofMinutes(5));
  private static final LoadPlan PLAN =
      new LoadPlan(
          "http://blue",
          "http://green",
          List.of(LoadRequest.get("/")),
          50,
          20_000,
          0,
          160_000,
          null,
          null,
          null,
          List.of(0.5, 0.9),
          null);

  private static final LoadReportFixture REPORT = LoadReportFixture.of(PLAN, BEGUN.plusSeconds(9));

  private static Read read(int exitCode, String message) {
    return LoadReports.read(Optional.of(new JobEnd(exitCode, message)), PLAN, BEGUN, NOW);
  }

  private static String whyNot(int exitCode, String message) {
    Read read = read(exitCode, message);
    assertThat(read).isInstanceOf(Read.Unusable.class);
    return ((Read.Unusable) read).why();
  }

  @Test
  void whatTheRunnerWritesIsRead() {
    assertThat(read(0, REPORT.json()))
        .isEqualTo(new Read.Usable((LoadReport.Measured) REPORT.report()));
  }

  @Test
  void whatANewerRunnerAddsIsNoReasonToRefuseItsReport() {
    assertThat(read(0, REPORT.json().replaceFirst("\\{", "{\"colour\": \"red\", ")))
        .isInstanceOf(Read.Usable.class);
  }

  @Test
  void aPlanThatCannotBeCarriedOutIsToldInTheRunnersWords() {
    assertThat(whyNot(2, "{\"outcome\": \"badConfiguration\", \"message\": \"rate is 0\"}"))
        .isEqualTo("the load can't be made: rate is 0");
  }

  @Test
  void aSideThatCannotBeReachedIsNamed() {
    assertThat(
            whyNot(
                3, "{\"outcome\": \"unreachable\", \"side\": \"green\", \"message\": \"refused\"}"))
        .isEqualTo("green could not be reached: refused");
  }

  @Test
  void aBugOfTheRunnerLeavesNoReport() {
    assertThat(whyNot(1, "")).isEqualTo("the load ended with exit code 1 and no report");
  }

  @Test
  void aPodThatIsGoneHasTakenItsReportWithIt() {
    assertThat(LoadReports.read(Optional.empty(), PLAN, BEGUN, NOW))
        .isEqualTo(new Read.Unusable("the pod of the load is gone, and its report with it"));
  }

  @Test
  void tenMegabytesAreNotRead() {
    assertThat(whyNot(0, "[".repeat(10 << 20))).contains("longer than a report can be");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "null",
        "7",
        "\"text\"",
        "[]",
        "{}",
        "{\"outcome\": \"measured\"}",
        "{\"outcome\": \"java.lang.Runtime\"}",
        "{\"outcome\": \"unreachable\"} {}",
        "Exception in thread main",
        "{\"outcome\": \"unreachable\", \"side\": \"RED\", \"message\": \"x\"}"
      })
  void whatIsNoReportIsRefusedWithShortWords(String message) {
    assertThat(whyNot(0, message)).hasSizeLessThanOrEqualTo(200);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"throughput\":50.0|\"throughput\":\"NaN\"|impossible numbers",
        "\"throughput\":50.0|\"throughput\":NaN|can't be read",
        "\"throughput\":50.0|\"throughput\":1e999|impossible numbers",
        "\"throughput\":50.0|\"throughput\":-50.0|impossible numbers",
        "\"throughput\":50.0|\"throughput\":null|can't be read",
        "\"tookMillis\":20000|\"tookMillis\":0|impossible numbers",
        "\"tookMillis\":20000|\"tookMillis\":9000000000000000000|impossible numbers",
        "\"atMillis\":0|\"atMillis\":-1|impossible numbers",
        "\"atMillis\":0|\"atMillis\":9000000000000000000|impossible numbers",
        "[20000,20000]|[20000,-1]|impossible numbers",
        "[20000,20000]|[20000]|impossible numbers",
        "[20000,20000]|null|can't be read",
        "\"quantiles\":[0.5,0.9]|\"quantiles\":[0.5,0.99]|other quantiles",
        "\"saturated\":false|\"saturated\":null|can't be read",
      })
  void numbersThatCannotBeAreRefused(String part, String other, String why) {
    String changed = REPORT.json().replace(part, other);
    assertThat(changed).isNotEqualTo(REPORT.json());

    assertThat(whyNot(0, changed)).contains(why);
  }

  @Test
  void aReportWithoutOneOfItsPartsIsRefused() {
    String pair = REPORT.json().replaceFirst("\"blue\":\\{\"atMillis\".*?\\]\\},", "");
    String generator = REPORT.json().replaceFirst("\"generator\":\\{.*?\\}", "\"generator\":null");

    assertThat(whyNot(0, pair)).contains("impossible numbers");
    assertThat(whyNot(0, generator)).contains("how the load was made");
  }

  @Test
  void aReportOfAnotherLoadIsRefused() {
    LoadPlan longer =
        new LoadPlan(
            "http://blue",
            "http://green",
            List.of(LoadRequest.get("/")),
            50,
            20_000,
            0,
            240_000,
            null,
            null,
            null,
            List.of(0.5, 0.9),
            null);

    assertThat(whyNot(0, LoadReportFixture.of(longer, BEGUN).json())).contains("6 pairs");
  }

  @Test
  void aReportOfAnotherTimeIsRefused() {
    Instant before = BEGUN.minus(Duration.ofMinutes(6));
    Instant after = NOW.plus(Duration.ofMinutes(6));

    assertThat(whyNot(0, LoadReportFixture.of(PLAN, before).json())).contains("its time is not");
    assertThat(whyNot(0, LoadReportFixture.of(PLAN, after).json())).contains("its time is not");
  }

  @Test
  void aMeasuredLoadThatEndedBadlyIsNotBelieved() {
    assertThat(whyNot(137, REPORT.json())).isEqualTo("the load ended with exit code 137");
  }

  @Test
  void theRunnersWordsAreCut() {
    assertThat(
            whyNot(
                2,
                "{\"outcome\": \"badConfiguration\", \"message\": \"" + "x".repeat(1000) + "\"}"))
        .hasSizeLessThanOrEqualTo(200);
  }
}
