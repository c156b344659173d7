package dev.godwit.api.v1alpha1;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How spans of time are written in the API: a whole number and one of {@code s}, {@code m}, {@code
 * h} and {@code d}, as in {@code 90s} or {@code 30d}; at most ten years. A field whose spans may be
 * shorter than a second takes {@code ms}, too.
 */
public final class TimeSpan {

  /** CEL for "is a span longer than zero", of any length. */
  static final String SPAN = "self.matches('^[1-9][0-9]{0,8}[smhd]$')";

  /** CEL for "is a span", of any length. */
  static final String SPAN_OR_ZERO = "self.matches('^(0|[1-9][0-9]{0,8})[smhd]$')";

  /** CEL for the length of a span, in seconds. */
  static final String SECONDS =
      "int(self.substring(0, size(self) - 1)) * (self.endsWith('s') ? 1"
          + " : self.endsWith('m') ? 60 : self.endsWith('h') ? 3600 : 86400)";

  /** CEL that ends a rule which begins with a list of texts: whether all of them are spans. */
  static final String ARE_SPANS = ".all(t, t.matches('^(0|[1-9][0-9]{0,8})[smhd]$'))";

  /** CEL that makes of a list of spans one of their lengths, in seconds. */
  static final String IN_SECONDS =
      ".map(t, int(t.substring(0, size(t) - 1)) * (t.endsWith('s') ? 1"
          + " : t.endsWith('m') ? 60 : t.endsWith('h') ? 3600 : 86400))";

  private static final String AT_MOST_TEN_YEARS = " && " + SECONDS + " <= 315360000";

  /** CEL rule of a field that holds a span longer than zero. */
  public static final String POSITIVE = SPAN + AT_MOST_TEN_YEARS;

  /** What {@link #POSITIVE} says to who breaks it. */
  public static final String POSITIVE_MESSAGE =
      "write a span of time longer than zero and at most 10 years (3650d): a whole number and s,"
          + " m, h or d, as in 90s or 30d";

  /** CEL rule of a field that holds a span that may be zero. */
  public static final String ZERO_OR_MORE = SPAN_OR_ZERO + AT_MOST_TEN_YEARS;

  /** What {@link #ZERO_OR_MORE} says to who breaks it. */
  public static final String ZERO_OR_MORE_MESSAGE =
      "write a span of time of at most 10 years (3650d): a whole number and s, m, h or d, as in 0s"
          + " or 30d";

  /** CEL rule of a field that holds a span of a millisecond to an hour. */
  static final String FINE =
      "self.matches('^[1-9][0-9]{0,6}(ms|s|m|h)$')"
          + " && int(self.substring(0, size(self) - (self.endsWith('ms') ? 2 : 1)))"
          + " * (self.endsWith('ms') ? 1 : self.endsWith('s') ? 1000"
          + " : self.endsWith('m') ? 60000 : 3600000) <= 3600000";

  /** What {@link #FINE} says to who breaks it. */
  static final String FINE_MESSAGE =
      "write a span of time of 1ms to 1h: a whole number and ms, s, m or h, as in 500ms or 2s";

  /** The longest text that the rules allow, in characters. */
  public static final int MAX_LENGTH = 10;

  /** The longest span that the API takes. */
  public static final Duration MAX = Duration.ofDays(3650);

  private static final Pattern FORM = Pattern.compile("([0-9]{1,9})(ms|[smhd])");

  private TimeSpan() {}

  /**
   * Reads a span.
   *
   * @throws IllegalArgumentException if the text has another form or means more than {@link #MAX}
   */
  public static Duration parse(String text) {
    Matcher matcher = FORM.matcher(text);
    if (!matcher.matches()) {
      throw new IllegalArgumentException(
          "'" + text + "' is not a span of time: write a whole number and s, m, h or d, as in 90s");
    }
    long amount = Long.parseLong(matcher.group(1));
    Duration span =
        switch (matcher.group(2)) {
          case "ms" -> Duration.ofMillis(amount);
          case "s" -> Duration.ofSeconds(amount);
          case "m" -> Duration.ofMinutes(amount);
          case "h" -> Duration.ofHours(amount);
          default -> Duration.ofDays(amount);
        };
    if (span.compareTo(MAX) > 0) {
      throw new IllegalArgumentException("'" + text + "' is longer than 10 years (3650d)");
    }
    return span;
  }
}
