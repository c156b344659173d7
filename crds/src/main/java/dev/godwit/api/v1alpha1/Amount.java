package dev.godwit.api.v1alpha1;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How limits of measured values are written in the API: a number as it is, in {@code %} (1% is
 * 0.01), {@code ms} or {@code s} (both become seconds); and ratios as in {@code 1.5x}.
 */
public final class Amount {

  /** CEL rule of a field that holds an amount. */
  public static final String FORM = "self.matches('^[0-9]{1,15}([.][0-9]{1,9})?(%|ms|s)?$')";

  /** What {@link #FORM} says to who breaks it. */
  public static final String FORM_MESSAGE =
      "write a number, with %, ms or s if need be, as in 1%, 250ms or 0.5";

  /** CEL rule of a field that holds a ratio. */
  public static final String RATIO = "self.matches('^[0-9]{1,6}([.][0-9]{1,6})?x$')";

  /** What {@link #RATIO} says to who breaks it. */
  public static final String RATIO_MESSAGE = "write a number and x, as in 2x or 1.1x";

  /** The longest text that the rules allow, in characters. */
  public static final int MAX_LENGTH = 27;

  private static final Pattern PARTS = Pattern.compile("([0-9]+(?:[.][0-9]+)?)(%|ms|s|x)?");
  private static final double PERCENT = 100;
  private static final double MILLIS = 1000;

  private Amount() {}

  /**
   * Reads an amount or a ratio.
   *
   * @return the number; of a percentage the fraction, of a time the seconds, of a ratio the factor
   * @throws IllegalArgumentException if the text has another form
   */
  public static double parse(String text) {
    Matcher matcher = PARTS.matcher(text);
    if (!matcher.matches()) {
      throw new IllegalArgumentException("'" + text + "' is not an amount: " + FORM_MESSAGE);
    }
    double number = Double.parseDouble(matcher.group(1));
    return switch (matcher.group(2)) {
      case "%" -> number / PERCENT;
      case "ms" -> number / MILLIS;
      case null, default -> number;
    };
  }
}
