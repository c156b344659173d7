package dev.godwit.runner.schema;

import static dev.godwit.runner.schema.SchemaRuns.assertFailed;
import static dev.godwit.runner.schema.SchemaRuns.moved;
import static org.assertj.core.api.Assertions.assertThat;

import dev.godwit.contract.schema.SchemaFiles.Text;
import dev.godwit.contract.schema.SchemaOrder;
import dev.godwit.contract.schema.SchemaOrder.Baseline;
import dev.godwit.contract.schema.SchemaReport;
import dev.godwit.contract.schema.SchemaReport.Cause;
import dev.godwit.contract.schema.SchemaReport.Failed;
import dev.godwit.contract.schema.SchemaReport.Planned;
import dev.godwit.contract.schema.SchemaReport.Result;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
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

/** What the history says, what the catalogue says, and what happens when they differ. */
@Tag("postgresql")
@Timeout(value = 60, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class HistoryTest {

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

  @BeforeEach
  void threeVersions() throws Exception {
    database.freshSchema("app");
    runs = new SchemaRuns(directory, database.port());
    for (String version : List.of("1", "2", "3")) {
      runs.version(version, "create table t" + version + " (id int)")
          .down(version, "drop table t" + version);
    }
  }

  private void assertStops(SchemaReport report, String... message) {
    assertFailed(report, Cause.HISTORY)
        .satisfies(failed -> assertThat(failed.message()).contains(message));
  }

  @Test
  void aTextThatWasChangedAfterItWasAppliedStops() throws Exception {
    runs.up("1", "2");
    String before =
        database.one("select checksum from app.godwit_schema_history where version = '1'");
    runs.change("1", "create table other (id int)");

    String[] said = {"version 1 was changed", "its checksum was " + before + ", and is "};
    assertStops(runs.plan("3"), said);
    assertStops(runs.up("3"), said);
    assertStops(runs.down(List.of("2")), said);
    assertThat(database.one("select count(*) from app.godwit_schema_history")).isEqualTo("2");
  }

  @Test
  void anAppliedVersionThatTheCatalogueDoesNotKnowStops() throws Exception {
    runs.up("1", "2");
    runs.remove("2");

    assertStops(runs.up("3"), "version 2 is there, and not in the catalogue");
  }

  @Test
  void aVersionThatCameInBetweenStops() throws Exception {
    runs.up("1", "2");
    runs.remove("2");
    runs.version("1a", "select 1").version("2", "create table t2 (id int)");

    assertStops(runs.plan("3"), "version 1a before it is not: the history has a gap");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "delete from %s where version = '1' | version 2 is there, and version 1 before it is not",
        "update %s set checksum = 'x' where version = '1' | its checksum was x, and is",
        "alter table %s drop constraint godwit_schema_history_direction_check; update %1$s set direction = 'AWAY' | has a row with a direction or state that is none",
        "alter table %s drop column checksum | was changed by hand: column \"checksum\" does not exist",
      })
  void aHistoryThatWasEditedByHandStops(String edit, String message) throws Exception {
    runs.up("1", "2");
    database.execute(edit.formatted("app.godwit_schema_history"));

    assertStops(runs.up("3"), message);
    assertStops(runs.plan("3"), message);
    database.execute("drop table app.godwit_schema_history");
  }

  @Test
  void aTextThatIsNotTheOneOfTheCatalogueIsNotRun() throws Exception {
    Files.writeString(runs.file("2.up.sql"), "drop schema app cascade");
    assertFailed(runs.upAll(), Cause.BAD_ORDER)
        .returns("2", Failed::version)
        .returns(List.of(), Failed::done)
        .satisfies(failed -> assertThat(failed.message()).contains("the catalogue says"));
    assertThat(runs.exitCode).isEqualTo(2);

    runs.change("2", "create table app.t2 (id int)");
    Files.writeString(runs.file("2.down.sql"), "drop schema app cascade");
    assertFailed(runs.plan("3"), Cause.BAD_ORDER)
        .returns("2", Failed::version)
        .satisfies(
            failed -> assertThat(failed.message()).startsWith("2.down.sql has the checksum"));
    assertThat(database.one("select to_regclass('app.t1')")).isEqualTo("null");
  }

  @Test
  void aCatalogueThatIsNotTheOneOfTheOrderIsNotRun() throws Exception {
    runs.sqlHash = "0".repeat(64);

    assertFailed(runs.upAll(), Cause.BAD_ORDER)
        .satisfies(
            failed ->
                assertThat(failed.message())
                    .contains("the order says 00", "not those that were planned"));
    assertThat(database.one("select to_regclass('app.t1')")).isEqualTo("null");
  }

  @Test
  void nothingIsRunWhenALaterTextCanNotBe() throws Exception {
    runs.change("3", "select 1;\ncommit;");

    assertFailed(runs.upAll(), Cause.BAD_ORDER)
        .returns("3", Failed::version)
        .returns(List.of(), Failed::done)
        .satisfies(failed -> assertThat(failed.message()).startsWith("line 2 has COMMIT"));
    runs.text("3", Text.DOWN, "select 'ä'".getBytes(StandardCharsets.ISO_8859_1));
    runs.change("3", "select 1");
    assertFailed(runs.plan("3"), Cause.BAD_ORDER)
        .returns("3.down.sql is not encoded in UTF-8", Failed::message);
    Files.delete(runs.file("2.up.sql"));
    assertFailed(runs.upAll(), Cause.BAD_ORDER)
        .returns("there is no file 2.up.sql", Failed::message);
  }

  @Test
  void withoutADownTextThereIsNoWayBack() throws Exception {
    runs.without("2", Text.DOWN);
    runs.upAll();

    assertFailed(runs.down(List.of("3", "2")), Cause.NO_DOWN)
        .returns("2", Failed::version)
        .returns(List.of(), Failed::done);
    assertThat(database.one("select to_regclass('app.t3')")).isEqualTo("app.t3");
    assertThat(moved(runs.down(List.of("3"))).current()).isEqualTo("2");
    assertFailed(runs.plan(""), Cause.NO_DOWN).returns("2", Failed::version);
  }

  @Test
  void aDatabaseThatIsNotEmptyIsNotTakenForAnEmptyOne() throws Exception {
    database.execute("create table app.legacy (id int)");

    assertStops(runs.plan("3"), "is not empty (it has legacy)", "spec.baseline");
    assertStops(runs.upAll(), "is not empty (it has legacy)", "spec.baseline");
    assertThat(database.one("select to_regclass('app.godwit_schema_history')")).isEqualTo("null");
  }

  @Test
  void aBaselineIsAdoptedAndContinued() throws Exception {
    database.execute("create table app.t1 (id int); create table app.t2 (id int)");
    runs.baseline = new Baseline("2", false);

    assertThat(runs.plan("3"))
        .isInstanceOfSatisfying(
            Planned.class,
            planned ->
                assertThat(List.of(planned.current(), planned.count())).containsExactly("2", 1));
    assertThat(database.one("select to_regclass('app.godwit_schema_history')")).isEqualTo("null");

    assertThat(moved(runs.upAll()).versions())
        .extracting(Result::already)
        .containsExactly(true, true, false);
    assertThat(
            database.rows("select version, direction from app.godwit_schema_history order by id"))
        .containsExactly("1|BASELINE", "2|BASELINE", "3|UP");

    runs.baseline = new Baseline("3", false);
    assertThat(moved(runs.upAll()).versions()).containsOnly(Step.ALREADY);
  }

  @Test
  void aBaselineThatIsNotInTheCatalogueIsRefused() throws Exception {
    runs.baseline = new Baseline("9", false);

    assertFailed(runs.plan("3"), Cause.BAD_ORDER)
        .returns(
            "baseline.version names version 9, which is not in the catalogue", Failed::message);
  }

  @Test
  void fiveHundredVersionsAreFewEnough() throws Exception {
    for (int i = 4; i <= 500; i++) {
      runs.version(Integer.toString(i), "select " + i);
    }
    runs.baseline = new Baseline("399", false);
    database.execute("create table app.legacy (id int)");
    List<String> names = runs.names();

    assertThat(runs.plan("500")).isInstanceOf(Planned.class);
    var moved = moved(runs.up(names.subList(399, 499).toArray(String[]::new)));

    assertThat(moved.versions()).hasSize(SchemaOrder.MOST_VERSIONS);
    assertThat(moved.current()).isEqualTo("499");
    assertThat(moved(runs.up("500")).current()).isEqualTo("500");
  }
}
