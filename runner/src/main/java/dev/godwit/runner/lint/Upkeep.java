package dev.godwit.runner.lint;

import dev.godwit.contract.schema.Finding.Kind;
import dev.godwit.contract.schema.Finding.Lock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What is done to whole tables: emptying, locking, writing anew, copying. */
final class Upkeep {

  private static final Map<String, Lock> LOCKS =
      Map.of(
          "share", Lock.SHARE,
          "share row exclusive", Lock.SHARE_ROW_EXCLUSIVE,
          "exclusive", Lock.EXCLUSIVE,
          "access exclusive", Lock.ACCESS_EXCLUSIVE);

  private static final List<String> LIGHT_LOCKS =
      List.of("access share", "row share", "row exclusive", "share update exclusive");

  private final Cursor cursor;
  private final Found found;
  private final int line;

  private Upkeep(Cursor cursor, Found found) {
    this.cursor = cursor;
    this.found = found;
    this.line = cursor.line();
  }

  /** Reads a statement, if it is one of these; to its end. */
  static boolean read(Cursor cursor, Found found) throws NotKnown {
    return new Upkeep(cursor, found).read();
  }

  private boolean read() throws NotKnown {
    if (cursor.accept("truncate")) {
      cursor.accept("table");
      tables(Kind.TRUNCATE, Lock.ACCESS_EXCLUSIVE);
      if (cursor.acceptAny("restart", "continue")) {
        cursor.expect("identity");
      }
      cursor.cascade();
    } else if (cursor.accept("lock")) {
      readLock();
    } else if (cursor.accept("vacuum")) {
      readVacuum();
    } else if (cursor.acceptAny("analyze", "analyse")) {
      cursor.rest();
    } else if (cursor.accept("cluster")) {
      readCluster();
    } else if (cursor.accept("reindex")) {
      readReindex();
    } else if (cursor.accept("refresh", "materialized", "view")) {
      readRefresh();
    } else if (cursor.accept("copy")) {
      readCopy();
    } else {
      return false;
    }
    cursor.expectEnd();
    return true;
  }

  private void tables(Kind kind, Lock lock) throws NotKnown {
    do {
      found.add(line, kind, cursor.table(), lock);
    } while (cursor.accept(","));
  }

  private void readLock() throws NotKnown {
    cursor.accept("table");
    List<Name> tables = new ArrayList<>();
    do {
      tables.add(cursor.table());
    } while (cursor.accept(","));
    String mode = "access exclusive";
    if (cursor.accept("in")) {
      List<String> words = cursor.upTo("mode").stream().map(Token::text).toList();
      mode = String.join(" ", words);
      cursor.expect("mode");
    }
    cursor.accept("nowait");
    Lock lock = LOCKS.get(mode);
    Cursor.require(lock != null || LIGHT_LOCKS.contains(mode));
    if (lock != null) {
      tables.forEach(table -> found.add(line, Kind.LOCK, table, lock));
    }
  }

  private void readVacuum() throws NotKnown {
    boolean full = false;
    if (cursor.at("(")) {
      full = hasOption("full");
    } else {
      full = cursor.accept("full");
      cursor.accept("freeze");
      cursor.accept("verbose");
      cursor.acceptAny("analyze", "analyse");
    }
    do {
      Name table = cursor.atEnd() ? null : cursor.table();
      cursor.acceptParentheses();
      if (full) {
        found.add(line, Kind.REWRITE, table, Lock.ACCESS_EXCLUSIVE);
      }
    } while (cursor.accept(","));
  }

  /** Reads options in parentheses; whether this one is among them, and not switched off. */
  private boolean hasOption(String option) throws NotKnown {
    Cursor options = new Cursor(cursor.parentheses());
    boolean there = false;
    while (!options.atEnd()) {
      if (options.take().is(option)) {
        there = options.atEnd() || !options.atAny("false", "off", "0");
      }
      options.upTo(",");
      options.accept(",");
    }
    return there;
  }

  private void readCluster() throws NotKnown {
    if (cursor.at("(")) {
      cursor.parentheses();
    } else {
      cursor.accept("verbose");
    }
    Name table = cursor.atEnd() ? null : cursor.name();
    if (cursor.accept("using")) {
      cursor.identifier();
    } else if (cursor.accept("on")) {
      table = cursor.name();
    }
    found.add(line, Kind.REWRITE, table, Lock.ACCESS_EXCLUSIVE);
  }

  /** Reads {@code REINDEX}. Readers wait as well: the server looks at all indexes of a table. */
  private void readReindex() throws NotKnown {
    boolean concurrently = cursor.at("(") && hasOption("concurrently");
    boolean one = cursor.atAny("index", "table");
    cursor.expectAny("index", "table", "schema", "database", "system");
    concurrently |= cursor.accept("concurrently");
    Name name = cursor.atEnd() ? null : cursor.name();
    if (!concurrently) {
      found.add(line, Kind.INDEX_WITHOUT_CONCURRENTLY, one ? name : null, Lock.ACCESS_EXCLUSIVE);
    }
  }

  private void readRefresh() throws NotKnown {
    boolean concurrently = cursor.accept("concurrently");
    Name view = cursor.name();
    if (cursor.accept("with", "no", "data")) {
      found.add(line, Kind.TRUNCATE, view, Lock.ACCESS_EXCLUSIVE);
      return;
    }
    cursor.accept("with", "data");
    if (concurrently) {
      found.add(line, Kind.LOCK, view, Lock.EXCLUSIVE);
    } else {
      found.add(line, Kind.REWRITE, view, Lock.ACCESS_EXCLUSIVE);
    }
  }

  private void readCopy() throws NotKnown {
    Name table = null;
    if (cursor.at("(")) {
      Query.read(new Cursor(cursor.parentheses()), found);
    } else {
      table = cursor.name();
      cursor.acceptParentheses();
    }
    cursor.expectAny("from", "to");
    if (cursor.accept("program")) {
      found.addAnyway(line, Kind.PROGRAM, table, null);
    }
    Cursor.require(cursor.accept(Token.Kind.STRING) || cursor.acceptAny("stdin", "stdout"));
    Query.readExpression(cursor, found);
  }
}
