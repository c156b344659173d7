package dev.godwit.runner.schema;

import static dev.godwit.runner.schema.SchemaRuns.assertFailed;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.godwit.contract.schema.Finding;
import dev.godwit.contract.schema.Finding.Kind;
import dev.godwit.contract.schema.SchemaReport;
import dev.godwit.contract.schema.SchemaReport.Cause;
import dev.godwit.contract.schema.SchemaReport.Direction;
import dev.godwit.contract.schema.SchemaReport.Failed;
import dev.godwit.contract.schema.SchemaReport.Planned;
import dev.godwit.runner.database.PostgresVersion;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What would be run, and what stands against it. */
@Tag("postgresql")
@Timeout(value = 60, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class PlannerTest {

  private static TestDatabase database;

  @TempDir private Path directory;
  private SchemaRuns runs;

  @BeforeAll
  static void start() throws Exception {
    database = new TestDatabase();
    database.execute("create role reader login password '" + TestDatabase.PASSWORD + "'");
  }

  @AfterAll
  static void stop() throws Exception {
    database.close();
  }

  @BeforeEach
  void threeVersions() throws Exception {
    database.freshSchema("app");
    runs = new SchemaRuns(directory, database.port());
    for (String version : List.of("1", "2", "3")) {
      runs.version(version, "create table t" + version + " (id int)")
          .down(version, "drop table t" + version);
    }
  }

  private static void assertPlan(
      SchemaReport report, String current, Direction direction, int count) {
    assertThat(report)
        .isInstanceOfSatisfying(
            Planned.class,
            planned -> {
              assertThat(planned.server()).startsWith(PostgresVersion.MAJOR + ".");
              assertThat(planned.current()).isEqualTo(current);
              assertThat(planned.direction()).isEqualTo(direction);
              assertThat(planned.count()).isEqualTo(count);
            });
  }

  @Test
  void saysTheWayAndWritesNothing() throws Exception {
    assertPlan(runs.plan("3"), "", Direction.UP, 3);
    assertPlan(runs.plan(""), "", Direction.UP, 0);
    assertThat(
            database.one("select count(*) from pg_class where relnamespace = 'app'::regnamespace"))
        .isEqualTo("0");

    runs.up("1", "2");
    assertPlan(runs.plan("3"), "2", Direction.UP, 1);
    assertPlan(runs.plan("2"), "2", Direction.UP, 0);
    assertPlan(runs.plan("1"), "2", Direction.DOWN, 1);
    assertPlan(runs.plan(""), "2", Direction.DOWN, 2);
  }

  @Test
  void demandsTheVersionFromWhichItIsToGo() throws Exception {
    runs.up("1");
    runs.from = "1";
    assertPlan(runs.plan("3"), "1", Direction.UP, 2);
    runs.from = "2";
    assertFailed(runs.plan("3"), Cause.HISTORY)
        .returns("the database has version 1, and from is version 2", Failed::message);
    runs.from = "";
    assertFailed(runs.plan("3"), Cause.HISTORY)
        .returns("the database has version 1, and from is no version", Failed::message);
  }

  @Test
  void aTargetThatIsNotInTheCatalogueIsRefused() throws Exception {
    assertFailed(runs.plan("9"), Cause.BAD_ORDER)
        .returns("to names version 9, which is not in the catalogue", Failed::message);
  }

  @Test
  void findingsHaveTheSizesOfTheirTablesAndTheWorstComeFirst() throws Exception {
    database.execute("create table app.\"Big\" as select generate_series(1, 10000) n");
    database.execute(
        """
        create table app.parts (n int) partition by range (n);
        create table app.part partition of app.parts for values from (0) to (1000000);
        insert into app.parts select generate_series(1, 20000)
        """);
    runs.baseline = new dev.godwit.contract.schema.SchemaOrder.Baseline("1", false);
    runs.version("4", "select 4");
    runs.inspector =
        (version, sql, transactional) ->
            version.equals("2")
                ? List.of(
                    new Finding("2", 1, Kind.LOCK, "none", Finding.Lock.SHARE, null),
                    new Finding("2", 2, Kind.REWRITE, "\"Big\"", null, null),
                    new Finding("2", 3, Kind.REWRITE, "app.parts", null, null),
                    new Finding("2", 4, Kind.LOCK, "not a. name.\"", null, null),
                    new Finding("2", 5, Kind.DROP, null, null, null))
                : List.of();

    var planned = (Planned) runs.plan("4");

    assertThat(planned.destructive()).isEqualTo(1);
    assertThat(planned.findings()).extracting(Finding::line).containsExactly(5, 3, 2, 1, 4, 1);
    assertThat(planned.findings().get(1).bytes())
        .isEqualTo(Long.parseLong(database.one("select pg_total_relation_size('app.part')")));
    assertThat(planned.findings().get(2).bytes())
        .isEqualTo(Long.parseLong(database.one("select pg_total_relation_size('app.\"Big\"')")));
    assertThat(planned.findings().subList(3, 6)).extracting(Finding::bytes).containsOnlyNulls();
    assertThat(planned.findings().getLast())
        .isEqualTo(new Finding("4", 1, Kind.NO_DOWN, null, null, null));
  }

  @Test
  void findingsThatDoNotFitAreInTheLog() throws Exception {
    runs.inspector =
        (version, sql, transactional) -> {
          List<Finding> many = new ArrayList<>();
          for (int line = 1; line <= 200; line++) {
            many.add(new Finding(version, line, Kind.LOCK, "täble_" + line, null, null));
          }
          return many;
        };

    var planned = (Planned) runs.plan("3");

    assertThat(planned.findings()).hasSizeGreaterThan(20);
    assertThat(planned.findings().size() + planned.omitted()).isEqualTo(600);
    assertThat(runs.err).contains("version 3, line 200: LOCK täble_200");
  }

  @Test
  void aMissingSchemaIsNamed() throws Exception {
    runs.schema = "Nowhere";
    assertFailed(runs.plan("3"), Cause.REFUSED)
        .returns("there is no schema Nowhere: CREATE SCHEMA \"Nowhere\"", Failed::message);
    assertFailed(runs.upAll(), Cause.REFUSED);
  }

  @Test
  void aMissingRightIsSaidAsItsGrant() throws Exception {
    runs.key("username", "reader");
    assertGrant("GRANT USAGE ON SCHEMA app TO reader");
    database.execute("grant usage on schema app to reader");
    assertGrant("GRANT CREATE ON SCHEMA app TO reader");
    runs.key("username", TestDatabase.ROLE);
    runs.up("1");
    runs.key("username", "reader");
    assertGrant("GRANT SELECT, INSERT ON TABLE app.godwit_schema_history TO reader");
    database.execute("grant select, insert on app.godwit_schema_history to reader");
    assertGrant("GRANT SELECT, INSERT, DELETE ON TABLE app.godwit_schema_picture TO reader");
    database.execute("grant select, insert, delete on app.godwit_schema_picture to reader");
    assertPlan(runs.plan("1"), "1", Direction.UP, 0);
  }

  private void assertGrant(String grant) throws Exception {
    for (SchemaReport report : List.of(runs.plan("1"), runs.up("1"))) {
      assertFailed(report, Cause.REFUSED)
          .satisfies(failed -> assertThat(failed.message()).endsWith(grant));
    }
  }

  @Test
  void whatIsOnlyReadIsRefused() throws Exception {
    database.execute("alter role owner set default_transaction_read_only = on");
    try {
      assertFailed(runs.plan("3"), Cause.REFUSED)
          .satisfies(failed -> assertThat(failed.message()).contains("only read"));
    } finally {
      database.execute("alter role owner reset default_transaction_read_only");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "120022, false, PostgreSQL 120022: versions 13 to 18 are known",
    "190000, false, PostgreSQL 190000: versions 13 to 18 are known",
    "180001, true, the server is a standby",
  })
  void serversOnWhichNothingCanBeDoneAreRefused(int number, boolean standby, String message) {
    assertThatThrownBy(() -> new Server(number, Integer.toString(number), standby, false).check())
        .isInstanceOfSatisfying(
            SchemaFailure.class, failure -> assertThat(failure.why()).isEqualTo(Cause.REFUSED))
        .hasMessageContaining(message);
  }
}
