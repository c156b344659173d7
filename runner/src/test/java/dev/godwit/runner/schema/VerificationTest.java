package dev.godwit.runner.schema;

import static dev.godwit.runner.schema.SchemaRuns.assertFailed;
import static dev.godwit.runner.schema.SchemaRuns.moved;
import static org.assertj.core.api.Assertions.assertThat;

import dev.godwit.contract.schema.SchemaFiles.Text;
import dev.godwit.contract.schema.SchemaReport.Cause;
import dev.godwit.contract.schema.SchemaReport.Failed;
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
import org.junit.jupiter.params.provider.ValueSource;

/** What must hold after a version, and what is said and done when it does not. */
@Tag("postgresql")
@Timeout(value = 60, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class VerificationTest {

  private static final String UP =
      """
      create table one (id int primary key, note text);
      insert into one select n, 'private-' || n from generate_series(1, 10) n
      """;

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
  void fresh() throws Exception {
    database.freshSchema("app");
    runs = new SchemaRuns(directory, database.port()).version("1", UP);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "select true",
        "select id > 0 from one; values (true), (true);",
        "do $$ begin if (select count(*) from one) <> 10 then raise 'none'; end if; end $$",
        "set local enable_seqscan = off; select count(*) = 10 from one",
        "select not exists (select from one where note is null) -- good",
      })
  void passes(String verify) throws Exception {
    runs.verify("1", verify);

    assertThat(moved(runs.upAll()).current()).isEqualTo("1");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "select false | VERIFY | a query returned false or null",
        "select null::boolean | VERIFY | a query returned false or null",
        "select true; select id > 2 from one | VERIFY | 2 of the 10 rows that a query returned are false or null",
        "select true from one where false | VERIFY | a query returned no row",
        "select 1 | VERIFY | returns 1 columns, the first of type int4",
        "select true, true | VERIFY | returns 2 columns",
        "select from one | VERIFY | returns 0 columns",
        "set local enable_seqscan = off | VERIFY | it checks nothing",
        "-- nothing | VERIFY | it checks nothing",
        "do $$ begin raise 'too few: %', 9; end $$ | VERIFY | too few: 9 at line 1 of inline_code_block",
        "do $$ begin assert false, 'no'; end $$ | VERIFY | no at line 1",
        "do $$ begin raise check_violation; end $$ | VERIFY | check_violation",
        "select nothing from one | SQL | column \"nothing\" does not exist at line 1, column 8",
        "select note::int = 1 from one | SQL | invalid input syntax for type integer: \"…\"",
        "insert into one (id) values (99) returning true | SQL | cannot execute INSERT in a read-only transaction",
        "set transaction read write; delete from one; select true | SQL | cannot set transaction read-write mode",
        "select true from generate_series(1, 300000) | SQL | it returns more rows than can be held",
      })
  void fails(String verify, Cause cause, String message) throws Exception {
    runs.verify("1", verify);

    assertFailed(runs.upAll(), cause)
        .returns("1", Failed::version)
        .returns(Text.VERIFY, Failed::text)
        .satisfies(failed -> assertThat(failed.message()).contains(message));

    assertThat(runs.out + runs.err).doesNotContain("private");
    assertThat(database.one("select to_regclass('app.one')")).isEqualTo("null");
    assertThat(database.one("select count(*) from app.godwit_schema_history")).isEqualTo("0");
  }

  /** At the commit it would be too late for the check to be asked about what can't stay so. */
  @Test
  void aConstraintThatIsCheckedLateIsCheckedBefore() throws Exception {
    runs.version(
            "2",
            """
            create table two (one int references one deferrable initially deferred);
            insert into two values (77)
            """)
        .verify("2", "select false");

    assertFailed(runs.upAll(), Cause.SQL)
        .returns("2", Failed::version)
        .returns(Text.UP, Failed::text)
        .satisfies(
            failed -> assertThat(failed.message()).contains("foreign key").doesNotContain("77"));
    assertThat(database.one("select to_regclass('app.two')")).isEqualTo("null");
  }

  @Test
  void takingBackIsVerifiedToo() throws Exception {
    runs.down("1", "drop table one")
        .text("1", Text.VERIFY_DOWN, "select to_regclass('one') is not null");
    runs.upAll();

    assertFailed(runs.down(List.of("1")), Cause.VERIFY)
        .returns(Text.VERIFY_DOWN, Failed::text)
        .returns("1", Failed::version);
    assertThat(database.one("select count(*) from app.one")).isEqualTo("10");

    runs.text("1", Text.VERIFY_DOWN, "select to_regclass('one') is null");
    assertThat(moved(runs.down(List.of("1"))).current()).isEmpty();
  }

  @Test
  void itSeesWhatTheVersionLeftForIt() throws Exception {
    runs.version("2", "create temporary table before on commit drop as select count(*) n from one")
        .verify("2", "select n = 10 from before");

    assertThat(moved(runs.upAll()).current()).isEqualTo("2");
  }

  @Test
  void neitherTheRoleNorTheSearchPathOfATextLasts() throws Exception {
    database.execute("drop role if exists other; create role other; grant other to owner");
    runs.version("2", "set role other; set search_path = ''; set lock_timeout = '1h'")
        .verify(
            "2",
            "select current_user = 'owner' and current_setting('lock_timeout') = '500ms'; select true from one")
        .version("3", "create temporary table one (id text)")
        .version("4", "insert into one values (4711)");

    assertThat(moved(runs.upAll()).current()).isEqualTo("4");
    assertThat(database.one("select count(*) from app.one where id = 4711")).isEqualTo("1");
  }
}
