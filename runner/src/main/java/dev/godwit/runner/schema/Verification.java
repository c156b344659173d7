package dev.godwit.runner.schema;

import dev.godwit.contract.schema.SchemaReport.Cause;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Pattern;

/**
 * Runs a text that says whether all is as it should be. It fails by raising an error, or by a
 * statement that returns anything but rows of one column that is true in all of them.
 */
final class Verification {

  /**
   * Raised by a program, an assertion of one, or a constraint, which here only a program can break.
   */
  private static final Pattern RAISED = Pattern.compile("P0...|23...");

  private Verification() {}

  /**
   * Runs it where nothing can be written.
   *
   * @throws SchemaFailure if not all is as it should be, or it checks nothing at all
   */
  static void run(Session session, String sql) throws SchemaFailure {
    AtomicBoolean returned = new AtomicBoolean();
    try {
      session.execute(
          sql,
          rows -> {
            returned.set(true);
            judge(rows);
          });
    } catch (SchemaFailure e) {
      throw RAISED.matcher(e.sqlState().orElse("")).matches() ? e.as(Cause.VERIFY) : e;
    }
    boolean runsProgram = Statements.of(sql).statements().stream().anyMatch(Statement::isProgram);
    if (!returned.get() && !runsProgram) {
      throw failure("it checks nothing: write a query that returns true, or a DO that raises");
    }
  }

  private static void judge(ResultSet rows) throws SQLException, SchemaFailure {
    var columns = rows.getMetaData();
    if (columns.getColumnCount() != 1 || !columns.getColumnTypeName(1).equals("bool")) {
      throw failure(
          "a query returns %d columns%s: write one that returns a single boolean"
              .formatted(
                  columns.getColumnCount(),
                  columns.getColumnCount() == 0
                      ? ""
                      : ", the first of type " + columns.getColumnTypeName(1)));
    }
    long all = 0;
    long bad = 0;
    while (rows.next()) {
      all++;
      bad += rows.getBoolean(1) ? 0 : 1;
    }
    if (all == 0) {
      throw failure("a query returned no row: write one that always returns true or false");
    }
    if (bad > 0) {
      throw failure(
          all == 1
              ? "a query returned false or null"
              : "%d of the %d rows that a query returned are false or null".formatted(bad, all));
    }
  }

  private static SchemaFailure failure(String message) {
    return new SchemaFailure(Cause.VERIFY, message);
  }
}
