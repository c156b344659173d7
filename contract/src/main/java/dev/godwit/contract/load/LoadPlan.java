package dev.godwit.contract.load;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.util.List;

/**
 * What {@code runner load} is told to do. What is left out has its default; {@link
 * LoadPlanProblems} says what is wrong with one.
 *
 * @param blue the base URL of the version that runs, such as {@code http://orders.shop:8080}; no
 *     path, and no TLS
 * @param green the same of the version that is to come
 * @param requests what is sent, to both alike: 1 to 16 kinds
 * @param rate requests per second to the side whose slice it is: 1 to 10,000; whatever the answers
 *     do
 * @param sliceMillis how long one side has the load before it is the other's turn, in milliseconds:
 *     100 to 900,000, by default 10,000
 * @param warmUpMillis how long each side has the load before anything is counted, in milliseconds:
 *     0 to 900,000, by default 10,000
 * @param durationMillis of all slices together, without the warm-up, in milliseconds: 8, 10 or 12
 *     times {@code sliceMillis}, 12 times by default
 * @param timeoutMillis how long after it was due a request must have its whole answer, in
 *     milliseconds: 1 to 60,000, by default 5,000
 * @param connections how many connections are kept open to a side during its slice: 1 to 512, by
 *     default 64
 * @param maxInFlight how many requests may be under way at once, those that wait for a connection
 *     included; one more is dropped: {@code connections} to 8,192, by default 1,024, or {@code
 *     connections} when there are more of them
 * @param quantiles of the latencies to report, ascending, between 0 and 1: up to 4, by default 0.5,
 *     0.9 and 0.99
 * @param lagLimitMicros the generator is saturated when it sent more than one of a hundred requests
 *     later than this after they were due, in microseconds: 100 to 1,000,000, by default 10,000
 */
public record LoadPlan(
    String blue,
    String green,
    List<LoadRequest> requests,
    Integer rate,
    Integer sliceMillis,
    Integer warmUpMillis,
    Integer durationMillis,
    Integer timeoutMillis,
    Integer connections,
    Integer maxInFlight,
    List<Double> quantiles,
    Integer lagLimitMicros) {

  private static final int SLICE = 10_000;
  private static final int SLICES = 12;
  private static final int WARM_UP = 10_000;
  private static final int TIMEOUT = 5_000;
  private static final int CONNECTIONS = 64;
  private static final int IN_FLIGHT = 1_024;
  private static final int LAG = 10_000;
  private static final List<Double> QUANTILES = List.of(0.5, 0.9, 0.99);
  private static final int MILLIS = 1_000;

  /** Fills in the defaults. */
  public LoadPlan {
    blue = blue == null ? "" : blue;
    green = green == null ? "" : green;
    requests = requests == null ? List.of() : List.copyOf(requests);
    rate = rate == null ? 0 : rate;
    sliceMillis = sliceMillis == null ? SLICE : sliceMillis;
    warmUpMillis = warmUpMillis == null ? WARM_UP : warmUpMillis;
    durationMillis = durationMillis == null ? SLICES * sliceMillis : durationMillis;
    timeoutMillis = timeoutMillis == null ? TIMEOUT : timeoutMillis;
    connections = connections == null ? CONNECTIONS : connections;
    maxInFlight = maxInFlight == null ? Math.max(IN_FLIGHT, connections) : maxInFlight;
    quantiles = quantiles == null ? QUANTILES : List.copyOf(quantiles);
    lagLimitMicros = lagLimitMicros == null ? LAG : lagLimitMicros;
  }

  /** How many slices each side has. */
  @JsonIgnore
  public int pairs() {
    return durationMillis / (2 * sliceMillis);
  }

  /** How many requests are due in a slice. */
  @JsonIgnore
  public int requestsPerSlice() {
    return requestsIn(sliceMillis);
  }

  /** How many requests are due in that many milliseconds. */
  public int requestsIn(int millis) {
    return Math.toIntExact((long) rate * millis / MILLIS);
  }

  /** The base URL of a side. */
  public String target(Side side) {
    return switch (side) {
      case BLUE -> blue;
      case GREEN -> green;
    };
  }
}
