package dev.godwit.runner.lint;

/** The options of a sequence. */
final class Sequences {

  private Sequences() {}

  /** Reads one, but {@code RESTART}. */
  static void readOption(Cursor cursor) throws NotKnown {
    if (cursor.accept("as")) {
      cursor.expectAny("smallint", "int", "integer", "bigint", "int2", "int4", "int8");
    } else if (cursor.accept("increment")) {
      cursor.accept("by");
      readNumber(cursor);
    } else if (cursor.accept("start")) {
      cursor.accept("with");
      readNumber(cursor);
    } else if (cursor.acceptAny("minvalue", "maxvalue", "cache")) {
      readNumber(cursor);
    } else if (cursor.accept("owned", "by")) {
      cursor.name();
    } else if (cursor.accept("restart")) {
      readRestart(cursor);
    } else if (!cursor.acceptAny("cycle", "logged", "unlogged")) {
      cursor.expect("no");
      cursor.expectAny("minvalue", "maxvalue", "cycle");
    }
  }

  /** Reads what follows {@code RESTART}. */
  static void readRestart(Cursor cursor) throws NotKnown {
    if (cursor.accept("with") || cursor.at("-") || cursor.peek().kind() == Token.Kind.NUMBER) {
      readNumber(cursor);
    }
  }

  private static void readNumber(Cursor cursor) throws NotKnown {
    cursor.acceptAny("-", "+");
    Cursor.require(cursor.accept(Token.Kind.NUMBER));
  }
}
