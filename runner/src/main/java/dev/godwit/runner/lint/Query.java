package dev.godwit.runner.lint;

import dev.godwit.contract.schema.Finding.Kind;
import java.util.List;

/** What reads and writes rows: {@code SELECT}, {@code INSERT}, {@code UPDATE} and their like. */
final class Query {

  /** Deeper in one another than anybody writes them. */
  private static final int DEEPEST = 30;

  private static final String[] READING = {"select", "values", "table", "("};
  private static final String[] STARTS = {
    "select", "values", "table", "(", "with", "insert", "update", "delete", "merge"
  };

  private final Cursor cursor;
  private final Found found;
  private final int depth;
  private final int line;

  private Query(Cursor cursor, Found found, int depth) {
    this.cursor = cursor;
    this.found = found;
    this.depth = depth;
    this.line = cursor.line();
  }

  static boolean isNext(Cursor cursor) {
    return cursor.atAny(STARTS);
  }

  /** Reads a statement to its end. */
  static void read(Cursor cursor, Found found) throws NotKnown {
    read(cursor, found, 0);
  }

  /** Reads a query whose rows go into a new table, and whether they do. */
  static void readStored(Cursor cursor, Found found) throws NotKnown {
    Cursor.require(isNext(cursor));
    List<Token> query = cursor.rest();
    int size = query.size();
    Cursor end = new Cursor(query.subList(Math.max(0, size - 3), size));
    if (!end.accept("with", "no", "data")) {
      boolean said = size > 2 && query.get(size - 1).is("data") && query.get(size - 2).is("with");
      read(new Cursor(query.subList(0, said ? size - 2 : size)), found);
    }
  }

  /** Reads to the end what may call something, and is no statement. */
  static void readExpression(Cursor cursor, Found found) throws NotKnown {
    if (!cursor.atEnd()) {
      Query query = new Query(cursor, found, 0);
      query.programs(cursor.rest());
    }
  }

  private static void read(Cursor cursor, Found found, int depth) throws NotKnown {
    Cursor.require(depth < DEEPEST && !cursor.atEnd());
    new Query(cursor, found, depth).read();
  }

  private void read() throws NotKnown {
    if (cursor.accept("with")) {
      readWith();
    }
    if (cursor.atAny(READING)) {
      readSelect();
    } else if (cursor.accept("insert", "into")) {
      readInsert();
    } else if (cursor.accept("update")) {
      readUpdate();
    } else if (cursor.accept("delete", "from")) {
      readDelete();
    } else {
      cursor.expect("merge", "into");
      readMerge();
    }
    cursor.expectEnd();
  }

  private void readWith() throws NotKnown {
    cursor.accept("recursive");
    do {
      cursor.identifier();
      cursor.acceptParentheses();
      cursor.expect("as");
      cursor.accept("not");
      cursor.accept("materialized");
      List<Token> body = cursor.parentheses();
      Cursor.require(!body.isEmpty());
      read(new Cursor(body), found, depth + 1);
      readOrder();
    } while (cursor.accept(","));
  }

  /** Reads {@code SEARCH} and {@code CYCLE} of a recursive query. */
  private void readOrder() throws NotKnown {
    if (cursor.accept("search")) {
      cursor.expectAny("breadth", "depth");
      cursor.expect("first", "by");
      readColumns();
      cursor.expect("set");
      cursor.identifier();
    }
    if (cursor.accept("cycle")) {
      readColumns();
      cursor.expect("set");
      cursor.identifier();
      if (cursor.accept("to")) {
        cursor.take();
        cursor.expect("default");
        cursor.take();
      }
      cursor.expect("using");
      cursor.identifier();
    }
  }

  private void readColumns() throws NotKnown {
    do {
      cursor.identifier();
    } while (cursor.accept(","));
  }

  private void readSelect() throws NotKnown {
    if (cursor.accept("select", "pg_catalog", ".", "set_config", "(")
        && cursor.take().text().equals("'search_path'")) {
      // As dumps have it.
      found.made().forgetAll();
      cursor.expect(",");
      cursor.take();
      cursor.expect(",");
      cursor.expectAny("true", "false");
      cursor.expect(")");
      return;
    }
    List<Token> query = cursor.rest();
    Cursor inner = new Cursor(query);
    inner.upTo("into");
    if (inner.accept("into")) {
      inner.acceptAny("temporary", "temp", "unlogged");
      inner.accept("table");
      found.made().add(inner.name());
    }
    programs(query);
  }

  private void readInsert() throws NotKnown {
    cursor.name();
    readAlias();
    if (cursor.at("(") && !new Cursor(List.of(cursor.peek(1))).atAny(STARTS)) {
      cursor.parentheses();
    }
    if (cursor.accept("overriding")) {
      cursor.expectAny("user", "system");
      cursor.expect("value");
    }
    if (cursor.at("with")) {
      read(cursor, found, depth + 1);
    } else {
      Cursor.require(cursor.at("default", "values") || cursor.atAny(READING));
      programs(cursor.rest());
    }
  }

  private void readAlias() throws NotKnown {
    if (cursor.accept("as")) {
      cursor.identifier();
    }
  }

  private void readUpdate() throws NotKnown {
    Name table = cursor.table();
    if (!cursor.at("set")) {
      cursor.accept("as");
      cursor.identifier();
    }
    cursor.expect("set");
    programs(cursor.upTo("where", "returning"));
    readWhere(table);
  }

  private void readDelete() throws NotKnown {
    Name table = cursor.table();
    if (!cursor.atEnd() && !cursor.atAny("using", "where", "returning")) {
      cursor.accept("as");
      cursor.identifier();
    }
    if (cursor.at("using")) {
      programs(cursor.upTo("where", "returning"));
    }
    readWhere(table);
  }

  private void readWhere(Name table) throws NotKnown {
    boolean all = true;
    if (cursor.accept("where")) {
      List<Token> condition = cursor.upTo("returning");
      all = isAlwaysTrue(condition);
      programs(condition);
    }
    if (all) {
      found.add(line, Kind.WHOLE_TABLE, table, null);
    }
    programs(cursor.rest());
  }

  private void readMerge() throws NotKnown {
    Name table = cursor.table();
    if (!cursor.at("using")) {
      cursor.accept("as");
      cursor.identifier();
    }
    cursor.expect("using");
    programs(cursor.upTo("on"));
    cursor.expect("on");
    List<Token> condition = cursor.upTo("when");
    programs(condition);
    List<Token> actions = cursor.rest();
    boolean changes = actions.stream().anyMatch(token -> token.isAnyOf("update", "delete"));
    if (changes && (isAlwaysTrue(condition) || isAlwaysFalse(condition))) {
      found.add(line, Kind.WHOLE_TABLE, table, null);
    }
    programs(actions);
  }

  private static boolean isAlwaysFalse(List<Token> condition) {
    return condition.size() == 1 && condition.get(0).is("false");
  }

  /**
   * Whether it is written to be no condition: {@code true}, {@code 1 = 1}, in parentheses or not.
   */
  private static boolean isAlwaysTrue(List<Token> condition) {
    int depth = 0;
    int size = condition.size();
    while (2 * depth < size
        && condition.get(depth).is("(")
        && condition.get(size - 1 - depth).is(")")) {
      depth++;
    }
    if (size - 2 * depth <= 0) {
      return false;
    }
    List<Token> inner = condition.subList(depth, size - depth);
    return inner.size() == 3
        ? inner.get(1).is("=") && inner.get(0).text().equals(inner.get(2).text())
        : inner.size() == 1 && inner.get(0).is("true");
  }

  /** Looks for what is called, and known to nobody. */
  private void programs(List<Token> expression) {
    for (Name function : Functions.calls(expression)) {
      if (!Functions.isHarmless(function)) {
        found.addAnyway(line, Kind.PROGRAM, function, null);
        return;
      }
    }
  }
}
