package dev.godwit.runner.lint;

import dev.godwit.contract.schema.Finding;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Statements, and what is to be found of each: the files beside the tests. */
final class Samples {

  private static final String ARROW = " =>";
  private static final Pattern SINCE = Pattern.compile("(\\d+): (.*)");

  /**
   * One of them.
   *
   * @param since the version of PostgreSQL from which it is valid; 0: all have it
   * @param findings as {@link #words} writes them
   */
  record Sample(int since, String sql, String findings) {

    /** Whether it can run in a transaction. */
    boolean isTransactional() {
      return !sql.startsWith("vacuum")
          && (!sql.contains("concurrently") || sql.startsWith("refresh"));
    }

    @Override
    public String toString() {
      return sql;
    }
  }

  private Samples() {}

  static Stream<Sample> all() {
    return text("statements.txt")
        .lines()
        .filter(line -> !line.isBlank() && !line.startsWith("#"))
        .map(Samples::sample);
  }

  /** What makes the tables that are named in them. */
  static String schema() {
    return text("schema.sql");
  }

  static List<Finding> lint(String sql) {
    return new Linter().lint("1", sql, true);
  }

  static String words(List<Finding> findings) {
    return findings.stream().map(Samples::words).collect(Collectors.joining("; "));
  }

  private static String words(Finding finding) {
    return finding.kind()
        + " "
        + (finding.object() == null ? "-" : finding.object())
        + " "
        + (finding.lock() == null ? "-" : finding.lock());
  }

  private static Sample sample(String line) {
    Matcher since = SINCE.matcher(line);
    return since.matches()
        ? sample(Integer.parseInt(since.group(1)), since.group(2))
        : sample(0, line);
  }

  private static Sample sample(int since, String line) {
    int arrow = line.indexOf(ARROW);
    return arrow < 0
        ? new Sample(since, line.strip(), "")
        : new Sample(
            since, line.substring(0, arrow), line.substring(arrow + ARROW.length()).strip());
  }

  private static String text(String name) {
    try (InputStream file = Samples.class.getResourceAsStream(name)) {
      return new String(file.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }
}
