package dev.godwit.runner.schema;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.Set;

/**
 * Finds the statements of a text as the server will: quotes, dollar quotes, comments, parentheses
 * and the bodies of SQL functions ({@code BEGIN ATOMIC … END}) are kept together.
 */
final class Statements {

  private static final int HEAD = 3;
  private static final char FIRST_BEYOND_ASCII = 0x80;
  private static final Set<String> STREAMS = Set.of("FROM STDIN", "TO STDOUT");
  private static final Set<String> ROUTINES = Set.of("FUNCTION", "PROCEDURE");

  /** As in {@code CREATE OR REPLACE FUNCTION}. */
  private static final int LAST_WORD_OF_KIND = 4;

  private final String sql;
  private final List<Statement> found = new ArrayList<>();
  private OptionalInt backslash = OptionalInt.empty();

  // Of the statement at hand.
  private int start = -1;
  private int parentheses;
  private int bodies;
  private int words;
  private final StringBuilder head = new StringBuilder();
  private String lastWord = "";
  private boolean creates;
  private boolean routine;
  private boolean streams;
  private boolean concurrently;

  private Statements(String sql) {
    this.sql = sql;
  }

  /**
   * What a text consists of.
   *
   * @param statements in its order, empty ones left out
   * @param backslash where there is a backslash outside of quotes, as psql's own commands have it
   */
  record Script(List<Statement> statements, OptionalInt backslash) {}

  /** Reads a text, which may be any. */
  static Script of(String sql) {
    Statements statements = new Statements(sql);
    statements.scan();
    return new Script(List.copyOf(statements.found), statements.backslash);
  }

  private void scan() {
    int at = 0;
    while (at < sql.length()) {
      char c = sql.charAt(at);
      int end = comment(at);
      if (end > at || Character.isWhitespace(c)) {
        at = Math.max(end, at + 1);
        continue;
      }
      if (c == ';' && parentheses == 0 && bodies == 0) {
        finish(at);
        at++;
        continue;
      }
      start = start < 0 ? at : start;
      at = token(at, c);
    }
    finish(sql.length());
  }

  private int token(int at, char c) {
    if (c == '\'') {
      return quoted(at, '\'', false);
    }
    if (c == '"') {
      return quoted(at, '"', false);
    }
    if (c == '$') {
      return dollar(at);
    }
    if (isWordStart(c)) {
      return word(at);
    }
    if (Character.isDigit(c)) {
      return endOfWord(at);
    }
    switch (c) {
      case '(' -> parentheses++;
      case ')' -> parentheses = Math.max(0, parentheses - 1);
      case '\\' -> backslash = backslash.isPresent() ? backslash : OptionalInt.of(at);
      default -> {
        // An operator, or a comma.
      }
    }
    return at + 1;
  }

  /** Behind the comment that begins there; the same place if none does. */
  private int comment(int at) {
    if (sql.startsWith("--", at)) {
      int end = sql.indexOf('\n', at);
      return end < 0 ? sql.length() : end + 1;
    }
    if (!sql.startsWith("/*", at)) {
      return at;
    }
    int depth = 1;
    int next = at + 2;
    while (next < sql.length() && depth > 0) {
      if (sql.startsWith("/*", next)) {
        depth++;
        next += 2;
      } else if (sql.startsWith("*/", next)) {
        depth--;
        next += 2;
      } else {
        next++;
      }
    }
    return next;
  }

  private int quoted(int at, char quote, boolean escapes) {
    int next = at + 1;
    while (next < sql.length()) {
      char c = sql.charAt(next);
      if (c == '\\' && escapes) {
        next += 2;
      } else if (c != quote) {
        next++;
      } else if (next + 1 < sql.length() && sql.charAt(next + 1) == quote) {
        next += 2;
      } else {
        return next + 1;
      }
    }
    return sql.length();
  }

  private int dollar(int at) {
    int tagEnd = at + 1;
    while (tagEnd < sql.length() && isInTag(sql.charAt(tagEnd), tagEnd == at + 1)) {
      tagEnd++;
    }
    if (tagEnd >= sql.length() || sql.charAt(tagEnd) != '$') {
      return at + 1;
    }
    String tag = sql.substring(at, tagEnd + 1);
    int end = sql.indexOf(tag, tagEnd + 1);
    return end < 0 ? sql.length() : end + tag.length();
  }

  private int word(int at) {
    int end = endOfWord(at);
    String word = sql.substring(at, end).toUpperCase(Locale.ROOT);
    if (word.equals("E") && end < sql.length() && sql.charAt(end) == '\'') {
      return quoted(end, '\'', true);
    }
    words++;
    if (words <= HEAD) {
      head.append(words == 1 ? "" : " ").append(word);
    }
    note(word);
    lastWord = word;
    return end;
  }

  private void note(String word) {
    concurrently |= word.equals("CONCURRENTLY");
    if (parentheses > 0) {
      return;
    }
    String pair = lastWord + " " + word;
    streams |= head.indexOf("COPY") == 0 && STREAMS.contains(pair);
    creates |= words == 1 && word.equals("CREATE");
    routine |= creates && words <= LAST_WORD_OF_KIND && ROUTINES.contains(word);
    if (routine) {
      noteBody(word, pair);
    }
  }

  private void noteBody(String word, String pair) {
    if (pair.equals("BEGIN ATOMIC")) {
      bodies++;
    } else if (bodies > 0 && word.equals("CASE")) {
      bodies++;
    } else if (bodies > 0 && word.equals("END")) {
      bodies--;
    }
  }

  private void finish(int end) {
    if (start >= 0) {
      int last = end;
      while (last > start && Character.isWhitespace(sql.charAt(last - 1))) {
        last--;
      }
      found.add(new Statement(start, last, head.toString(), streams, concurrently));
    }
    start = -1;
    parentheses = 0;
    bodies = 0;
    words = 0;
    head.setLength(0);
    lastWord = "";
    creates = false;
    routine = false;
    streams = false;
    concurrently = false;
  }

  private int endOfWord(int at) {
    int end = at;
    while (end < sql.length() && (isWordStart(sql.charAt(end)) || isLaterInWord(sql.charAt(end)))) {
      end++;
    }
    return end;
  }

  private static boolean isWordStart(char c) {
    return isBetween('a', c, 'z') || isBetween('A', c, 'Z') || c == '_' || c >= FIRST_BEYOND_ASCII;
  }

  private static boolean isLaterInWord(char c) {
    return isBetween('0', c, '9') || c == '$';
  }

  private static boolean isInTag(char c, boolean first) {
    return isWordStart(c) || (!first && isBetween('0', c, '9'));
  }

  private static boolean isBetween(char least, char c, char most) {
    return least <= c && c <= most;
  }
}
