package dev.godwit.operator.schema;

import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What comments at the beginning of an {@code up} say. A line that is only {@code --
 * godwit:transactional=false}, before which there are no lines but comments of this kind and blank
 * ones, says that the version can't be in one transaction; {@code =true} says what holds anyway.
 *
 * @param transactional what is said; empty: nothing
 * @param unknown what is said to Godwit that it does not understand; empty: nothing
 */
record Header(Optional<Boolean> transactional, Optional<String> unknown) {

  private static final String COMMENT = "--";
  private static final Pattern WORD = Pattern.compile("--\\s*godwit:\\s*(.*)");

  /** Reads it. */
  static Header of(String sql) {
    Optional<Boolean> transactional = Optional.empty();
    Optional<String> unknown = Optional.empty();
    for (String line : beginning(sql)) {
      Matcher word = WORD.matcher(line);
      if (word.matches()) {
        switch (word.group(1)) {
          case "transactional=false" -> transactional = Optional.of(false);
          case "transactional=true" -> transactional = Optional.of(true);
          default -> unknown = Optional.of(word.group(1));
        }
      }
    }
    return new Header(transactional, unknown);
  }

  private static List<String> beginning(String sql) {
    return sql.lines()
        .map(String::strip)
        .takeWhile(line -> line.isEmpty() || line.startsWith(COMMENT))
        .toList();
  }
}
