package dev.godwit.runner.lint;

import dev.godwit.runner.lint.Token.Kind;
import java.util.List;
import java.util.Set;

/** Goes through the tokens of a statement, or of a part of one. */
final class Cursor {

  /**
   * Words that no object can be called without quotes (PostgreSQL's documentation, appendix C), so
   * that none is taken for a name where an exact pattern was missed.
   */
  private static final Set<String> RESERVED =
      Set.of(
          """
          all analyse analyze and any array as asc asymmetric both case cast check collate column
          constraint create current_catalog current_date current_role current_time
          current_timestamp current_user default deferrable desc distinct do else end except false
          fetch for foreign from grant group having in initially intersect into lateral leading
          limit localtime localtimestamp not null offset on only or order placing primary
          references returning select session_user some symmetric table then to trailing true
          union unique user using variadic when where window with
          """
              .strip()
              .split("\\s+"));

  private static final Token END = new Token(Kind.SYMBOL, "", "", 0);

  private final List<Token> tokens;
  private int at;

  Cursor(List<Token> tokens) {
    this.tokens = tokens;
  }

  boolean atEnd() {
    return at >= tokens.size();
  }

  Token peek() {
    return peek(0);
  }

  Token peek(int ahead) {
    return at + ahead < tokens.size() ? tokens.get(at + ahead) : END;
  }

  /** The line of what comes next; at the end that of what was last. */
  int line() {
    return tokens.get(Math.min(at, tokens.size() - 1)).line();
  }

  Token take() throws NotKnown {
    if (atEnd()) {
      throw new NotKnown();
    }
    return tokens.get(at++);
  }

  /** Whether these words or symbols come next, one after the other. */
  boolean at(String... sequence) {
    for (int i = 0; i < sequence.length; i++) {
      if (!peek(i).is(sequence[i])) {
        return false;
      }
    }
    return true;
  }

  /** Whether the last of the tokens is this word. */
  boolean endsWith(String word) {
    return tokens.getLast().is(word);
  }

  boolean atAny(String... words) {
    return peek().isAnyOf(words);
  }

  /** Takes these words or symbols if they come next, one after the other. */
  boolean accept(String... sequence) {
    boolean there = at(sequence);
    if (there) {
      at += sequence.length;
    }
    return there;
  }

  boolean acceptAny(String... words) {
    boolean there = atAny(words);
    if (there) {
      at++;
    }
    return there;
  }

  boolean accept(Kind kind) {
    boolean there = peek().kind() == kind;
    if (there) {
      at++;
    }
    return there;
  }

  void expect(String... sequence) throws NotKnown {
    require(accept(sequence));
  }

  void expectAny(String... words) throws NotKnown {
    require(acceptAny(words));
  }

  void expectEnd() throws NotKnown {
    require(atEnd());
  }

  static void require(boolean holds) throws NotKnown {
    if (!holds) {
      throw new NotKnown();
    }
  }

  boolean ifExists() {
    return accept("if", "exists");
  }

  boolean ifNotExists() {
    return accept("if", "not", "exists");
  }

  /** Takes {@code CASCADE} or {@code RESTRICT}; whether it was the former. */
  boolean cascade() {
    boolean cascade = at("cascade");
    acceptAny("cascade", "restrict");
    return cascade;
  }

  /** A name of a single part. */
  Token identifier() throws NotKnown {
    Token token = take();
    require(
        token.kind() == Kind.QUOTED
            || (token.kind() == Kind.WORD && !RESERVED.contains(token.text())));
    return token;
  }

  /** A name that may have a schema. */
  Name name() throws NotKnown {
    Token last = identifier();
    StringBuilder written = new StringBuilder(last.written());
    String schema = "";
    while (accept(".")) {
      schema = last.text();
      last = take();
      require(last.kind() == Kind.QUOTED || last.kind() == Kind.WORD);
      written.append('.').append(last.written());
    }
    return new Name(written.toString(), schema, last.text());
  }

  /** A table as {@code [ONLY] name [*]}, or with the name in parentheses. */
  Name table() throws NotKnown {
    if (accept("only", "(")) {
      Name name = name();
      expect(")");
      return name;
    }
    accept("only");
    Name name = name();
    accept("*");
    return name;
  }

  /** Takes what is in parentheses, with them; returns it without. */
  List<Token> parentheses() throws NotKnown {
    require(at("("));
    int start = at + 1;
    group();
    return tokens.subList(start, at - 1);
  }

  void acceptParentheses() throws NotKnown {
    if (at("(")) {
      parentheses();
    }
  }

  /** Takes one token, or all from a bracket to the one that closes it. */
  private void group() throws NotKnown {
    int depth = 0;
    do {
      Token token = take();
      if (token.isAnyOf("(", "[")) {
        depth++;
      } else if (token.isAnyOf(")", "]")) {
        depth--;
        require(depth >= 0);
      }
    } while (depth > 0);
  }

  /** Takes all up to one of these words or symbols outside of brackets, or to the end. */
  List<Token> upTo(String... stops) throws NotKnown {
    int start = at;
    while (!atEnd() && !atAny(stops)) {
      group();
    }
    return tokens.subList(start, at);
  }

  /** Takes all that is left. */
  List<Token> rest() throws NotKnown {
    return upTo();
  }

  /**
   * Takes an expression that ends with a comma, or before one of these words where an operator and
   * an operand are complete.
   */
  List<Token> expression(Set<String> stops) throws NotKnown {
    int start = at;
    int cases = 0;
    while (!atEnd() && (cases > 0 || !at(","))) {
      Token token = peek();
      boolean complete = at > start && !isIncomplete(tokens.get(at - 1));
      if (cases == 0 && complete && token.kind() == Kind.WORD && stops.contains(token.text())) {
        break;
      }
      if (token.is("case")) {
        cases++;
      } else if (token.is("end")) {
        cases--;
      }
      group();
    }
    require(at > start && cases == 0);
    return tokens.subList(start, at);
  }

  private static boolean isIncomplete(Token token) {
    return token.is("is")
        || token.is(".")
        || (token.kind() == Kind.SYMBOL && !token.isAnyOf(")", "]"));
  }
}
