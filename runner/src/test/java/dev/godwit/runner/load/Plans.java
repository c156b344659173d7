package dev.godwit.runner.load;

import dev.godwit.contract.load.LoadPlan;
import dev.godwit.contract.load.LoadRequest;
import java.util.List;

/** Plans for tests: what matters is named, the rest is small. */
record Plans(
    List<LoadRequest> requests,
    int rate,
    int sliceMillis,
    int warmUpMillis,
    int timeoutMillis,
    int connections,
    int maxInFlight) {

  /** A hundred requests a second, eight slices of a second, four connections. */
  static Plans plan() {
    return new Plans(List.of(LoadRequest.get("/")), 100, 1_000, 0, 30_000, 4, 1_000);
  }

  Plans requests(LoadRequest... some) {
    return new Plans(
        List.of(some), rate, sliceMillis, warmUpMillis, timeoutMillis, connections, maxInFlight);
  }

  Plans rate(int perSecond) {
    return new Plans(
        requests, perSecond, sliceMillis, warmUpMillis, timeoutMillis, connections, maxInFlight);
  }

  Plans slice(int millis) {
    return new Plans(requests, rate, millis, warmUpMillis, timeoutMillis, connections, maxInFlight);
  }

  Plans warmUp(int millis) {
    return new Plans(requests, rate, sliceMillis, millis, timeoutMillis, connections, maxInFlight);
  }

  Plans timeout(int millis) {
    return new Plans(requests, rate, sliceMillis, warmUpMillis, millis, connections, maxInFlight);
  }

  Plans connections(int number, int inFlight) {
    return new Plans(requests, rate, sliceMillis, warmUpMillis, timeoutMillis, number, inFlight);
  }

  LoadPlan to(String blue, String green) {
    return new LoadPlan(
        blue,
        green,
        requests,
        rate,
        sliceMillis,
        warmUpMillis,
        8 * sliceMillis,
        timeoutMillis,
        connections,
        maxInFlight,
        List.of(0.5, 0.9, 0.99),
        10_000);
  }

  LoadPlan build() {
    return to("http://blue", "http://green");
  }
}
