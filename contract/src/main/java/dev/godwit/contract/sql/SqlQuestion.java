package dev.godwit.contract.sql;

import java.util.ArrayList;
import java.util.List;

/**
 * What {@code runner sql} is told to ask of a PostgreSQL database. {@link #problems} says what is
 * wrong with one.
 *
 * @param query one statement that reads, and returns rows of a single boolean column: the answer is
 *     good when there is a row and all of them are true
 * @param timeoutMillis how long connecting may take, and the answer as well, in milliseconds: 1 to
 *     3,600,000, by default 5,000
 * @param attempts how often it is asked, a second apart, until the answer is good: 1 to 100, by
 *     default once
 * @param watch how it is asked again and again; null: it is not
 */
public record SqlQuestion(String query, Integer timeoutMillis, Integer attempts, Watch watch) {

  /** The longest query, in characters. */
  public static final int LONGEST = 16 * 1024;

  private static final int TIMEOUT = 5_000;
  private static final int LONGEST_WAIT = 3_600_000;
  private static final int MOST_TIMES = 100;
  private static final int MAX_PORT = 65_535;

  /**
   * How a question is asked again and again, until its answer is bad.
   *
   * @param intervalMillis from the end of one answer to the next question, in milliseconds: 100 to
   *     3,600,000
   * @param failures how many bad answers in a row it takes: 1 to 100. That nobody answered is
   *     neither good nor bad
   * @param port where {@code GET /ready} is answered: with 200 while the last answer was good, else
   *     with 503; 0 for any
   */
  public record Watch(int intervalMillis, int failures, int port) {}

  /** Fills in the defaults. */
  public SqlQuestion {
    query = query == null ? "" : query;
    timeoutMillis = timeoutMillis == null ? TIMEOUT : timeoutMillis;
    attempts = attempts == null ? 1 : attempts;
  }

  /** All that is wrong with it, each with its field; none when it can be asked. */
  public List<String> problems() {
    List<String> found = new ArrayList<>();
    if (query.isBlank()) {
      found.add("query is empty: write a statement that returns true");
    }
    within("the length of query", query.length(), 0, LONGEST, found);
    within("timeoutMillis", timeoutMillis, 1, LONGEST_WAIT, found);
    within("attempts", attempts, 1, MOST_TIMES, found);
    if (watch != null) {
      within("watch.intervalMillis", watch.intervalMillis(), 100, LONGEST_WAIT, found);
      within("watch.failures", watch.failures(), 1, MOST_TIMES, found);
      within("watch.port", watch.port(), 0, MAX_PORT, found);
    }
    return List.copyOf(found);
  }

  private static void within(String field, int value, int least, int most, List<String> found) {
    if (value < least || value > most) {
      found.add(field + " is " + value + ": make it " + least + " to " + most);
    }
  }
}
