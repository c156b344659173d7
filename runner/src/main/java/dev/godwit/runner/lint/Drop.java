package dev.godwit.runner.lint;

import dev.godwit.contract.schema.Finding.Kind;
import dev.godwit.contract.schema.Finding.Lock;

/** {@code DROP}: whatever is dropped, something may use it. */
final class Drop {

  private Drop() {}

  /** Reads what follows {@code DROP}. */
  static void read(Cursor cursor, Found found) throws NotKnown {
    int line = cursor.line();
    if (cursor.accept("owned", "by")) {
      Cursor.require(!cursor.rest().isEmpty());
      found.add(line, Kind.DROP, null, null);
    } else if (cursor.accept("index", "concurrently")) {
      cursor.ifExists();
      found.add(line, Kind.DROP, cursor.name(), null);
      cursor.cascade();
    } else if (cursor.acceptAny("table", "view", "index", "sequence")
        || cursor.accept("materialized", "view")
        || cursor.accept("foreign", "table")) {
      readRelations(cursor, found, line);
    } else if (cursor.acceptAny("trigger", "rule", "policy")) {
      cursor.ifExists();
      cursor.identifier();
      cursor.expect("on");
      found.add(line, Kind.DROP, cursor.name(), Lock.ACCESS_EXCLUSIVE);
      cursor.cascade();
    } else {
      readOthers(cursor, found, line);
    }
    cursor.expectEnd();
  }

  private static void readRelations(Cursor cursor, Found found, int line) throws NotKnown {
    cursor.ifExists();
    boolean cascade = cursor.endsWith("cascade");
    do {
      Name name = cursor.name();
      if (cascade) {
        found.addAnyway(line, Kind.DROP, name, Lock.ACCESS_EXCLUSIVE);
      } else {
        found.add(line, Kind.DROP, name, Lock.ACCESS_EXCLUSIVE);
      }
      found.made().remove(name);
    } while (cursor.accept(","));
    cursor.cascade();
  }

  /** Reads what has no lock of its own; what goes with it in a cascade is locked. */
  private static void readOthers(Cursor cursor, Found found, int line) throws NotKnown {
    if (!cursor.accept("text", "search") && !cursor.accept("foreign", "data")) {
      Cursor.require(
          cursor.atAny(
              "aggregate",
              "collation",
              "domain",
              "extension",
              "function",
              "group",
              "procedure",
              "publication",
              "role",
              "routine",
              "schema",
              "server",
              "statistics",
              "type",
              "user"));
    }
    cursor.take();
    cursor.ifExists();
    Lock lock = cursor.endsWith("cascade") ? Lock.ACCESS_EXCLUSIVE : null;
    do {
      found.addAnyway(line, Kind.DROP, cursor.name(), lock);
      cursor.acceptParentheses();
    } while (cursor.accept(","));
    cursor.cascade();
  }
}
