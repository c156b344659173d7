package dev.godwit.runner.lint;

import dev.godwit.contract.schema.Finding.Kind;
import dev.godwit.contract.schema.Finding.Lock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * {@code ALTER TABLE}: a finding for each of its actions, all with the strongest lock, which it
 * takes from the start. The locks are those of PostgreSQL's documentation.
 */
final class AlterTable {

  /** What one does; to the table itself, unless another object is named. */
  private record Action(int line, Kind kind, Optional<Name> other, Lock lock) {}

  private final Cursor cursor;
  private final Found found;
  private final Name table;
  private final List<Action> actions = new ArrayList<>();

  private AlterTable(Cursor cursor, Found found, Name table) {
    this.cursor = cursor;
    this.found = found;
    this.table = table;
  }

  /** Reads what follows {@code TABLE}, {@code VIEW} and so on. */
  static void read(Cursor cursor, Found found) throws NotKnown {
    cursor.ifExists();
    Cursor.require(!cursor.at("all", "in"));
    AlterTable alter = new AlterTable(cursor, found, cursor.table());
    if (!alter.readSingle()) {
      do {
        alter.readAction();
      } while (cursor.accept(","));
      alter.report();
    }
    cursor.expectEnd();
  }

  private void report() {
    Lock strongest = null;
    for (Action action : actions) {
      boolean own = action.other.isEmpty();
      if (own && (strongest == null || action.lock.compareTo(strongest) > 0)) {
        strongest = action.lock;
      }
    }
    for (Action action : actions) {
      Lock lock = action.other.isEmpty() ? strongest : action.lock;
      found.add(action.line, action.kind, action.other.orElse(table), lock);
    }
  }

  private void act(int line, Kind kind, Lock lock) {
    actions.add(new Action(line, kind, Optional.empty(), lock));
  }

  /** Reads what can't be one of several actions. */
  private boolean readSingle() throws NotKnown {
    int line = cursor.line();
    if (cursor.accept("rename")) {
      readRename(line);
    } else if (cursor.accept("set", "schema")) {
      found.add(line, Kind.RENAME, table, Lock.ACCESS_EXCLUSIVE);
      found.made().move(table, table.called(cursor.identifier().text(), table.name()));
    } else if (cursor.accept("attach", "partition")) {
      Name partition = cursor.name();
      Cursor.require(cursor.at("for", "values") || cursor.at("default"));
      cursor.rest();
      found.add(line, Kind.CONSTRAINT_CHECKED_AT_ONCE, partition, Lock.ACCESS_EXCLUSIVE);
    } else if (cursor.accept("detach", "partition")) {
      Name partition = cursor.name();
      found.add(line, Kind.DROP, partition, Lock.ACCESS_EXCLUSIVE);
      if (!cursor.acceptAny("concurrently", "finalize")) {
        found.add(line, Kind.LOCK, table, Lock.ACCESS_EXCLUSIVE);
      }
    } else {
      return false;
    }
    return true;
  }

  private void readRename(int line) throws NotKnown {
    found.add(line, Kind.RENAME, table, Lock.ACCESS_EXCLUSIVE);
    if (cursor.accept("to")) {
      found.made().move(table, table.called(table.schema(), cursor.identifier().text()));
      return;
    }
    if (!cursor.accept("constraint")) {
      cursor.accept("column");
    }
    cursor.identifier();
    cursor.expect("to");
    cursor.identifier();
  }

  private void readAction() throws NotKnown {
    int line = cursor.line();
    if (cursor.accept("add")) {
      readAdd(line);
    } else if (cursor.accept("drop")) {
      if (!cursor.accept("constraint")) {
        cursor.accept("column");
      }
      cursor.ifExists();
      cursor.identifier();
      cursor.cascade();
      act(line, Kind.DROP, Lock.ACCESS_EXCLUSIVE);
    } else if (cursor.accept("alter")) {
      readAlter(line);
    } else if (cursor.accept("set")) {
      readSet(line);
    } else if (cursor.accept("reset")) {
      setOptions(line);
    } else if (cursor.accept("validate", "constraint") || cursor.accept("cluster", "on")) {
      cursor.identifier();
    } else if (cursor.acceptAny("enable", "disable")) {
      readSwitch(line);
    } else {
      readOther();
      act(line, Kind.LOCK, Lock.ACCESS_EXCLUSIVE);
    }
  }

  private void readAdd(int line) throws NotKnown {
    if (Constraint.isNext(cursor)) {
      addConstraint(line, Constraint.read(cursor));
    } else {
      cursor.accept("column");
      cursor.ifNotExists();
      addColumn(line, Column.read(cursor, found.made(), true));
    }
  }

  private void addConstraint(int line, Constraint constraint) {
    Kind checked = constraint.checked() ? Kind.CONSTRAINT_CHECKED_AT_ONCE : Kind.LOCK;
    switch (constraint.kind()) {
      case CHECK, NOT_NULL, OF_INDEX -> act(line, checked, Lock.ACCESS_EXCLUSIVE);
      case WITH_INDEX -> act(line, Kind.INDEX_WITHOUT_CONCURRENTLY, Lock.ACCESS_EXCLUSIVE);
      case FOREIGN_KEY -> {
        act(line, checked, Lock.SHARE_ROW_EXCLUSIVE);
        lockReferenced(line, constraint.references());
      }
    }
  }

  private void lockReferenced(int line, Name referenced) {
    if (!referenced.isSameAs(table)) {
      actions.add(new Action(line, Kind.LOCK, Optional.of(referenced), Lock.SHARE_ROW_EXCLUSIVE));
    }
  }

  private void addColumn(int line, Column column) {
    boolean foreign = !column.references().isEmpty();
    Kind kind = Kind.LOCK;
    if (column.lacksValues()) {
      kind = Kind.NOT_NULL_WITHOUT_DEFAULT;
    } else if (column.isWorkedOut()) {
      kind = Kind.REWRITE;
    } else if (column.hasIndex()) {
      kind = Kind.INDEX_WITHOUT_CONCURRENTLY;
    } else if (column.hasCheck() || (foreign && column.hasDefault())) {
      kind = Kind.CONSTRAINT_CHECKED_AT_ONCE;
    }
    act(line, kind, Lock.ACCESS_EXCLUSIVE);
    column.references().forEach(referenced -> lockReferenced(line, referenced));
    Functions.calls(column.defaultValue()).stream()
        .filter(function -> !Functions.isHarmless(function))
        .findFirst()
        .ifPresent(
            function -> actions.add(new Action(line, Kind.PROGRAM, Optional.of(function), null)));
  }

  private void readAlter(int line) throws NotKnown {
    if (cursor.accept("constraint")) {
      cursor.identifier();
      while (Constraint.acceptAttribute(cursor) || cursor.accept("inherit")) {
        // Any number of them.
      }
      act(line, Kind.LOCK, Lock.ACCESS_EXCLUSIVE);
      return;
    }
    cursor.accept("column");
    if (!cursor.accept(Token.Kind.NUMBER)) {
      cursor.identifier();
    }
    AlterColumn.read(cursor).ifPresent(kind -> act(line, kind, Lock.ACCESS_EXCLUSIVE));
  }

  private void readSet(int line) throws NotKnown {
    if (cursor.at("(")) {
      setOptions(line);
    } else if (cursor.accept("without", "cluster")) {
      // Locks nobody out.
      return;
    } else if (cursor.accept("without", "oids")) {
      act(line, Kind.LOCK, Lock.ACCESS_EXCLUSIVE);
    } else {
      if (!cursor.acceptAny("logged", "unlogged")) {
        if (!cursor.accept("access", "method")) {
          cursor.expect("tablespace");
        }
        cursor.take();
        cursor.accept("nowait");
      }
      act(line, Kind.REWRITE, Lock.ACCESS_EXCLUSIVE);
    }
  }

  private void setOptions(int line) throws NotKnown {
    Cursor options = new Cursor(cursor.parentheses());
    boolean light = true;
    while (!options.atEnd()) {
      light &= StorageOptions.isLight(options.identifier().text());
      options.upTo(",");
      options.accept(",");
    }
    if (!light) {
      act(line, Kind.LOCK, Lock.ACCESS_EXCLUSIVE);
    }
  }

  private void readSwitch(int line) throws NotKnown {
    if (cursor.accept("row", "level", "security")) {
      act(line, Kind.LOCK, Lock.ACCESS_EXCLUSIVE);
      return;
    }
    cursor.acceptAny("always", "replica");
    boolean rule = cursor.accept("rule");
    if (!rule) {
      cursor.expect("trigger");
    }
    cursor.take();
    act(line, Kind.LOCK, rule ? Lock.ACCESS_EXCLUSIVE : Lock.SHARE_ROW_EXCLUSIVE);
  }

  private void readOther() throws NotKnown {
    if (cursor.accept("owner", "to")) {
      cursor.take();
    } else if (cursor.accept("replica", "identity")) {
      if (cursor.accept("using", "index")) {
        cursor.identifier();
      } else {
        cursor.expectAny("default", "full", "nothing");
      }
    } else if (cursor.acceptAny("inherit", "of") || cursor.accept("no", "inherit")) {
      cursor.name();
    } else if (!cursor.accept("not", "of")) {
      cursor.accept("no");
      cursor.expect("force", "row", "level", "security");
    }
  }
}
