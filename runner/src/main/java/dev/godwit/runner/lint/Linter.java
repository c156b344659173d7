package dev.godwit.runner.lint;

import dev.godwit.contract.schema.Finding;
import java.util.List;

/**
 * Tells from SQL for PostgreSQL 13 to 18, without a database, what it destroys and what it locks.
 *
 * <p>It errs on the side of caution: what isn't known to be harmless is said. Only the database
 * knows some things, and those are not in what it says: which tables have a foreign key to or from
 * one that is dropped, or of which a partition is made; which partitions, children and sequences
 * are locked with a table, and which tables with a view; which triggers and rules fire; what {@code
 * CASCADE} takes with it, and what the script of an extension does. A column of a type that is not
 * PostgreSQL's own counts as a rewrite: the type may be a domain with conditions.
 */
public final class Linter {

  /**
   * What is to be known of a text, in its order.
   *
   * @param version of which the text is
   * @param sql the text; it needn't be right
   * @param transactional whether it is run within a transaction that is not its own
   * @return the findings, without the sizes of tables
   */
  public List<Finding> lint(String version, String sql, boolean transactional) {
    Found found = new Found(version);
    for (List<Token> statement : Splitter.statements(Lexer.tokens(sql))) {
      int before = found.size();
      try {
        Cursor cursor = new Cursor(statement);
        Cursor.require(statement.stream().noneMatch(token -> token.kind() == Token.Kind.BROKEN));
        read(cursor, found, transactional);
      } catch (NotKnown e) {
        found.notKnown(statement.getFirst().line(), before);
      }
    }
    return found.findings();
  }

  private static void read(Cursor cursor, Found found, boolean transactional) throws NotKnown {
    if (cursor.accept("create")) {
      Create.read(cursor, found);
    } else if (cursor.accept("alter")) {
      Alter.read(cursor, found);
    } else if (cursor.accept("drop")) {
      Drop.read(cursor, found);
    } else if (Query.isNext(cursor)) {
      Query.read(cursor, found);
    } else if (cursor.accept("explain")) {
      readExplain(cursor, found, transactional);
    } else if (!Upkeep.read(cursor, found)) {
      Session.read(cursor, found, transactional);
    }
  }

  /** Reads a statement that is explained, and carried out where it is analyzed. */
  private static void readExplain(Cursor cursor, Found found, boolean transactional)
      throws NotKnown {
    if (cursor.at("(")) {
      cursor.parentheses();
    } else {
      cursor.acceptAny("analyze", "analyse");
      cursor.accept("verbose");
    }
    Cursor.require(!cursor.atEnd() && !cursor.at("explain"));
    read(cursor, found, transactional);
  }
}
