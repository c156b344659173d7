package dev.godwit.runner.sql;

import dev.godwit.contract.sql.SqlQuestion;
import dev.godwit.runner.database.DatabaseAddress;
import dev.godwit.runner.database.ServerMessage;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Optional;
import java.util.Properties;
import java.util.regex.Pattern;
import org.postgresql.Driver;
import org.postgresql.core.Parser;

/**
 * A question to a PostgreSQL database, in a transaction of its own that can't write and is taken
 * back. The connection is kept from one question to the next.
 */
final class Database implements Asker, AutoCloseable {

  /** Longer than the server may take: it should be the one that gives up, and says so. */
  private static final Duration GRACE = Duration.ofSeconds(5);

  /** So that a query that returns a whole table takes no memory to speak of. */
  private static final int FETCHED_AT_ONCE = 1_000;

  /**
   * By the first letters of SQLSTATE: connection, resources, operator's intervention (a statement
   * that took too long included), system, deadlocks, authorization, catalog name. They say nothing
   * of what is asked about.
   */
  private static final Pattern NO_ANSWER = Pattern.compile("(08|53|57|58|40|55P03|28|3D).*");

  private final Path directory;
  private final SqlQuestion question;
  private Optional<Connection> connection = Optional.empty();

  /**
   * Not connected yet.
   *
   * @param directory where the database's Secret is mounted; it is read for each connection, since
   *     passwords are changed
   */
  Database(Path directory, SqlQuestion question) {
    this.directory = directory;
    this.question = question;
  }

  @Override
  public Answer ask() {
    try {
      Connection open = open();
      Answer answer = ask(open);
      open.rollback();
      return answer;
    } catch (DatabaseAddress.Missing e) {
      return new Answer.Unknown(e.getMessage());
    } catch (SQLException e) {
      close();
      return answer(e);
    }
  }

  private Connection open() throws SQLException, DatabaseAddress.Missing {
    if (connection.isEmpty()) {
      DatabaseAddress address = DatabaseAddress.read(directory);
      Duration timeout = Duration.ofMillis(question.timeoutMillis());
      Properties properties = address.properties();
      properties.setProperty("ApplicationName", "godwit");
      properties.setProperty("connectTimeout", seconds(timeout));
      properties.setProperty("loginTimeout", seconds(timeout));
      properties.setProperty("socketTimeout", seconds(timeout.plus(GRACE)));
      Connection opened = new Driver().connect(address.url(), properties);
      connection = Optional.of(opened);
      opened.setReadOnly(true);
      opened.setAutoCommit(false);
    }
    return connection.get();
  }

  private static String seconds(Duration duration) {
    return Long.toString(duration.plusMillis(999).toSeconds());
  }

  private Answer ask(Connection open) throws SQLException {
    if (statements() > 1) {
      return new Answer.Bad("the query is more than one statement: write one");
    }
    try (Statement statement = open.createStatement()) {
      statement.execute("set local statement_timeout = " + question.timeoutMillis());
      statement.setFetchSize(FETCHED_AT_ONCE);
      if (!statement.execute(question.query())) {
        return new Answer.Bad("the query returns no rows: write one that returns true");
      }
      try (ResultSet rows = statement.getResultSet()) {
        return judge(rows);
      }
    }
  }

  /**
   * How many statements the driver would send, one after the other: with more than one the
   * transaction that can't write could be ended, and the next begun.
   */
  private int statements() throws SQLException {
    return Parser.parseJdbcSql(question.query(), true, false, true, false, false).size();
  }

  private static Answer judge(ResultSet rows) throws SQLException {
    var columns = rows.getMetaData();
    if (columns.getColumnCount() != 1 || !columns.getColumnTypeName(1).equals("bool")) {
      return new Answer.Bad(
          "the query returns "
              + columns.getColumnCount()
              + " columns, the first of type "
              + columns.getColumnTypeName(1)
              + ": write one that returns a single boolean");
    }
    long all = 0;
    long good = 0;
    while (rows.next()) {
      all++;
      if (rows.getBoolean(1)) {
        good++;
      }
    }
    if (all == 0) {
      return new Answer.Bad(
          "the query returned no row: write one that always returns true or false");
    }
    if (good == all) {
      return new Answer.Good();
    }
    return new Answer.Bad(
        all == 1
            ? "the query returned false or null"
            : "%d of the %d rows that the query returned are false or null"
                .formatted(all - good, all));
  }

  private Answer answer(SQLException failure) {
    String state = Optional.ofNullable(failure.getSQLState()).orElse("08000");
    if (NO_ANSWER.matcher(state).matches()) {
      return new Answer.Unknown(failure.getMessage());
    }
    return new Answer.Bad(
        "the query failed: "
            + ServerMessage.of(failure, question.query())
            + " (SQLSTATE "
            + state
            + ")");
  }

  @Override
  public void close() {
    try {
      if (connection.isPresent()) {
        connection.get().close();
      }
    } catch (SQLException e) {
      // It is of no use any more, whatever the server says to that.
    } finally {
      connection = Optional.empty();
    }
  }
}
