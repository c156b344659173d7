package dev.godwit.runner.lint;

import dev.godwit.runner.lint.Token.Kind;
import java.util.ArrayList;
import java.util.List;

/**
 * Makes tokens of a text as the server's own lexer does (PostgreSQL's {@code scan.l}, with {@code
 * standard_conforming_strings} on). It never fails: what can't be read becomes a token of kind
 * {@link Kind#BROKEN}.
 */
final class Lexer {

  private static final String OPERATOR = "~!@#^&|`?+-*/%<>=";

  /** An operator that has one of these may end in a sign; others leave it to what follows. */
  private static final String KEEPS_SIGN = "~!@#^&|`?%";

  /** So that a long row of signs, each of which is one, isn't read to its end for each. */
  private static final int LONGEST_OPERATOR = 64;

  private static final String SINGLE = "()[],;.";

  private final String text;
  private final List<Token> tokens = new ArrayList<>();
  private int at;
  private int line = 1;
  private int counted;

  private Lexer(String text) {
    this.text = text;
  }

  static List<Token> tokens(String text) {
    Lexer lexer = new Lexer(text);
    while (lexer.at < text.length()) {
      lexer.next();
    }
    return List.copyOf(lexer.tokens);
  }

  private void next() {
    char c = text.charAt(at);
    int start = at;
    if (isSpace(c)) {
      at++;
    } else if (text.startsWith("--", at)) {
      lineComment();
    } else if (text.startsWith("/*", at)) {
      blockComment();
    } else if (c == '\'') {
      string(start, 1, false);
    } else if (c == '"') {
      quoted(start, 1);
    } else if (isNameStart(c)) {
      word();
    } else if (isDigit(c) || (c == '.' && isDigit(peek(1)))) {
      number();
    } else if (c == '$') {
      dollar();
    } else {
      symbol(c);
    }
  }

  private void add(Kind kind, int start, String value) {
    for (; counted < start; counted++) {
      if (text.charAt(counted) == '\n') {
        line++;
      }
    }
    boolean named = kind == Kind.WORD || kind == Kind.QUOTED;
    tokens.add(new Token(kind, value, named ? text.substring(start, at) : value, line));
  }

  private void broken(int start) {
    add(Kind.BROKEN, start, "");
  }

  private char peek(int ahead) {
    return at + ahead < text.length() ? text.charAt(at + ahead) : '\0';
  }

  private void lineComment() {
    while (at < text.length() && text.charAt(at) != '\n' && text.charAt(at) != '\r') {
      at++;
    }
  }

  private void blockComment() {
    int start = at;
    int depth = 0;
    while (at < text.length()) {
      if (text.startsWith("/*", at)) {
        depth++;
        at += 2;
      } else if (text.startsWith("*/", at)) {
        depth--;
        at += 2;
        if (depth == 0) {
          return;
        }
      } else {
        at++;
      }
    }
    broken(start);
  }

  /** Reads a literal, together with those that continue it on further lines. */
  private void string(int start, int prefix, boolean escapes) {
    at += prefix;
    while (at < text.length()) {
      char c = text.charAt(at);
      if (c == '\\' && escapes) {
        at += 2;
      } else if (c != '\'') {
        at++;
      } else if (peek(1) == '\'') {
        at += 2;
      } else {
        at++;
        int more = continuation(at);
        if (more < 0) {
          add(Kind.STRING, start, text.substring(start, at));
          return;
        }
        at = more;
      }
    }
    at = text.length();
    broken(start);
  }

  /** Where a literal goes on that was closed before, since only a line's end is between; or -1. */
  private int continuation(int from) {
    boolean newline = false;
    int i = from;
    while (i < text.length()) {
      char c = text.charAt(i);
      if (c == '\'') {
        return newline ? i + 1 : -1;
      } else if (text.startsWith("--", i)) {
        while (i < text.length() && text.charAt(i) != '\n' && text.charAt(i) != '\r') {
          i++;
        }
      } else if (isSpace(c)) {
        newline |= c == '\n' || c == '\r';
        i++;
      } else {
        return -1;
      }
    }
    return -1;
  }

  private void quoted(int start, int prefix) {
    at += prefix;
    while (at < text.length()) {
      if (text.charAt(at) != '"') {
        at++;
      } else if (peek(1) == '"') {
        at += 2;
      } else {
        at++;
        String inner = text.substring(start + prefix, at - 1).replace("\"\"", "\"");
        // With escapes (U&"…") what it is called is not worked out: it stands for itself.
        add(Kind.QUOTED, start, prefix == 1 ? inner : text.substring(start, at));
        return;
      }
    }
    broken(start);
  }

  private void word() {
    int start = at;
    char first = text.charAt(at);
    if ("uU".indexOf(first) >= 0 && peek(1) == '&' && (peek(2) == '\'' || peek(2) == '"')) {
      if (peek(2) == '"') {
        quoted(start, 3);
      } else {
        string(start, 3, false);
      }
    } else if (peek(1) == '\'' && "eEbBxXnN".indexOf(first) >= 0) {
      string(start, 2, "eE".indexOf(first) >= 0);
    } else {
      skipName();
      add(Kind.WORD, start, lowerCase(text.substring(start, at)));
    }
  }

  /** Of ASCII only: to the server É and é are two names. */
  private static String lowerCase(String word) {
    StringBuilder lower = new StringBuilder(word);
    for (int i = 0; i < lower.length(); i++) {
      char c = lower.charAt(i);
      if (c >= 'A' && c <= 'Z') {
        lower.setCharAt(i, (char) (c + 'a' - 'A'));
      }
    }
    return lower.toString();
  }

  private void skipName() {
    while (at < text.length() && isNamePart(text.charAt(at))) {
      at++;
    }
  }

  private void number() {
    int start = at;
    digits();
    if (peek(0) == '.') {
      at++;
      digits();
    }
    int sign = peek(1) == '+' || peek(1) == '-' ? 1 : 0;
    if ((peek(0) == 'e' || peek(0) == 'E') && isDigit(peek(1 + sign))) {
      at += 1 + sign;
      digits();
    }
    if (isNameStart(peek(0))) {
      skipName();
    }
    add(Kind.NUMBER, start, text.substring(start, at));
  }

  private void digits() {
    while (isDigit(peek(0))) {
      at++;
    }
  }

  private void dollar() {
    int start = at;
    at++;
    if (isDigit(peek(0))) {
      digits();
      add(Kind.NUMBER, start, text.substring(start, at));
      return;
    }
    if (isNameStart(peek(0))) {
      while (isNamePart(peek(0)) && peek(0) != '$') {
        at++;
      }
    }
    if (peek(0) != '$') {
      broken(start);
      return;
    }
    at++;
    String tag = text.substring(start, at);
    int end = text.indexOf(tag, at);
    if (end < 0) {
      at = text.length();
      broken(start);
    } else {
      at = end + tag.length();
      add(Kind.STRING, start, text.substring(start, at));
    }
  }

  private void symbol(char c) {
    int start = at;
    if (c == ':') {
      at += peek(1) == ':' || peek(1) == '=' ? 2 : 1;
      add(Kind.SYMBOL, start, text.substring(start, at));
    } else if (SINGLE.indexOf(c) >= 0) {
      at++;
      add(Kind.SYMBOL, start, String.valueOf(c));
    } else if (OPERATOR.indexOf(c) >= 0) {
      operator();
    } else {
      at++;
      broken(start);
    }
  }

  private void operator() {
    int start = at;
    boolean keepsSign = false;
    do {
      keepsSign |= KEEPS_SIGN.indexOf(text.charAt(at)) >= 0;
      at++;
    } while (at < Math.min(text.length(), start + LONGEST_OPERATOR)
        && OPERATOR.indexOf(text.charAt(at)) >= 0
        && !text.startsWith("--", at)
        && !text.startsWith("/*", at));
    while (!keepsSign && at - start > 1 && "+-".indexOf(text.charAt(at - 1)) >= 0) {
      at--;
    }
    add(Kind.SYMBOL, start, text.substring(start, at));
  }

  private static boolean isSpace(char c) {
    return c == ' ' || (c >= '\t' && c <= '\r');
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  private static boolean isNameStart(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c >= 0x80;
  }

  private static boolean isNamePart(char c) {
    return isNameStart(c) || isDigit(c) || c == '$';
  }
}
