package dev.godwit.runner.lint;

/**
 * A piece of SQL.
 *
 * @param text of a word in lower case, of a quoted name what is between the quotes, of all else as
 *     it is written
 * @param written as it stands in the text
 * @param line in the text, from 1
 */
record Token(Kind kind, String text, String written, int line) {

  /** What a token is. */
  enum Kind {
    /** A keyword or a name without quotes. */
    WORD,
    /** A name in double quotes. */
    QUOTED,
    /** A literal of any kind in quotes or dollars. */
    STRING,
    /** A number, or the number of a parameter. */
    NUMBER,
    /** An operator, a bracket, a comma and the like. */
    SYMBOL,
    /** What the server can't read either: a quote without an end, or a stray character. */
    BROKEN
  }

  /** Whether it is this keyword, or this symbol. */
  boolean is(String wanted) {
    return (kind == Kind.WORD || kind == Kind.SYMBOL) && text.equals(wanted);
  }

  boolean isAnyOf(String... wanted) {
    for (String one : wanted) {
      if (is(one)) {
        return true;
      }
    }
    return false;
  }
}
