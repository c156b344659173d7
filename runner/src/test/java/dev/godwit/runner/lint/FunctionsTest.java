package dev.godwit.runner.lint;

import static org.assertj.core.api.Assertions.assertThat;

import dev.godwit.runner.database.PostgresVersion;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What is said to be known of functions, against what PostgreSQL says of its own. */
@Tag("postgresql")
class FunctionsTest {

  /** Written like functions, and no functions to the server. */
  private static final Set<String> GRAMMAR = Set.of("overlay", "substring", "extract", "position");

  /** The version of PostgreSQL in which they came, where that is not the oldest. */
  private static final Map<String, Integer> SINCE =
      Map.of(
          "range_agg", 14,
          "string_to_table", 14,
          "trim_array", 14,
          "regexp_count", 15,
          "regexp_instr", 15,
          "regexp_like", 15,
          "regexp_substr", 15,
          "uuidv4", 18,
          "uuidv7", 18);

  @Test
  void steadyFunctionsAreNotVolatile() throws Exception {
    try (EmbeddedPostgres postgres = EmbeddedPostgres.builder().start();
        Connection connection = postgres.getPostgresDatabase().getConnection()) {
      Set<String> steady = names(connection, "bool_and(provolatile <> 'v')");
      Set<String> all = names(connection, "true");
      assertThat(Functions.STEADY)
          .filteredOn(name -> isThere(name) && !GRAMMAR.contains(name))
          .isSubsetOf(steady);
      assertThat(Functions.VOLATILE).filteredOn(FunctionsTest::isThere).isSubsetOf(all);
      assertThat(SINCE.keySet())
          .filteredOn(name -> !isThere(name))
          .doesNotContainAnyElementsOf(all);
    }
  }

  private static boolean isThere(String function) {
    return SINCE.getOrDefault(function, 0) <= PostgresVersion.MAJOR;
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
