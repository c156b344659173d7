package dev.godwit.runner.lint;

/**
 * A constraint of a table.
 *
 * @param references the table to which it is a foreign key; null: it is none
 * @param checked whether all rows are looked at when it is added
 */
record Constraint(Kind kind, Name references, boolean checked) {

  /** What it is. */
  enum Kind {
    CHECK,
    NOT_NULL,
    /** Builds an index: unique, a primary key, or an exclusion. */
    WITH_INDEX,
    /** Takes an index that is there. */
    OF_INDEX,
    FOREIGN_KEY
  }

  /** Whether one comes next, and no column. */
  static boolean isNext(Cursor cursor) {
    return cursor.atAny("constraint", "check", "unique", "primary", "foreign")
        || cursor.at("not", "null")
        || cursor.at("exclude", "(")
        || cursor.at("exclude", "using");
  }

  static Constraint read(Cursor cursor) throws NotKnown {
    if (cursor.accept("constraint")) {
      cursor.identifier();
    }
    Constraint constraint = readKind(cursor);
    boolean checked = constraint.checked;
    while (!cursor.atEnd() && !cursor.at(",")) {
      checked &= !cursor.at("not", "valid") && !cursor.at("not", "enforced");
      Cursor.require(acceptAttribute(cursor));
    }
    return new Constraint(constraint.kind, constraint.references, checked);
  }

  private static Constraint readKind(Cursor cursor) throws NotKnown {
    if (cursor.accept("check")) {
      cursor.parentheses();
      return new Constraint(Kind.CHECK, null, true);
    }
    if (cursor.accept("not", "null")) {
      cursor.identifier();
      return new Constraint(Kind.NOT_NULL, null, true);
    }
    if (cursor.accept("foreign", "key")) {
      cursor.parentheses();
      cursor.expect("references");
      return new Constraint(Kind.FOREIGN_KEY, referenced(cursor), true);
    }
    if (cursor.accept("exclude")) {
      if (cursor.accept("using")) {
        cursor.identifier();
      }
      cursor.parentheses();
      acceptIndexOptions(cursor);
      if (cursor.accept("where")) {
        cursor.parentheses();
      }
      return new Constraint(Kind.WITH_INDEX, null, true);
    }
    boolean primary = cursor.accept("primary", "key");
    if (!primary) {
      cursor.expect("unique");
      acceptNulls(cursor);
    }
    if (cursor.accept("using", "index")) {
      cursor.identifier();
      // A primary key looks for nulls, unless its columns can have none.
      return new Constraint(Kind.OF_INDEX, null, primary);
    }
    cursor.parentheses();
    acceptIndexOptions(cursor);
    return new Constraint(Kind.WITH_INDEX, null, true);
  }

  /** Reads what follows {@code REFERENCES}. */
  static Name referenced(Cursor cursor) throws NotKnown {
    Name table = cursor.name();
    cursor.acceptParentheses();
    if (cursor.accept("match")) {
      cursor.expectAny("full", "partial", "simple");
    }
    while (cursor.accept("on", "delete") || cursor.accept("on", "update")) {
      if (cursor.accept("set")) {
        cursor.expectAny("null", "default");
        cursor.acceptParentheses();
      } else if (!cursor.accept("no", "action")) {
        cursor.expectAny("restrict", "cascade");
      }
    }
    return table;
  }

  static void acceptNulls(Cursor cursor) throws NotKnown {
    if (cursor.accept("nulls")) {
      cursor.accept("not");
      cursor.expect("distinct");
    }
  }

  static void acceptIndexOptions(Cursor cursor) throws NotKnown {
    if (cursor.accept("include")) {
      cursor.parentheses();
    }
    if (cursor.accept("with")) {
      cursor.parentheses();
    }
    if (cursor.accept("using", "index", "tablespace")) {
      cursor.identifier();
    }
  }

  static boolean acceptAttribute(Cursor cursor) {
    return cursor.accept("deferrable")
        || cursor.accept("not", "deferrable")
        || cursor.accept("initially", "deferred")
        || cursor.accept("initially", "immediate")
        || cursor.accept("no", "inherit")
        || cursor.accept("not", "valid")
        || cursor.accept("enforced")
        || cursor.accept("not", "enforced");
  }
}
