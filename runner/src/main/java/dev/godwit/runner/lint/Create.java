package dev.godwit.runner.lint;

import dev.godwit.contract.schema.Finding.Kind;
import dev.godwit.contract.schema.Finding.Lock;
import java.util.List;

/** {@code CREATE}: what is new hurts nobody, but some of it locks the table to which it belongs. */
final class Create {

  private final Cursor cursor;
  private final Found found;
  private final int line;

  private Create(Cursor cursor, Found found) {
    this.cursor = cursor;
    this.found = found;
    this.line = cursor.line();
  }

  /** Reads what follows {@code CREATE}. */
  static void read(Cursor cursor, Found found) throws NotKnown {
    new Create(cursor, found).read();
    cursor.expectEnd();
  }

  private void read() throws NotKnown {
    boolean replace = cursor.accept("or", "replace");
    if (replace && !cursor.atAny("temp", "temporary", "recursive", "view")) {
      readReplaceable();
    } else if (cursor.accept("unique", "index") || cursor.accept("index")) {
      readIndex();
    } else if (cursor.accept("materialized", "view")) {
      readMaterializedView();
    } else if (cursor.accept("type")) {
      Name type = cursor.name();
      cursor.rest();
      found.made().addType(type);
    } else if (cursor.accept("foreign", "table")) {
      readForeignTable();
    } else if (cursor.accept("schema")) {
      readSchema();
    } else if (cursor.accept("policy")) {
      lockOwner(Lock.ACCESS_EXCLUSIVE);
    } else if (!acceptLight() && !readRelation(replace)) {
      readReplaceable();
    }
  }

  /** What touches nothing that is there, whatever follows. */
  private boolean acceptLight() throws NotKnown {
    boolean light =
        cursor.acceptAny(
                "cast",
                "collation",
                "domain",
                "extension",
                "group",
                "operator",
                "role",
                "server",
                "statistics",
                "user")
            || cursor.accept("foreign", "data", "wrapper")
            || cursor.accept("text", "search");
    if (light) {
      Cursor.require(!cursor.rest().isEmpty());
    }
    return light;
  }

  private boolean readRelation(boolean replace) throws NotKnown {
    boolean qualified = cursor.acceptAny("global", "local");
    qualified |= cursor.acceptAny("temporary", "temp", "unlogged");
    if (cursor.accept("recursive", "view") || cursor.accept("view")) {
      readView(replace);
    } else if (!replace && cursor.accept("table")) {
      CreateTable.read(cursor, found);
    } else if (!replace && cursor.accept("sequence")) {
      readSequence();
    } else {
      Cursor.require(!qualified && !replace);
      return false;
    }
    return true;
  }

  private void readReplaceable() throws NotKnown {
    if (cursor.acceptAny("function", "procedure")) {
      readFunction();
    } else if (cursor.accept("aggregate")) {
      cursor.rest();
    } else if (cursor.accept("rule")) {
      cursor.identifier();
      cursor.expect("as", "on");
      cursor.expectAny("select", "insert", "update", "delete");
      cursor.expect("to");
      found.add(line, Kind.LOCK, cursor.name(), Lock.ACCESS_EXCLUSIVE);
      cursor.rest();
    } else {
      cursor.accept("constraint");
      cursor.expect("trigger");
      lockOwner(Lock.SHARE_ROW_EXCLUSIVE);
    }
  }

  /** Reads {@code name … ON table …}. */
  private void lockOwner(Lock lock) throws NotKnown {
    cursor.identifier();
    cursor.upTo("on");
    cursor.expect("on");
    found.add(line, Kind.LOCK, cursor.name(), lock);
    cursor.rest();
  }

  private void readFunction() throws NotKnown {
    cursor.name();
    cursor.parentheses();
    cursor.upTo("begin");
    if (!cursor.accept("begin", "atomic")) {
      cursor.expectEnd();
      return;
    }
    // Where BEGIN ATOMIC ends is told by counting: what is no query was taken in by mistake.
    List<List<Token>> body = Splitter.statements(cursor.rest());
    Cursor.require(!body.isEmpty());
    for (List<Token> statement : body.subList(0, body.size() - 1)) {
      Cursor inner = new Cursor(statement);
      Cursor.require(inner.at("return") || Query.isNext(inner));
    }
    Cursor end = new Cursor(body.getLast());
    end.expect("end");
    end.expectEnd();
  }

  private void readForeignTable() throws NotKnown {
    cursor.ifNotExists();
    cursor.name();
    if (cursor.accept("partition", "of")) {
      found.add(line, Kind.LOCK, cursor.name(), Lock.ACCESS_EXCLUSIVE);
    }
    Cursor.require(!cursor.rest().isEmpty());
  }

  private void readView(boolean replace) throws NotKnown {
    Name view = cursor.name();
    cursor.acceptParentheses();
    if (cursor.accept("with")) {
      cursor.parentheses();
    }
    cursor.expect("as");
    Cursor.require(Query.isNext(cursor));
    cursor.rest();
    if (replace) {
      found.add(line, Kind.LOCK, view, Lock.ACCESS_EXCLUSIVE);
    } else {
      found.made().add(view);
    }
  }

  private void readMaterializedView() throws NotKnown {
    boolean maybeThere = cursor.ifNotExists();
    Name view = cursor.name();
    cursor.acceptParentheses();
    if (cursor.accept("using")) {
      cursor.identifier();
    }
    if (cursor.accept("with")) {
      cursor.parentheses();
    }
    if (cursor.accept("tablespace")) {
      cursor.identifier();
    }
    cursor.expect("as");
    Query.readStored(cursor, found);
    if (!maybeThere) {
      found.made().add(view);
    }
  }

  private void readSequence() throws NotKnown {
    boolean maybeThere = cursor.ifNotExists();
    Name sequence = cursor.name();
    while (!cursor.atEnd()) {
      Sequences.readOption(cursor);
    }
    if (!maybeThere) {
      found.made().add(sequence);
    }
  }

  /** Reads a schema. Those that come with all that is in them are not known. */
  private void readSchema() throws NotKnown {
    cursor.ifNotExists();
    if (!cursor.at("authorization")) {
      cursor.identifier();
    }
    if (cursor.accept("authorization")) {
      cursor.take();
    }
  }

  private void readIndex() throws NotKnown {
    boolean concurrently = cursor.accept("concurrently");
    boolean maybeThere = cursor.ifNotExists();
    Token index = cursor.at("on") ? null : cursor.identifier();
    cursor.expect("on");
    Name table = cursor.table();
    if (cursor.accept("using")) {
      cursor.identifier();
    }
    cursor.parentheses();
    if (cursor.accept("include")) {
      cursor.parentheses();
    }
    Constraint.acceptNulls(cursor);
    if (cursor.accept("with")) {
      cursor.parentheses();
    }
    if (cursor.accept("tablespace")) {
      cursor.identifier();
    }
    if (cursor.accept("where")) {
      Cursor.require(!cursor.rest().isEmpty());
    }
    if (!concurrently) {
      found.add(line, Kind.INDEX_WITHOUT_CONCURRENTLY, table, Lock.SHARE);
    }
    if (index != null && !maybeThere) {
      found.made().add(new Name(index.written(), table.schema(), index.text()));
    }
  }
}
