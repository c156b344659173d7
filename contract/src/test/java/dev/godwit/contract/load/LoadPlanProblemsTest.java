package dev.godwit.contract.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LoadPlanProblemsTest {

  private static final LoadPlan GOOD = plan("http://orders:8080", "http://orders-green", 100);

  private static LoadPlan plan(String blue, String green, Integer rate) {
    return new LoadPlan(
        blue,
        green,
        List.of(LoadRequest.get("/orders?page=1")),
        rate,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null);
  }

  private static LoadPlan with(UnaryOperator<Numbers> change) {
    Numbers n = change.apply(new Numbers(10_000, 10_000, 120_000, 5_000, 64, 1_024, 10_000));
    return new LoadPlan(
        GOOD.blue(),
        GOOD.green(),
        GOOD.requests(),
        GOOD.rate(),
        n.slice,
        n.warmUp,
        n.duration,
        n.timeout,
        n.connections,
        n.inFlight,
        GOOD.quantiles(),
        n.lag);
  }

  private record Numbers(
      int slice, int warmUp, int duration, int timeout, int connections, int inFlight, int lag) {}

  private static LoadPlan asking(LoadRequest request, List<Double> quantiles) {
    return new LoadPlan(
        GOOD.blue(),
        GOOD.green(),
        List.of(request),
        100,
        null,
        null,
        null,
        null,
        null,
        null,
        quantiles,
        null);
  }

  private static LoadRequest request(String method, String path, Map<String, String> headers) {
    return new LoadRequest(method, path, null, headers, null, null);
  }

  @Test
  void whatIsLeftOutHasDefaultsWithWhichNothingIsWrong() {
    assertThat(LoadPlanProblems.of(GOOD)).isEmpty();
    assertThat(GOOD.pairs()).isEqualTo(6);
    assertThat(GOOD.requestsPerSlice()).isEqualTo(1_000);
    assertThat(GOOD.requests().getFirst().expect()).isEqualTo(Set.of(StatusClass.SUCCESS));
  }

  @Test
  void allProblemsAreToldAtOnceEachWithItsField() {
    assertThat(LoadPlanProblems.of(plan(null, "ftp://green", null)))
        .containsExactly(
            "blue is \"\": write http://HOST or http://HOST:PORT, without a path",
            "green is \"ftp://green\": write http://HOST or http://HOST:PORT, without a path",
            "rate is 0: make it 1 to 10000");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://orders",
        "http://orders/path",
        "http://user@orders",
        "http://orders?a=b",
        "http://orders:0",
        "http://orders:65536",
        "http://",
        "http://a b",
        "orders:8080"
      })
  void aTargetIsNothingButHostAndPort(String url) {
    assertThat(LoadPlanProblems.of(plan(url, GOOD.green(), 100)))
        .singleElement()
        .asString()
        .startsWith("blue is ");
  }

  @Test
  void anAddressMayBeOneOfVersionSix() {
    assertThat(LoadPlanProblems.of(plan("http://[::1]:80/", GOOD.green(), 100))).isEmpty();
  }

  @Test
  void aDurationIsAnEvenNumberOfSlicesEightToTwelve() {
    for (int duration : new int[] {60_000, 70_000, 90_000, 81_000, 140_000, 0, -80_000}) {
      assertThat(LoadPlanProblems.of(durationOf(duration)))
          .containsExactly(
              "durationMillis is "
                  + duration
                  + ", and sliceMillis 10000: make it 8, 10 or 12 slices");
    }
    assertThat(LoadPlanProblems.of(durationOf(80_000))).isEmpty();
    assertThat(LoadPlanProblems.of(durationOf(120_000))).isEmpty();
  }

  private static LoadPlan durationOf(int millis) {
    return with(
        n -> new Numbers(n.slice, n.warmUp, millis, n.timeout, n.connections, n.inFlight, n.lag));
  }

  @Test
  void numbersAreWithinTheirBounds() {
    assertThat(
            LoadPlanProblems.of(with(n -> new Numbers(99, -1, n.duration, 60_001, 0, 8_193, 99))))
        .containsExactly(
            "sliceMillis is 99: make it 100 to 900000",
            "warmUpMillis is -1: make it 0 to 900000",
            "timeoutMillis is 60001: make it 1 to 60000",
            "connections is 0: make it 1 to 512",
            "maxInFlight is 8193: make it 0 to 8192",
            "lagLimitMicros is 99: make it 100 to 1000000");
  }

  @Test
  void fewerRequestsThanConnectionsMayNotBeUnderWay() {
    assertThat(
            LoadPlanProblems.of(
                with(n -> new Numbers(10_000, 0, n.duration, n.timeout, 64, 63, n.lag))))
        .containsExactly("maxInFlight is 63: make it 64 to 8192");
  }

  @Test
  void aSliceHasEnoughRequestsForTheHighestQuantile() {
    var request = LoadRequest.get("/");
    assertThat(LoadPlanProblems.of(asking(request, List.of(0.5, 0.999)))).isEmpty();
    assertThat(LoadPlanProblems.of(asking(request, List.of(0.9995))))
        .singleElement()
        .asString()
        .startsWith("a slice has 1000 requests, and the quantile 0.9995 needs 2000");
  }

  @Test
  void quantilesAreAscendingAndBetweenZeroAndOne() {
    var request = LoadRequest.get("/");
    for (List<Double> wrong :
        List.of(List.of(0.9, 0.5), List.of(0.5, 1.0), List.of(0.0), List.of(Double.NaN))) {
      assertThat(LoadPlanProblems.of(asking(request, wrong)))
          .containsExactly("quantiles are " + wrong + ": write them ascending, between 0 and 1");
    }
    assertThat(LoadPlanProblems.of(asking(request, List.of(.1, .2, .3, .4, .5))))
        .containsExactly("the number of quantiles is 5: make it 1 to 4");
  }

  @Test
  void aRequestCanSmuggleNothingIntoItsHead() {
    List<Double> quantiles = List.of(0.5);
    assertThat(LoadPlanProblems.of(asking(request("GET /", null, null), quantiles))).hasSize(1);
    for (String path : List.of("orders", "/a b", "/a\r\nX: y", "http://elsewhere/", "/\u00fc")) {
      assertThat(LoadPlanProblems.of(asking(request(null, path, null), quantiles)))
          .singleElement()
          .asString()
          .startsWith("requests[0].path is ");
    }
    for (var header : Map.of("X Y", "z", "X", "a\r\nZ: b", "Content-Length", "7").entrySet()) {
      var headers = Map.of(header.getKey(), header.getValue());
      assertThat(LoadPlanProblems.of(asking(request(null, "/", headers), quantiles))).hasSize(1);
    }
  }

  @Test
  void aWrongHeaderIsToldWithoutItsValueWhichMayBeASecret() {
    var headers = Map.of("Authorization", "Bearer se\u0000cret");
    assertThat(LoadPlanProblems.of(asking(request(null, "/", headers), List.of(0.5))))
        .singleElement()
        .asString()
        .contains("Authorization")
        .doesNotContain("cret");
  }

  @Test
  void aLoadNeedsARequest() {
    var none =
        new LoadPlan(
            GOOD.blue(), GOOD.green(), null, 1, null, null, null, null, null, null, null, null);
    assertThat(LoadPlanProblems.of(none))
        .containsExactly("the number of requests is 0: make it 1 to 16");
  }
}
