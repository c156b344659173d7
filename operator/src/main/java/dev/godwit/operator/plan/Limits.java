package dev.godwit.operator.plan;

import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;

/** Between what a measured value is healthy; either end may be open. */
public record Limits(OptionalDouble least, OptionalDouble most) {

  /** What is wrong with a value, in words; empty where it is within the limits. */
  public Optional<String> breach(double value) {
    if (most.isPresent() && value > most.getAsDouble()) {
      return Optional.of(words(value) + " is above " + words(most.getAsDouble()));
    }
    if (least.isPresent() && value < least.getAsDouble()) {
      return Optional.of(words(value) + " is below " + words(least.getAsDouble()));
    }
    return Optional.empty();
  }

  /**
   * How far outside of the limits, or how near to them from within, a value is; higher is worse.
   */
  public double badness(double value) {
    double over = most.isPresent() ? value - most.getAsDouble() : Double.NEGATIVE_INFINITY;
    double under = least.isPresent() ? least.getAsDouble() - value : Double.NEGATIVE_INFINITY;
    return Math.max(over, under);
  }

  /** A measured number for people: four significant digits. */
  public static String words(double value) {
    String text = String.format(Locale.ROOT, "%.4g", value);
    return text.contains(".") && !text.contains("e")
        ? text.replaceFirst("0+$", "").replaceFirst("[.]$", "")
        : text;
  }
}
