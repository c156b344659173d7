package dev.godwit.contract.load;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What is wrong with a {@link LoadPlan}: all of it at once, each with its field and the way out.
 */
public final class LoadPlanProblems {

  private static final int MAX_REQUESTS = 16;
  private static final int MAX_RATE = 10_000;
  private static final int MAX_WEIGHT = 1_000;
  private static final int MAX_HEADERS = 32;
  private static final int MAX_BODY = 64 * 1024;
  private static final int MIN_SLICE = 100;
  private static final int MAX_SLICE = 900_000;
  private static final int MAX_TIMEOUT = 60_000;
  private static final int MAX_CONNECTIONS = 512;
  private static final int MAX_IN_FLIGHT = 8_192;
  private static final int MAX_QUANTILES = 4;
  private static final int MIN_LAG = 100;
  private static final int MAX_LAG = 1_000_000;
  private static final int MIN_PAIRS = Series.FEWEST;
  private static final int MAX_PAIRS = 6;
  private static final int MAX_PORT = 65_535;

  private static final Pattern TOKEN = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]+");
  private static final Pattern PATH = Pattern.compile("/[!-~]*");
  private static final Pattern VALUE = Pattern.compile("[\\t -~]*");

  /** What the runner itself decides about. */
  private static final Set<String> OWN_HEADERS =
      Set.of("connection", "content-length", "transfer-encoding", "expect", "upgrade", "te");

  private final List<String> found = new ArrayList<>();

  private LoadPlanProblems() {}

  /** The problems of a plan, in the order of its fields; none when it can be carried out. */
  public static List<String> of(LoadPlan plan) {
    var problems = new LoadPlanProblems();
    problems.target("blue", plan.blue());
    problems.target("green", plan.green());
    problems.requests(plan.requests());
    problems.within("rate", plan.rate(), 1, MAX_RATE);
    problems.within("sliceMillis", plan.sliceMillis(), MIN_SLICE, MAX_SLICE);
    problems.within("warmUpMillis", plan.warmUpMillis(), 0, MAX_SLICE);
    problems.within("timeoutMillis", plan.timeoutMillis(), 1, MAX_TIMEOUT);
    problems.within("connections", plan.connections(), 1, MAX_CONNECTIONS);
    problems.within("maxInFlight", plan.maxInFlight(), plan.connections(), MAX_IN_FLIGHT);
    problems.within("lagLimitMicros", plan.lagLimitMicros(), MIN_LAG, MAX_LAG);
    problems.quantiles(plan.quantiles());
    if (problems.found.isEmpty()) {
      problems.slices(plan);
    }
    return List.copyOf(problems.found);
  }

  private void target(String field, String url) {
    if (!isBaseUrl(url)) {
      found.add(
          field + " is " + quoted(url) + ": write http://HOST or http://HOST:PORT, without a path");
    }
  }

  private static boolean isBaseUrl(String url) {
    try {
      var uri = new URI(url);
      return "http".equals(uri.getScheme())
          && uri.getHost() != null
          && uri.getPort() <= MAX_PORT
          && uri.getPort() != 0
          && (uri.getPath().isEmpty() || uri.getPath().equals("/"))
          && uri.getUserInfo() == null
          && uri.getQuery() == null
          && uri.getFragment() == null;
    } catch (URISyntaxException e) {
      return false;
    }
  }

  private void requests(List<LoadRequest> requests) {
    within("the number of requests", requests.size(), 1, MAX_REQUESTS);
    for (int index = 0; index < requests.size(); index++) {
      request("requests[" + index + "].", requests.get(index));
    }
  }

  private void request(String at, LoadRequest request) {
    matches(at + "method", request.method(), TOKEN, "a name such as GET or POST");
    matches(at + "path", request.path(), PATH, "a path that begins with / and is percent-encoded");
    within(at + "weight", request.weight(), 1, MAX_WEIGHT);
    within("the number of " + at + "headers", request.headers().size(), 0, MAX_HEADERS);
    request.headers().forEach((name, value) -> header(at + "headers", name, value));
    // In characters, of which one takes up to three bytes.
    within("the length of " + at + "body", request.body().length(), 0, MAX_BODY);
  }

  /** A header's value may be a secret: it is not repeated. */
  private void header(String at, String name, String value) {
    matches("a name in " + at, name, TOKEN, "the name of a header");
    if (OWN_HEADERS.contains(name.toLowerCase(Locale.ROOT))) {
      found.add(at + "." + name + " is set by the runner itself: leave it out");
    }
    if (!VALUE.matcher(value).matches()) {
      found.add(at + "." + name + " has characters that a header can't have: write ASCII, a line");
    }
  }

  private void quantiles(List<Double> quantiles) {
    within("the number of quantiles", quantiles.size(), 1, MAX_QUANTILES);
    double last = 0;
    for (double quantile : quantiles) {
      if (!(quantile > last && quantile < 1)) {
        found.add("quantiles are " + quantiles + ": write them ascending, between 0 and 1");
        return;
      }
      last = quantile;
    }
  }

  private void slices(LoadPlan plan) {
    int slices = plan.durationMillis() / plan.sliceMillis();
    if (plan.durationMillis() % plan.sliceMillis() != 0
        || slices % 2 != 0
        || slices < 2 * MIN_PAIRS
        || slices > 2 * MAX_PAIRS) {
      found.add(
          "durationMillis is %d, and sliceMillis %d: make it 8, 10 or 12 slices"
              .formatted(plan.durationMillis(), plan.sliceMillis()));
    }
    double highest = plan.quantiles().getLast();
    long needed = Math.round(Math.ceil(1 / (1 - highest) - 1e-6));
    if (plan.requestsPerSlice() < needed) {
      found.add(
          "a slice has %d requests, and the quantile %s needs %d: raise rate or sliceMillis, or ask"
                  .formatted(plan.requestsPerSlice(), highest, needed)
              + " for a lower quantile");
    }
  }

  private void within(String field, int value, int lowest, int highest) {
    if (value < lowest || value > highest) {
      found.add(field + " is " + value + ": make it " + lowest + " to " + highest);
    }
  }

  private void matches(String field, String value, Pattern pattern, String wanted) {
    if (!pattern.matcher(value).matches()) {
      found.add(field + " is " + quoted(value) + ": write " + wanted);
    }
  }

  private static String quoted(String value) {
    return '"' + value + '"';
  }
}
