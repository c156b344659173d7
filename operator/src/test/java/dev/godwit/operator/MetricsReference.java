package dev.godwit.operator;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** What the reference says of metrics. */
final class MetricsReference {

  private static final Path PAGE = Path.of("../docs/reference/metrics.md");
  private static final Pattern ROW =
      Pattern.compile("^\\| `(\\w+)` \\|([^|]*)\\|", Pattern.MULTILINE);
  private static final Pattern VALUES = Pattern.compile("\\([^)]*\\)");
  private static final Pattern WORD = Pattern.compile("`(\\w+)`");

  private MetricsReference() {}

  /** The metrics whose names begin so, with their labels. */
  static Map<String, Set<String>> metrics(String prefix) throws IOException {
    Map<String, Set<String>> metrics = new TreeMap<>();
    ROW.matcher(Files.readString(PAGE))
        .results()
        .filter(row -> row.group(1).startsWith(prefix))
        .forEach(
            row ->
                metrics.put(
                    row.group(1), Scrape.words(WORD, VALUES.matcher(row.group(2)).replaceAll(""))));
    return metrics;
  }
}
