package dev.godwit.runner.lint;

import dev.godwit.contract.schema.Finding.Kind;
import java.util.Optional;

/** What {@code ALTER TABLE … ALTER COLUMN} does. */
final class AlterColumn {

  private AlterColumn() {}

  /**
   * Reads what follows the column's name.
   *
   * @return empty: it keeps nobody waiting. All else keeps readers and writers waiting
   */
  static Optional<Kind> read(Cursor cursor) throws NotKnown {
    if (cursor.accept("set", "data", "type") || cursor.accept("type")) {
      readType(cursor);
      return Optional.of(Kind.TYPE_CHANGE);
    }
    if (cursor.accept("drop", "identity")) {
      cursor.ifExists();
      // The sequence goes, and with it which numbers were given.
      return Optional.of(Kind.DROP);
    }
    if (cursor.accept("set", "not", "null")) {
      return Optional.of(Kind.CONSTRAINT_CHECKED_AT_ONCE);
    }
    if (cursor.accept("set", "expression", "as")) {
      cursor.parentheses();
      return Optional.of(Kind.REWRITE);
    }
    if (cursor.at("set", "(") || cursor.at("reset", "(")) {
      cursor.take();
      cursor.parentheses();
      return Optional.empty();
    }
    if (cursor.accept("set", "statistics")) {
      cursor.accept("-");
      cursor.take();
      return Optional.empty();
    }
    readLight(cursor);
    return Optional.of(Kind.LOCK);
  }

  private static void readType(Cursor cursor) throws NotKnown {
    Types.read(cursor, new Made());
    if (cursor.accept("collate")) {
      cursor.name();
    }
    if (cursor.accept("using")) {
      Cursor.require(!cursor.upTo(",").isEmpty());
    } else {
      cursor.cascade();
    }
  }

  private static void readLight(Cursor cursor) throws NotKnown {
    if (cursor.accept("drop", "expression")) {
      cursor.ifExists();
    } else if (cursor.accept("set", "default")) {
      Cursor.require(!cursor.upTo(",").isEmpty());
    } else if (cursor.accept("set", "storage") || cursor.accept("set", "compression")) {
      cursor.take();
    } else if (cursor.accept("add", "generated")) {
      readGenerated(cursor);
      cursor.expect("as", "identity");
      cursor.acceptParentheses();
    } else if (cursor.at("set") || cursor.at("restart")) {
      readIdentity(cursor);
    } else {
      Cursor.require(cursor.accept("drop", "not", "null") || cursor.accept("drop", "default"));
    }
  }

  private static void readGenerated(Cursor cursor) throws NotKnown {
    if (!cursor.accept("always")) {
      cursor.expect("by", "default");
    }
  }

  private static void readIdentity(Cursor cursor) throws NotKnown {
    while (!cursor.atEnd() && !cursor.at(",")) {
      if (cursor.accept("set", "generated")) {
        readGenerated(cursor);
      } else if (cursor.accept("set")) {
        Sequences.readOption(cursor);
      } else {
        cursor.expect("restart");
        Sequences.readRestart(cursor);
      }
    }
  }
}
