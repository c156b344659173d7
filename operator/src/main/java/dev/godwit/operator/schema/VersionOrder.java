package dev.godwit.operator.schema;

import java.math.BigInteger;
import java.util.Comparator;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * The order of versions by their names. A name has parts: runs of digits and runs of letters; what
 * else is in it only parts them. Parts are compared one by one: numbers as numbers, words as texts,
 * and a number before a word. A part that is missing counts as the number 0, as Flyway has it.
 *
 * <p>So 1.2 is before 1.10, 2024_01_14_002 before 2024_01_15_001, and 1.2 before 1.2-rc1; but 1,
 * 1.0 and 01 are the same, and a catalogue has only one of them.
 */
final class VersionOrder implements Comparator<String> {

  private static final Pattern PART = Pattern.compile("[0-9]+|[A-Za-z]+");
  private static final String ZERO = "0";

  @Override
  public int compare(String one, String other) {
    List<String> parts = parts(one);
    List<String> others = parts(other);
    for (int at = 0; at < Math.max(parts.size(), others.size()); at++) {
      int compared = compareParts(part(parts, at), part(others, at));
      if (compared != 0) {
        return compared;
      }
    }
    return 0;
  }

  private static List<String> parts(String name) {
    return PART.matcher(name).results().map(MatchResult::group).toList();
  }

  private static String part(List<String> parts, int at) {
    return at < parts.size() ? parts.get(at) : ZERO;
  }

  private static int compareParts(String one, String other) {
    boolean isNumber = isNumber(one);
    if (isNumber && isNumber(other)) {
      return new BigInteger(one).compareTo(new BigInteger(other));
    }
    // A digit comes before a letter.
    return one.compareTo(other);
  }

  private static boolean isNumber(String part) {
    return part.charAt(0) <= '9';
  }
}
