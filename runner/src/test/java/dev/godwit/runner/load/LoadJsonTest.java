package dev.godwit.runner.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.godwit.contract.load.FailureReason;
import dev.godwit.contract.load.LoadPlan;
import dev.godwit.contract.load.LoadReport;
import dev.godwit.contract.load.LoadReport.BadConfiguration;
import dev.godwit.contract.load.LoadReport.GeneratorResult;
import dev.godwit.contract.load.LoadReport.Measured;
import dev.godwit.contract.load.LoadReport.Spread;
import dev.godwit.contract.load.LoadReport.Unreachable;
import dev.godwit.contract.load.PairResult;
import dev.godwit.contract.load.Side;
import dev.godwit.contract.load.SideResult;
import dev.godwit.contract.load.SliceResult;
import dev.godwit.contract.load.StatusClass;
import dev.godwit.runner.load.LoadJson.BadPlanException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LoadJsonTest {

  private static final String PLAN =
      """
      {"blue": "http://orders:80", "green": "http://orders-green:80", "rate": 200,
       "requests": [{"path": "/orders", "weight": 3, "headers": {"Accept": "text/html"}},
                    {"method": "POST", "path": "/orders", "body": "{}", "expect": ["2xx", "4xx"]}]}
      """;

  /** As long as the longest slice at the highest rate can make it. */
  private static Measured longest() {
    List<Long> latencies = Collections.nCopies(4, 60_000_000L);
    var slice =
        new SliceResult(
            15_000_000,
            961_000,
            9_000_000,
            9_000_000,
            counts(StatusClass.values(), 2_250_000L),
            9_999.99,
            latencies);
    var side =
        new SideResult(
            54_000_000,
            54_000_000,
            counts(StatusClass.values(), 13_500_000L),
            counts(FailureReason.values(), 10_800_000L),
            9_999.99,
            latencies);
    return new Measured(
        1_800_000_000_000L,
        9_000_000,
        List.of(0.5001, 0.9001, 0.9901, 0.9991),
        side,
        side,
        Collections.nCopies(6, new PairResult(slice, slice)),
        new Spread(123.4567, Collections.nCopies(4, 123.4567)),
        new GeneratorResult(latencies, false, 100_000_000));
  }

  private static <T> Map<T, Long> counts(T[] of, long count) {
    return Arrays.stream(of).collect(Collectors.toMap(Function.identity(), _ -> count));
  }

  @Test
  void theLongestReportFitsIntoATerminationMessage() {
    assertThat(LoadJson.line(longest()).getBytes(StandardCharsets.UTF_8))
        .hasSizeLessThan(LoadReport.MAX_BYTES);
  }

  @Test
  void anyMessageFitsToo() {
    for (String unit : List.of("\u0001", "\u00fc", "\"", "\ud83d\ude00")) {
      String message = unit.repeat(5_000);
      for (LoadReport report :
          List.of(new BadConfiguration(message), new Unreachable(Side.BLUE, message))) {
        assertThat(LoadJson.line(report).getBytes(StandardCharsets.UTF_8))
            .hasSizeLessThan(LoadReport.MAX_BYTES);
      }
    }
  }

  @Test
  void aReportIsOneLineAndReadsBackAsItWas() throws JsonProcessingException {
    for (LoadReport report :
        List.of(
            longest(),
            new BadConfiguration("rate is 0:\nmake it 1"),
            new Unreachable(Side.GREEN, "refused"))) {
      String line = LoadJson.line(report);
      assertThat(line).doesNotContain("\n");
      assertThat(JsonMapper.builder().build().readValue(line, LoadReport.class)).isEqualTo(report);
    }
  }

  @Test
  void outcomesGoByTheirNames() {
    assertThat(LoadJson.line(longest())).startsWith("{\"outcome\":\"measured\",");
    assertThat(LoadJson.line(new BadConfiguration("no")))
        .isEqualTo("{\"outcome\":\"badConfiguration\",\"message\":\"no\"}");
    assertThat(LoadJson.line(new Unreachable(Side.GREEN, "no")))
        .isEqualTo("{\"outcome\":\"unreachable\",\"side\":\"green\",\"message\":\"no\"}");
  }

  @Test
  void aPlanIsReadWithItsDefaults() throws BadPlanException {
    LoadPlan plan = LoadJson.plan(PLAN);
    assertThat(plan.rate()).isEqualTo(200);
    assertThat(plan.connections()).isEqualTo(64);
    assertThat(plan.requests().getFirst().headers()).isEqualTo(Map.of("Accept", "text/html"));
    assertThat(plan.requests().getLast().expect())
        .isEqualTo(Set.of(StatusClass.SUCCESS, StatusClass.CLIENT_ERROR));
  }

  @Test
  void aPlanReadsBackAsItWasWritten() throws BadPlanException, JsonProcessingException {
    LoadPlan plan = LoadJson.plan(PLAN);
    assertThat(LoadJson.plan(JsonMapper.builder().build().writeValueAsString(plan)))
        .isEqualTo(plan);
  }

  @Test
  void aMisspelledFieldIsNotPassedOver() {
    assertThatThrownBy(() -> LoadJson.plan(PLAN.replace("\"rate\"", "\"rait\"")))
        .isInstanceOf(BadPlanException.class)
        .hasMessageContaining("rait");
  }

  @Test
  void aValueOfAnotherTypeIsToldWithItsField() {
    assertThatThrownBy(() -> LoadJson.plan(PLAN.replace("\"weight\": 3", "\"weight\": \"x\"")))
        .isInstanceOf(BadPlanException.class)
        .hasMessageStartingWith("requests[0].weight: ");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "null", "[]", "{", "{} {}", "7", "{\"rate\": null}"})
  void whatIsNoPlanIsRefused(String text) {
    assertThatThrownBy(() -> LoadJson.plan(text)).isInstanceOf(BadPlanException.class);
  }

  @Test
  void nullsInListsAreRefused() {
    for (String wrong :
        List.of(
            "{\"requests\": [null]}",
            "{\"quantiles\": [null]}",
            "{\"requests\": [{\"headers\": {\"a\": null}}]}",
            "{\"requests\": [{\"expect\": [null]}]}")) {
      assertThatThrownBy(() -> LoadJson.plan(wrong)).isInstanceOf(BadPlanException.class);
    }
  }
}
