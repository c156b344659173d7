package dev.godwit.runner.schema;

import static dev.godwit.runner.schema.SchemaRuns.assertFailed;
import static dev.godwit.runner.schema.SchemaRuns.moved;
import static org.assertj.core.api.Assertions.assertThat;

import dev.godwit.contract.schema.SchemaOrder.Baseline;
import dev.godwit.contract.schema.SchemaReport.Cause;
import dev.godwit.contract.schema.SchemaReport.Planned;
import dev.godwit.contract.schema.SchemaReport.Result;
import java.nio.file.Path;
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

/** The history of Flyway, as its community edition writes it, is adopted and continued. */
@Tag("postgresql")
@Timeout(value = 60, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class FlywayTest {

  private static final String FIRST = "create table users (id int primary key)";
  private static final String SECOND = "alter table users add column name text";

  private static TestDatabase database;

  @TempDir private Path directory;
  private SchemaRuns runs;

  @BeforeAll
  static void start() throws Exception {
    database = new TestDatabase();
  }

  @AfterAll
  static void stop() throws Exception {
    database.close();
  }

  /** The fixture's checksum for Flyway is the text's hash code. */
  @BeforeEach
  void flyway() throws Exception {
    database.freshSchema("app");
    runs =
        new SchemaRuns(directory, database.port())
            .version("1.0", FIRST)
            .version("2024_01_14_002", SECOND)
            .version("2024_01_15_001", "alter table users add column email text");
    runs.baseline = new Baseline(null, true);
    database.execute(
        """
        set search_path = app;
        %s;
        %s;
        create table flyway_schema_history (
          installed_rank int primary key, version varchar(50), description varchar(200) not null,
          type varchar(20) not null, script varchar(1000) not null, checksum int,
          installed_by varchar(100) not null, installed_on timestamp not null default now(),
          execution_time int not null, success boolean not null);
        alter table flyway_schema_history owner to owner;
        alter table users owner to owner
        """
            .formatted(FIRST, SECOND));
    row(1, "1", "SQL", FIRST.hashCode(), true);
    row(2, "2024.01.14.002", "SQL", SECOND.hashCode(), true);
    row(3, null, "SQL", 4711, true);
  }

  private static void row(int rank, String version, String type, int checksum, boolean success)
      throws Exception {
    database.execute(
        "insert into app.flyway_schema_history values (%d, %s, '', '%s', '', %d, 'x', now(), 1, %s)"
            .formatted(
                rank, version == null ? "null" : "'" + version + "'", type, checksum, success));
  }

  @Test
  void isAdoptedAndContinued() throws Exception {
    assertThat(runs.plan("2024_01_15_001"))
        .isInstanceOfSatisfying(
            Planned.class,
            planned -> {
              assertThat(planned.current()).isEqualTo("2024_01_14_002");
              assertThat(planned.count()).isEqualTo(1);
            });

    assertThat(moved(runs.upAll()).versions())
        .extracting(Result::already)
        .containsExactly(true, true, false);
    assertThat(
            database.rows("select version, direction from app.godwit_schema_history order by id"))
        .containsExactly("1.0|BASELINE", "2024_01_14_002|BASELINE", "2024_01_15_001|UP");
  }

  @Test
  void isNotAdoptedUnlessThatIsSaid() throws Exception {
    runs.baseline = null;
    database.execute("drop table app.users");

    assertFailed(runs.plan("1.0"), Cause.HISTORY)
        .satisfies(failed -> assertThat(failed.message()).contains("it has flyway_schema_history"));
  }

  @Test
  void whatIsBeforeItsBaselineCountsAsApplied() throws Exception {
    database.execute("delete from app.flyway_schema_history");
    row(1, "2024.1.14", "BASELINE", 0, true);
    row(2, "2024.01.14.002", "SQL", SECOND.hashCode(), true);

    assertThat(((Planned) runs.plan("2024_01_15_001")).current()).isEqualTo("2024_01_14_002");
  }

  @Test
  void whatWasUndoneDoesNotCount() throws Exception {
    row(4, "2024.01.14.002", "UNDO_SQL", 1, true);

    assertThat(((Planned) runs.plan("2024_01_15_001")).current()).isEqualTo("1.0");
  }

  @ParameterizedTest
  @CsvSource({
    "3, SQL, 1, true, 'Flyway has applied version 3, which is not in the catalogue'",
    "2024.01.15.001, SQL, 1, true, 'version 2024_01_15_001 is not the one that Flyway applied: its checksum was 1, and is'",
    "2024.01.15.001, SQL, 1, false, 'version 2024.01.15.001 has failed: repair it first'",
  })
  void whatCanNotBeAdoptedIsSaid(
      String version, String type, int checksum, boolean success, String message) throws Exception {
    row(4, version, type, checksum, success);

    assertFailed(runs.plan("2024_01_15_001"), Cause.HISTORY)
        .satisfies(failed -> assertThat(failed.message()).contains(message));
    assertFailed(runs.upAll(), Cause.HISTORY);
  }

  @Test
  void anEmptySchemaHasNothingToAdopt() throws Exception {
    database.freshSchema("app");

    assertThat(moved(runs.upAll()).current()).isEqualTo("2024_01_15_001");
  }

  @Test
  void aHistoryThatCanNotBeReadIsSaidAsItsGrant() throws Exception {
    database.execute("alter table app.flyway_schema_history owner to postgres");

    assertFailed(runs.plan("1.0"), Cause.REFUSED)
        .satisfies(
            failed ->
                assertThat(failed.message())
                    .endsWith("GRANT SELECT ON TABLE app.flyway_schema_history TO owner"));
  }

  @ParameterizedTest
  @CsvSource({
    "1, 1.0, 0",
    "1.2, 1_2, 0",
    "2024_01_14_002, 2024.1.14.2, 0",
    "1.10, 1.9, 1",
    "1.2, 1.2.1, -1"
  })
  void versionsAreComparedAsFlywayDoes(String one, String other, int expected) {
    assertThat(FlywayVersion.of(one).orElseThrow())
        .returns(expected, version -> version.compareTo(FlywayVersion.of(other).orElseThrow()));
    assertThat(FlywayVersion.of("add-users")).isEmpty();
  }
}
