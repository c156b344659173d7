package dev.godwit.runner.lint;

import java.util.ArrayList;
import java.util.List;

/**
 * Makes statements of tokens. A semicolon ends one unless it is within parentheses or within the
 * body of a function that is written as {@code BEGIN ATOMIC … END}.
 */
final class Splitter {

  private Splitter() {}

  /** The statements, each without its semicolon; empty ones are left out. */
  static List<List<Token>> statements(List<Token> tokens) {
    List<List<Token>> statements = new ArrayList<>();
    int start = 0;
    int parentheses = 0;
    int blocks = 0;
    for (int i = 0; i < tokens.size(); i++) {
      Token token = tokens.get(i);
      if (token.is("(")) {
        parentheses++;
      } else if (token.is(")")) {
        parentheses = Math.max(0, parentheses - 1);
      } else if (token.is(";") && parentheses == 0 && blocks == 0) {
        add(statements, tokens.subList(start, i));
        start = i + 1;
      } else if (parentheses == 0 && !isLabel(tokens, start, i)) {
        if (blocks == 0 ? isAtomic(tokens, start, i) : token.isAnyOf("begin", "case")) {
          blocks++;
        } else if (blocks > 0 && token.is("end")) {
          blocks--;
        }
      }
    }
    add(statements, tokens.subList(start, tokens.size()));
    return statements;
  }

  private static void add(List<List<Token>> statements, List<Token> statement) {
    if (!statement.isEmpty()) {
      statements.add(statement);
    }
  }

  private static boolean isLabel(List<Token> tokens, int start, int i) {
    return i > start && tokens.get(i - 1).isAnyOf("as", ".");
  }

  private static boolean isAtomic(List<Token> tokens, int start, int i) {
    if (!tokens.get(i).is("begin") || i + 1 >= tokens.size() || !tokens.get(i + 1).is("atomic")) {
      return false;
    }
    Cursor head = new Cursor(tokens.subList(start, i));
    if (!head.accept("create")) {
      return false;
    }
    head.accept("or", "replace");
    return head.acceptAny("function", "procedure");
  }
}
