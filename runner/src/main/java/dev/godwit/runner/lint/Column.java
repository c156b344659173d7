package dev.godwit.runner.lint;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** The definition of a column, as far as the rules need it. */
final class Column {

  private static final Set<String> AFTER_DEFAULT =
      Set.of(
          "constraint",
          "not",
          "null",
          "check",
          "default",
          "generated",
          "unique",
          "primary",
          "references",
          "deferrable",
          "initially",
          "collate",
          "enforced");

  private final List<Name> references = new ArrayList<>();
  private List<Token> defaultValue = List.of();
  private Types.Type type = new Types.Type(false, false);
  private boolean notNull;
  private boolean identity;
  private boolean stored;
  private boolean generated;
  private boolean index;
  private boolean check;

  private Column() {}

  /**
   * Reads one, up to a comma or the end.
   *
   * @param typed whether it must have a type
   */
  static Column read(Cursor cursor, Made made, boolean typed) throws NotKnown {
    Column column = new Column();
    cursor.identifier();
    if (typed || !(cursor.atEnd() || cursor.at(",") || isConstraint(cursor))) {
      column.type = Types.read(cursor, made);
    }
    while (!cursor.atEnd() && !cursor.at(",")) {
      column.readConstraint(cursor);
    }
    return column;
  }

  /** The tables to which it has a foreign key. */
  List<Name> references() {
    return references;
  }

  List<Token> defaultValue() {
    return defaultValue;
  }

  boolean hasDefault() {
    return !defaultValue.isEmpty() && !(defaultValue.size() == 1 && defaultValue.get(0).is("null"));
  }

  /** Whether each row needs a value, and none is said. */
  boolean lacksValues() {
    return notNull && !hasDefault() && !identity && !generated && !type.serial();
  }

  /** Whether values are worked out row by row, so that they can't be said once for all. */
  boolean isWorkedOut() {
    return type.serial()
        || type.mayBeDomain()
        || identity
        || stored
        || !Functions.calls(defaultValue).stream().allMatch(Functions::isSteady);
  }

  boolean hasIndex() {
    return index;
  }

  boolean hasCheck() {
    return check;
  }

  private static boolean isConstraint(Cursor cursor) {
    return cursor.at("with", "options") || AFTER_DEFAULT.stream().anyMatch(word -> cursor.at(word));
  }

  private void readConstraint(Cursor cursor) throws NotKnown {
    if (cursor.accept("constraint")) {
      cursor.identifier();
    }
    if (cursor.accept("not", "null")) {
      cursor.accept("no", "inherit");
      notNull = true;
    } else if (cursor.accept("default")) {
      defaultValue = cursor.expression(AFTER_DEFAULT);
    } else if (cursor.accept("generated")) {
      readGenerated(cursor);
    } else if (cursor.accept("check")) {
      cursor.parentheses();
      cursor.accept("no", "inherit");
      check = true;
    } else if (cursor.at("unique") || cursor.at("primary", "key")) {
      notNull |= cursor.accept("primary", "key");
      if (cursor.accept("unique")) {
        Constraint.acceptNulls(cursor);
      }
      Constraint.acceptIndexOptions(cursor);
      index = true;
    } else if (cursor.accept("references")) {
      references.add(Constraint.referenced(cursor));
    } else if (cursor.accept("collate")) {
      cursor.name();
    } else if (cursor.acceptAny("storage", "compression")) {
      cursor.take();
    } else {
      Cursor.require(
          cursor.accept("null")
              || cursor.accept("with", "options")
              || Constraint.acceptAttribute(cursor));
    }
  }

  private void readGenerated(Cursor cursor) throws NotKnown {
    if (!cursor.accept("always")) {
      cursor.expect("by", "default");
    }
    cursor.expect("as");
    if (cursor.accept("identity")) {
      identity = true;
      cursor.acceptParentheses();
    } else {
      cursor.parentheses();
      generated = true;
      stored = cursor.accept("stored");
      cursor.accept("virtual");
    }
  }
}
