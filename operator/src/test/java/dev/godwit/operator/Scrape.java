package dev.godwit.operator;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * What Prometheus gets from the operator.
 *
 * @param text as it is served
 */
record Scrape(String text) {

  private static final Duration LIMIT = Duration.ofSeconds(20);
  private static final Duration PAUSE = Duration.ofMillis(50);

  /** A sample; a time has several, by suffix. */
  private static final Pattern SAMPLE =
      Pattern.compile(
          "^(\\w+?)(?:_(?:count|sum|max|bucket))?(?:\\{(.*)})? \\S+$", Pattern.MULTILINE);

  private static final Pattern LABEL = Pattern.compile("(\\w+)=\"");
  private static final String BOUND_OF_A_BUCKET = "le";

  /** Asks at this port until the answer is as wanted; the last one where it never is. */
  static Scrape await(int port, Predicate<Scrape> wanted) throws IOException, InterruptedException {
    URI uri = URI.create("http://localhost:" + port + "/metrics");
    Instant end = Instant.now().plus(LIMIT);
    try (HttpClient http = HttpClient.newHttpClient()) {
      while (true) {
        HttpRequest request = HttpRequest.newBuilder(uri).timeout(LIMIT).build();
        Scrape scrape = new Scrape(http.send(request, HttpResponse.BodyHandlers.ofString()).body());
        if (wanted.test(scrape) || Instant.now().isAfter(end)) {
          return scrape;
        }
        Thread.sleep(PAUSE);
      }
    }
  }

  /** The metrics with their labels. */
  Map<String, Set<String>> metrics() {
    Map<String, Set<String>> metrics = new TreeMap<>();
    SAMPLE
        .matcher(text)
        .results()
        .forEach(
            sample -> {
              Set<String> labels = metrics.computeIfAbsent(sample.group(1), _ -> new TreeSet<>());
              labels.addAll(words(LABEL, sample.group(2) == null ? "" : sample.group(2)));
              labels.remove(BOUND_OF_A_BUCKET);
            });
    return metrics;
  }

  /** Whether it has this. */
  boolean has(String sample) {
    return text.contains(sample);
  }

  /** The first group of each match. */
  static Set<String> words(Pattern pattern, String text) {
    Set<String> words = new TreeSet<>();
    pattern.matcher(text).results().map(found -> found.group(1)).forEach(words::add);
    return words;
  }
}
