package dev.godwit.runner.lint;

import dev.godwit.contract.schema.Finding.Kind;
import dev.godwit.contract.schema.Finding.Lock;
import java.util.ArrayList;
import java.util.List;

/**
 * {@code CREATE TABLE}: nobody has the new table yet, but those to which it has foreign keys, or of
 * which it is a partition, are locked.
 */
final class CreateTable {

  private final Cursor cursor;
  private final Found found;
  private final List<Name> references = new ArrayList<>();
  private Name parent;

  private CreateTable(Cursor cursor, Found found) {
    this.cursor = cursor;
    this.found = found;
  }

  /** Reads what follows {@code TABLE}. */
  static void read(Cursor cursor, Found found) throws NotKnown {
    new CreateTable(cursor, found).read();
  }

  private void read() throws NotKnown {
    int line = cursor.line();
    boolean maybeThere = cursor.ifNotExists();
    Name table = cursor.name();
    if (cursor.accept("partition", "of")) {
      parent = cursor.name();
      readElements();
      readBounds();
    } else if (cursor.accept("of")) {
      cursor.name();
      readElements();
    } else {
      readElements();
    }
    boolean kept = readOptions();
    if (cursor.accept("as")) {
      Query.readStored(cursor, found);
    }
    cursor.expectEnd();
    if (parent != null) {
      found.add(line, Kind.LOCK, parent, Lock.ACCESS_EXCLUSIVE);
    }
    for (Name referenced : references) {
      if (!referenced.isSameAs(table)) {
        found.add(line, Kind.LOCK, referenced, Lock.SHARE_ROW_EXCLUSIVE);
      }
    }
    if (!maybeThere && kept) {
      found.made().add(table);
    }
  }

  private void readElements() throws NotKnown {
    if (!cursor.at("(")) {
      return;
    }
    Cursor elements = new Cursor(cursor.parentheses());
    while (!elements.atEnd()) {
      if (elements.accept("like")) {
        elements.name();
        while (elements.acceptAny("including", "excluding")) {
          elements.take();
        }
      } else if (Constraint.isNext(elements)) {
        Name referenced = Constraint.read(elements).references();
        if (referenced != null) {
          references.add(referenced);
        }
      } else {
        references.addAll(Column.read(elements, found.made(), false).references());
      }
      if (!elements.accept(",")) {
        elements.expectEnd();
      }
    }
  }

  private void readBounds() throws NotKnown {
    if (cursor.accept("default")) {
      return;
    }
    cursor.expect("for", "values");
    if (cursor.accept("from")) {
      cursor.parentheses();
      cursor.expect("to");
    } else {
      cursor.expectAny("in", "with");
    }
    cursor.parentheses();
  }

  /** Reads what follows the columns; whether the table outlives the transaction. */
  private boolean readOptions() throws NotKnown {
    boolean kept = true;
    while (true) {
      if (cursor.accept("inherits")) {
        cursor.parentheses();
      } else if (cursor.accept("partition", "by")) {
        cursor.identifier();
        cursor.parentheses();
      } else if (cursor.acceptAny("using", "tablespace")) {
        cursor.identifier();
      } else if (cursor.accept("with")) {
        cursor.parentheses();
      } else if (cursor.accept("on", "commit")) {
        kept &= !cursor.accept("drop");
        if (kept && !cursor.accept("preserve", "rows")) {
          cursor.expect("delete", "rows");
        }
      } else if (!cursor.accept("without", "oids")) {
        return kept;
      }
    }
  }
}
