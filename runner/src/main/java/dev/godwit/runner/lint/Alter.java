package dev.godwit.runner.lint;

import dev.godwit.contract.schema.Finding.Kind;
import dev.godwit.contract.schema.Finding.Lock;

/** {@code ALTER} of all that there is but tables: those are {@link AlterTable}'s. */
final class Alter {

  private final Cursor cursor;
  private final Found found;
  private final int line;

  private Alter(Cursor cursor, Found found) {
    this.cursor = cursor;
    this.found = found;
    this.line = cursor.line();
  }

  /** Reads what follows {@code ALTER}. */
  static void read(Cursor cursor, Found found) throws NotKnown {
    new Alter(cursor, found).read();
    cursor.expectEnd();
  }

  private void read() throws NotKnown {
    if (cursor.acceptAny("table", "view")
        || cursor.accept("materialized", "view")
        || cursor.accept("foreign", "table")) {
      AlterTable.read(cursor, found);
    } else if (cursor.accept("index")) {
      readIndex();
    } else if (cursor.accept("sequence")) {
      readSequence();
    } else if (cursor.accept("type")) {
      readType();
    } else if (cursor.accept("domain")) {
      readDomain();
    } else if (cursor.acceptAny("function", "procedure", "routine", "aggregate")) {
      readFunction();
    } else if (cursor.accept("extension")) {
      readExtension();
    } else if (cursor.accept("schema") || cursor.acceptAny("statistics", "collation")) {
      readOther();
    } else if (cursor.acceptAny("policy", "trigger", "rule")) {
      readPartOfTable();
    } else {
      cursor.expect("default", "privileges");
      Cursor.require(!cursor.rest().isEmpty());
    }
  }

  /** Reads what all of them know: a new owner, a new name, a new schema. */
  private boolean readCommon(Name object, Lock lock) throws NotKnown {
    if (cursor.accept("owner", "to")) {
      cursor.take();
      if (lock != null) {
        found.add(line, Kind.LOCK, object, lock);
      }
    } else if (cursor.accept("rename", "to") || cursor.accept("set", "schema")) {
      cursor.identifier();
      found.addAnyway(line, Kind.RENAME, object, lock);
    } else {
      return false;
    }
    return true;
  }

  private void readOther() throws NotKnown {
    cursor.ifExists();
    if (!readCommon(cursor.name(), null)) {
      cursor.expect("set", "statistics");
      cursor.accept("-");
      cursor.take();
    }
  }

  private void readIndex() throws NotKnown {
    cursor.ifExists();
    Name index = cursor.name();
    if (cursor.accept("rename", "to")) {
      found.add(line, Kind.RENAME, index, null);
      found.made().move(index, index.called(index.schema(), cursor.identifier().text()));
    } else if (cursor.accept("set", "tablespace")) {
      cursor.identifier();
      cursor.accept("nowait");
      found.add(line, Kind.REWRITE, index, Lock.ACCESS_EXCLUSIVE);
    } else if (cursor.accept("alter")) {
      cursor.accept("column");
      Cursor.require(cursor.accept(Token.Kind.NUMBER));
      cursor.expect("set", "statistics");
      cursor.accept("-");
      cursor.take();
    } else if (cursor.accept("attach", "partition")) {
      found.add(line, Kind.LOCK, cursor.name(), Lock.ACCESS_EXCLUSIVE);
    } else {
      Cursor.require(cursor.acceptAny("set", "reset"));
      Cursor options = new Cursor(cursor.parentheses());
      while (!options.atEnd()) {
        Cursor.require(StorageOptions.isLight(options.identifier().text()));
        options.upTo(",");
        options.accept(",");
      }
    }
  }

  private void readSequence() throws NotKnown {
    cursor.ifExists();
    Name sequence = cursor.name();
    if (readCommon(sequence, Lock.ACCESS_EXCLUSIVE)) {
      return;
    }
    cursor.accept("set");
    do {
      Sequences.readOption(cursor);
    } while (!cursor.atEnd());
    found.add(line, Kind.LOCK, sequence, Lock.SHARE_ROW_EXCLUSIVE);
  }

  private void readType() throws NotKnown {
    Name type = cursor.name();
    if (readCommon(type, null)) {
      return;
    }
    if (cursor.accept("add", "value")) {
      cursor.ifNotExists();
      Cursor.require(cursor.accept(Token.Kind.STRING));
      if (cursor.acceptAny("before", "after")) {
        Cursor.require(cursor.accept(Token.Kind.STRING));
      }
    } else if (cursor.accept("rename", "value") || cursor.accept("rename", "attribute")) {
      cursor.take();
      cursor.expect("to");
      cursor.take();
      cursor.cascade();
      found.addAnyway(line, Kind.RENAME, type, null);
    } else {
      do {
        readAttribute(type);
      } while (cursor.accept(","));
    }
  }

  /** Reads an action on a composite type, which CASCADE brings to the tables made of it. */
  private void readAttribute(Name type) throws NotKnown {
    int where = cursor.line();
    Kind kind;
    if (cursor.accept("drop", "attribute")) {
      cursor.ifExists();
      cursor.identifier();
      kind = Kind.DROP;
    } else {
      boolean added = cursor.accept("add", "attribute");
      if (!added) {
        cursor.expect("alter", "attribute");
      }
      cursor.identifier();
      if (!added) {
        cursor.accept("set", "data");
        cursor.expect("type");
      }
      Types.read(cursor, found.made());
      if (cursor.accept("collate")) {
        cursor.name();
      }
      kind = added ? Kind.LOCK : Kind.TYPE_CHANGE;
    }
    cursor.cascade();
    found.addAnyway(where, kind, type, Lock.ACCESS_EXCLUSIVE);
  }

  /** Reads an action on a domain. What is checked is all tables with such a column. */
  private void readDomain() throws NotKnown {
    Name domain = cursor.name();
    if (readCommon(domain, null)) {
      return;
    }
    if (cursor.accept("add")) {
      if (Constraint.read(cursor).checked()) {
        found.addAnyway(line, Kind.CONSTRAINT_CHECKED_AT_ONCE, domain, Lock.SHARE);
      }
    } else if (cursor.accept("validate", "constraint")) {
      cursor.identifier();
      found.addAnyway(line, Kind.CONSTRAINT_CHECKED_AT_ONCE, domain, Lock.SHARE);
    } else if (cursor.accept("set", "not", "null")) {
      found.addAnyway(line, Kind.CONSTRAINT_CHECKED_AT_ONCE, domain, Lock.SHARE);
    } else if (cursor.accept("drop", "constraint")) {
      cursor.ifExists();
      cursor.identifier();
      cursor.cascade();
      found.addAnyway(line, Kind.DROP, domain, null);
    } else if (cursor.accept("rename", "constraint")) {
      cursor.identifier();
      cursor.expect("to");
      cursor.identifier();
    } else if (cursor.accept("set", "default")) {
      Cursor.require(!cursor.rest().isEmpty());
    } else {
      cursor.expect("drop");
      Cursor.require(cursor.accept("default") || cursor.accept("not", "null"));
    }
  }

  private void readFunction() throws NotKnown {
    Name function = cursor.name();
    cursor.acceptParentheses();
    if (!readCommon(function, null)) {
      Cursor.require(!cursor.rest().isEmpty());
    }
  }

  private void readExtension() throws NotKnown {
    Name extension = cursor.name();
    if (cursor.accept("update")) {
      cursor.rest();
      found.addAnyway(line, Kind.PROGRAM, extension, null);
    } else {
      Cursor.require(readCommon(extension, null));
    }
  }

  private void readPartOfTable() throws NotKnown {
    cursor.identifier();
    cursor.expect("on");
    Name table = cursor.name();
    boolean renamed = cursor.accept("rename", "to");
    Cursor.require(!cursor.at("depends") && !cursor.at("no") && !cursor.rest().isEmpty());
    found.add(line, renamed ? Kind.RENAME : Kind.LOCK, table, Lock.ACCESS_EXCLUSIVE);
  }
}
