package dev.godwit.runner.schema;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A version as Flyway reads it: numbers with dots or underscores between them, of which zeros at
 * the end make no difference.
 */
record FlywayVersion(List<BigInteger> numbers) implements Comparable<FlywayVersion> {

  private static final Pattern NUMBERS = Pattern.compile("\\d+([._]\\d+)*");
  private static final Pattern SEPARATOR = Pattern.compile("[._]");

  /** Reads a name; empty if Flyway would not. */
  static Optional<FlywayVersion> of(String name) {
    if (!NUMBERS.matcher(name).matches()) {
      return Optional.empty();
    }
    List<BigInteger> numbers =
        new ArrayList<>(Arrays.stream(SEPARATOR.split(name)).map(BigInteger::new).toList());
    while (numbers.size() > 1 && numbers.getLast().signum() == 0) {
      numbers.removeLast();
    }
    return Optional.of(new FlywayVersion(List.copyOf(numbers)));
  }

  @Override
  public int compareTo(FlywayVersion other) {
    int longer = Math.max(numbers.size(), other.numbers.size());
    for (int i = 0; i < longer; i++) {
      int difference = at(i).compareTo(other.at(i));
      if (difference != 0) {
        return difference;
      }
    }
    return 0;
  }

  private BigInteger at(int place) {
    return place < numbers.size() ? numbers.get(place) : BigInteger.ZERO;
  }
}
