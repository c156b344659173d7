package dev.godwit.runner.schema;

import dev.godwit.contract.schema.SchemaOrder;
import dev.godwit.contract.schema.SchemaReport.Cause;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/**
 * The one connection that does everything. It is never in a transaction unless one was begun, so
 * that nothing ever waits for a snapshot of it.
 */
final class Session implements AutoCloseable {

  private static final int CLIENT_CHECK_SINCE = 140_000;

  private final Connector connector;
  private final SchemaOrder order;
  private Connection connection;
  private boolean checksClient;
  private volatile int pid;

  /** Reads a row. */
  @FunctionalInterface
  interface Row<T> {
    T read(ResultSet row) throws SQLException;
  }

  /** Does something with each set of rows that a text returns. */
  @FunctionalInterface
  interface Rows {
    void read(ResultSet rows) throws SQLException, SchemaFailure;
  }

  /** Connects. */
  Session(Connector connector, SchemaOrder order) throws SchemaFailure {
    this.connector = connector;
    this.order = order;
    connect();
  }

  /** Leaves the connection, if there still is one, and opens another. */
  void reconnect() throws SchemaFailure {
    close();
    connect();
  }

  private void connect() throws SchemaFailure {
    connection = connector.open();
    checksClient = false;
    pid = query("select pg_backend_pid()", row -> row.getInt(1)).getFirst();
    int version =
        query("select current_setting('server_version_num')::int", row -> row.getInt(1)).getFirst();
    if (version >= CLIENT_CHECK_SINCE) {
      checksClient = canCheckClient();
    }
    settle();
  }

  /** Not every platform on which a server runs can. */
  private boolean canCheckClient() throws SchemaFailure {
    try {
      execute(Settings.CHECK_CLIENT);
      return true;
    } catch (SchemaFailure e) {
      if (e.why() == Cause.NO_ANSWER) {
        throw e;
      }
      return false;
    }
  }

  /** Of the server's process; any thread may ask. */
  int pid() {
    return pid;
  }

  /** As a text is to find it: role, search path and limits. */
  void settle() throws SchemaFailure {
    execute(Settings.of(order) + (checksClient ? Settings.CHECK_CLIENT : ""));
    if (order.schema() != null) {
      query(
          "select set_config('search_path', quote_ident(?) || ', ' || current_setting('search_path'),"
              + " false)",
          row -> row.getString(1),
          order.schema());
    }
  }

  /** As new: nothing that an earlier text set or made for the session is left. */
  void renew() throws SchemaFailure {
    execute(Settings.FORGET);
    settle();
  }

  /** Begins a transaction; the server is told so with the first statement. */
  void begin() throws SchemaFailure {
    doing("begin", () -> connection.setAutoCommit(false));
  }

  /** The server's number of the transaction that there is. */
  String transaction() throws SchemaFailure {
    return query("select pg_current_xact_id()::text", row -> row.getString(1)).getFirst();
  }

  /** Whether the transaction is still that one: a text could have ended it and begun another. */
  boolean isStillIn(String transaction) throws SchemaFailure {
    return query(
            "select coalesce(pg_current_xact_id_if_assigned()::text, '') = ?",
            row -> row.getBoolean(1),
            transaction)
        .getFirst();
  }

  /** Ends it; it has happened then. */
  void commit() throws SchemaFailure {
    doing(
        "commit",
        () -> {
          connection.commit();
          connection.setAutoCommit(true);
        });
  }

  /** Takes it back, if there is one, and if there still is a connection. */
  void rollback() {
    try {
      if (!connection.isClosed() && !connection.getAutoCommit()) {
        connection.rollback();
        connection.setAutoCommit(true);
      }
    } catch (SQLException e) {
      // Without a connection the server takes it back by itself.
      close();
    }
  }

  /**
   * Sends a text as it is written, which may be several statements.
   *
   * @return how many rows it says that it changed
   */
  long execute(String sql) throws SchemaFailure {
    return execute(
        sql,
        rows -> {
          // What it returns is of no interest.
        });
  }

  /** The same; sets of rows are given to a reader. */
  long execute(String sql, Rows reader) throws SchemaFailure {
    try {
      return send(sql, reader);
    } catch (SQLException e) {
      throw SchemaFailure.of(e, sql);
    }
  }

  /** Sends one statement of a text. */
  long execute(String sql, Statement part) throws SchemaFailure {
    try {
      return send(
          sql.substring(part.start(), part.end()),
          rows -> {
            // What it returns is of no interest.
          });
    } catch (SQLException e) {
      throw SchemaFailure.of(e, sql, part);
    }
  }

  private long send(String sql, Rows reader) throws SQLException, SchemaFailure {
    try (var statement = connection.createStatement()) {
      statement.setEscapeProcessing(false);
      long changed = 0;
      boolean rows = statement.execute(sql);
      while (true) {
        if (rows) {
          reader.read(statement.getResultSet());
        } else {
          long count = statement.getLargeUpdateCount();
          if (count < 0) {
            return changed;
          }
          changed += count;
        }
        rows = statement.getMoreResults();
      }
    }
  }

  /** Asks with parameters. */
  <T> List<T> query(String sql, Row<T> row, Object... parameters) throws SchemaFailure {
    try (PreparedStatement statement = prepared(sql, parameters);
        ResultSet rows = statement.executeQuery()) {
      List<T> all = new ArrayList<>();
      while (rows.next()) {
        all.add(row.read(rows));
      }
      return all;
    } catch (SQLException e) {
      throw SchemaFailure.of(e, sql);
    }
  }

  /** Writes with parameters. */
  void update(String sql, Object... parameters) throws SchemaFailure {
    try (PreparedStatement statement = prepared(sql, parameters)) {
      statement.executeUpdate();
    } catch (SQLException e) {
      throw SchemaFailure.of(e, sql);
    }
  }

  private PreparedStatement prepared(String sql, Object... parameters) throws SQLException {
    PreparedStatement statement = connection.prepareStatement(sql);
    for (int i = 0; i < parameters.length; i++) {
      statement.setObject(i + 1, parameters[i]);
    }
    return statement;
  }

  private interface Doing {
    void run() throws SQLException;
  }

  private static void doing(String what, Doing doing) throws SchemaFailure {
    try {
      doing.run();
    } catch (SQLException e) {
      throw SchemaFailure.of(e, what);
    }
  }

  @Override
  public void close() {
    try {
      connection.close();
    } catch (SQLException e) {
      // It is of no use any more, whatever the server says to that.
    }
  }
}
