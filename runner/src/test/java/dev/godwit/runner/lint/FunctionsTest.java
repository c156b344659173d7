package dev.godwit.runner.lint;

import static org.assertj.core.api.Assertions.assertThat;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** What is said to be known of functions, against what PostgreSQL says of its own. */
class FunctionsTest {

  /** Written like functions, and no functions to the server. */
  private static final Set<String> GRAMMAR = Set.of("overlay", "substring", "extract", "position");

  @Test
  void steadyFunctionsAreNotVolatile() throws Exception {
    try (EmbeddedPostgres postgres = EmbeddedPostgres.builder().start();
        Connection connection = postgres.getPostgresDatabase().getConnection()) {
      Set<String> steady = names(connection, "bool_and(provolatile <> 'v')");
      Set<String> all = names(connection, "true");
      assertThat(Functions.STEADY)
          .allMatch(name -> steady.contains(name) || GRAMMAR.contains(name));
      assertThat(Functions.VOLATILE)
          .allMatch(name -> all.contains(name) || name.startsWith("uuid"));
    }
  }

  private static Set<String> names(Connection connection, String having) throws SQLException {
    Set<String> names = new TreeSet<>();
    try (var statement = connection.createStatement();
        ResultSet rows =
            statement.executeQuery(
                "select proname from pg_proc where pronamespace = 'pg_catalog'::regnamespace"
                    + " group by proname having "
                    + having)) {
      while (rows.next()) {
        names.add(rows.getString(1));
      }
    }
    return names;
  }
}
