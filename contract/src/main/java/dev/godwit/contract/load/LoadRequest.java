package dev.godwit.contract.load;

import java.util.Collections;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;

/**
 * One kind of request of a load. What is left out has its default.
 *
 * @param method the HTTP method, {@code GET} by default
 * @param path path and query, beginning with a slash, percent-encoded as they go over the wire;
 *     {@code /} by default
 * @param weight how often it is sent in comparison with the other requests: 1 (the default) to
 *     1000; of any so many requests in a row as all weights together, exactly this many
 * @param headers added to each request, by name; {@code Host} is the target's unless given here
 * @param body sent as UTF-8 with each request; none by default
 * @param expect the status classes that count as answered, {@code ["2xx"]} by default
 */
public record LoadRequest(
    String method,
    String path,
    Integer weight,
    Map<String, String> headers,
    String body,
    Set<StatusClass> expect) {

  /** Fills in the defaults. */
  public LoadRequest {
    method = method == null ? "GET" : method;
    path = path == null ? "/" : path;
    weight = weight == null ? 1 : weight;
    headers = headers == null ? Map.of() : Map.copyOf(headers);
    body = body == null ? "" : body;
    expect =
        expect == null || expect.isEmpty()
            ? Set.of(StatusClass.SUCCESS)
            // In the order of the enum, so that the same plan is the same text.
            : Collections.unmodifiableSet(EnumSet.copyOf(expect));
  }

  /** A {@code GET} of that path, expected to be answered with {@code 2xx}. */
  public static LoadRequest get(String path) {
    return new LoadRequest("GET", path, 1, Map.of(), "", Set.of());
  }

  /** The same, sent as often as that in comparison with the others. */
  public LoadRequest withWeight(int newWeight) {
    return new LoadRequest(method, path, newWeight, headers, body, expect);
  }
}
