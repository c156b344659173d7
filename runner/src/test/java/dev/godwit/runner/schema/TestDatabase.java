package dev.godwit.runner.schema;

import dev.godwit.runner.database.PostgresVersion;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** A real PostgreSQL, with a role that is no superuser and owns the database {@code app}. */
final class TestDatabase implements AutoCloseable {

  static final String PASSWORD = "never-to-be-seen";
  static final String ROLE = "owner";

  private final EmbeddedPostgres server;

  TestDatabase() throws Exception {
    server = start();
    execute("create role " + ROLE + " login password '" + PASSWORD + "'");
    askForPasswords();
  }

  private static EmbeddedPostgres start() throws IOException {
    EmbeddedPostgres.Builder builder =
        EmbeddedPostgres.builder()
            .setServerConfig("password_encryption", "scram-sha-256")
            .setServerConfig("max_prepared_transactions", "2");
    if (PostgresVersion.MAJOR >= 16) {
      // Passwords are hashed once rather than 4096 times: there are many connections.
      builder.setServerConfig("scram_iterations", "1");
    }
    return builder.start();
  }

  /** By itself the embedded server trusts everyone. */
  private void askForPasswords() throws Exception {
    Files.writeString(
        Path.of(one("show hba_file")),
        """
        local all all trust
        host all postgres all trust
        host all all all scram-sha-256
        """);
    execute("select pg_reload_conf()");
    while (trustsEveryone()) {
      Thread.sleep(10);
    }
  }

  private boolean trustsEveryone() {
    try (Connection connection = connect(ROLE, "wrong")) {
      return !connection.isClosed();
    } catch (SQLException e) {
      return false;
    }
  }

  int port() {
    return server.getPort();
  }

  /** The superuser's connection. */
  Connection connect() throws SQLException {
    return server.getPostgresDatabase().getConnection();
  }

  /** A connection of the role that runs the versions. */
  Connection connectAsOwner() throws SQLException {
    return connect(ROLE, PASSWORD);
  }

  private Connection connect(String role, String password) throws SQLException {
    return connect(role, password, "postgres");
  }

  Connection connect(String role, String password, String database) throws SQLException {
    return DriverManager.getConnection(
        "jdbc:postgresql://127.0.0.1:%d/%s"
            .formatted(port(), URLEncoder.encode(database, StandardCharsets.UTF_8)),
        role,
        password);
  }

  /** As the superuser. */
  void execute(String sql) throws SQLException {
    execute(sql, "postgres");
  }

  void execute(String sql, String database) throws SQLException {
    try (Connection connection = connect("postgres", "", database);
        var statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  /** Rows as text, columns with a bar between them. */
  List<String> rows(String sql) throws SQLException {
    return rows(sql, "postgres");
  }

  List<String> rows(String sql, String database) throws SQLException {
    try (Connection connection = connect("postgres", "", database);
        var statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      List<String> all = new ArrayList<>();
      while (rows.next()) {
        List<String> row = new ArrayList<>();
        for (int column = 1; column <= rows.getMetaData().getColumnCount(); column++) {
          row.add(String.valueOf(rows.getString(column)));
        }
        all.add(String.join("|", row));
      }
      return all;
    }
  }

  String one(String sql) throws SQLException {
    return String.join("\n", rows(sql));
  }

  /** A schema that belongs to the role, and is empty. */
  void freshSchema(String name) throws SQLException {
    execute(
        "drop schema if exists %1$s cascade; create schema %1$s authorization %2$s"
            .formatted(Names.exact(name), ROLE));
  }

  @Override
  public void close() throws IOException {
    server.close();
  }

  /** Waits until a query returns true. */
  void await(String query) throws Exception {
    while (!one(query).equals("t")) {
      Thread.sleep(10);
    }
  }
}
