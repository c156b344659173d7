package dev.godwit.runner.schema;

import static dev.godwit.runner.schema.SchemaRuns.assertFailed;
import static dev.godwit.runner.schema.SchemaRuns.moved;
import static org.assertj.core.api.Assertions.assertThat;

import dev.godwit.contract.schema.SchemaFiles.Text;
import dev.godwit.contract.schema.SchemaReport.Cause;
import dev.godwit.contract.schema.SchemaReport.Compared;
import dev.godwit.contract.schema.SchemaReport.Failed;
import dev.godwit.contract.schema.SchemaReport.Moved;
import dev.godwit.contract.schema.SchemaReport.Result;
import dev.godwit.runner.database.PostgresVersion;
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

/** Versions that are brought and taken back, without anything in their way. */
@Tag("postgresql")
@Timeout(value = 60, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class MovesTest {

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
    runs = new SchemaRuns(directory, database.port());
  }

  private void twoVersions() throws Exception {
    runs.version("1", "create table one (id int primary key); insert into one values (1), (2)")
        .verify("1", "select count(*) = 2 from one")
        .down("1", "drop table one")
        .version("2", "alter table one add column name text; update one set name = 'x'")
        .verify("2", "select name is not null from one")
        .down("2", "alter table one drop column name");
  }

  @Test
  void bringsVersionsAndWritesTheHistory() throws Exception {
    twoVersions();

    var moved = moved(runs.upAll());

    assertThat(moved.current()).isEqualTo("2");
    assertThat(moved.versions()).extracting(Result::rows).containsExactly(2L, 2L);
    assertThat(moved.versions()).extracting(Result::already).containsOnly(false);
    assertThat(
            database.rows(
                """
                select version, description, direction, state, applied_by, run, length(checksum),
                       applied_at > now() - interval '1 minute', duration_ms >= 0
                from app.godwit_schema_history order by id
                """))
        .containsExactly(
            "1|of 1|UP|DONE|shop/orders|run-1|64|t|t", "2|of 2|UP|DONE|shop/orders|run-1|64|t|t");
    assertThat(database.one("select string_agg(name, '') from app.one")).isEqualTo("xx");
  }

  @Test
  void whatIsThereAlreadyIsNotRunAgain() throws Exception {
    twoVersions();
    runs.up("1");
    runs.run = "run-2";

    var moved = moved(runs.upAll());

    assertThat(moved.versions()).extracting(Result::already).containsExactly(true, false);
    assertThat(moved(runs.upAll()).versions()).extracting(Result::already).containsOnly(true);
    assertThat(database.one("select count(*) from app.one")).isEqualTo("2");
  }

  @Test
  void takesVersionsBackInTheOrdersOrder() throws Exception {
    twoVersions();
    runs.upAll();

    var moved = moved(runs.down(List.of("2", "1")));

    assertThat(moved.current()).isEmpty();
    assertThat(moved.versions()).extracting(Result::already).containsOnly(false);
    assertThat(
            database.rows("select version, direction from app.godwit_schema_history order by id"))
        .containsExactly("1|UP", "2|UP", "2|DOWN", "1|DOWN");
    assertThat(runs.compare()).isEqualTo(new Compared(List.of(), 0));
    assertThat(moved(runs.down(List.of("2", "1"))).versions()).containsOnly(Step.ALREADY);
    assertThat(moved(runs.upAll()).current()).isEqualTo("2");
  }

  /** As a pod does that was thought lost. */
  @Test
  void whatComesLateBringsNothingOnceItsRunIsOnTheWayBack() throws Exception {
    twoVersions();
    moved(runs.up("1"));
    runs.back = true;
    moved(runs.down(List.of("2", "1")));

    runs.back = false;
    assertFailed(runs.up("1"), Cause.HISTORY)
        .satisfies(failed -> assertThat(failed.message()).contains("on its way back"));

    runs.run = "run-2";
    assertThat(moved(runs.up("1")).current()).isEqualTo("1");
  }

  /** Two runs that were planned at the same time: the second finds done what the first has done. */
  @Test
  void theWayBackLeavesAloneWhatAnotherRunHasBrought() throws Exception {
    twoVersions();
    moved(runs.up("1", "2"));
    runs.run = "run-2";
    assertThat(moved(runs.up("1", "2")).versions()).allMatch(Result::already);

    runs.back = true;
    Moved back = moved(runs.down(List.of("2", "1")));

    assertThat(back.current()).isEqualTo("2");
    assertThat(back.versions()).allMatch(Result::already);
    assertThat(database.rows("select count(*) from app.one")).containsExactly("2");
  }

  @Test
  void theWayBackBringsOnlyWhatItsOwnRunHasTakenBack() throws Exception {
    twoVersions();
    moved(runs.up("1", "2"));
    runs.run = "run-2";
    moved(runs.down(List.of("2")));
    runs.run = "run-3";
    moved(runs.down(List.of("2")));

    runs.back = true;
    assertThat(moved(runs.up("2")).current()).isEqualTo("1");
    runs.run = "run-2";
    assertThat(moved(runs.up("2")).current()).isEqualTo("2");
  }

  /** The picture of a run goes when the next one takes its own; that it has turned must not. */
  @Test
  void whatComesLateBringsNothingThoughAnotherRunHasBegunSince() throws Exception {
    twoVersions();
    moved(runs.up("1"));
    runs.run = "run-2";
    moved(runs.up("2"));
    moved(runs.down(List.of("2")));
    runs.run = "run-1";
    runs.back = true;
    assertThat(moved(runs.down(List.of("1"))).current()).isEmpty();

    runs.back = false;
    assertFailed(runs.up("1"), Cause.HISTORY)
        .satisfies(failed -> assertThat(failed.message()).contains("on its way back"));
  }

  @Test
  void aRunThatHasDoneNothingHasChangedNothing() throws Exception {
    twoVersions();
    moved(runs.up("1"));
    runs.run = "run-2";
    runs.back = true;
    moved(runs.down(List.of("2")));

    assertThat(runs.compare()).isEqualTo(new Compared(List.of(), 0));
    runs.run = "run-1";
    assertThat(runs.compare()).isInstanceOf(Compared.class);
  }

  @Test
  void aVersionThatIsNotTheNextOneIsRefused() throws Exception {
    twoVersions();

    assertFailed(runs.up("2"), Cause.HISTORY)
        .returns("2", Failed::version)
        .extracting(Failed::message)
        .asString()
        .contains("version 1, which is not applied");

    runs.upAll();
    assertFailed(runs.down(List.of("1")), Cause.HISTORY)
        .extracting(Failed::message)
        .asString()
        .contains("version 2, which comes after it, must be taken back before");
  }

  @Test
  void saysWhatWasDoneBeforeAFailure() throws Exception {
    twoVersions();
    runs.version("3", "select 1;\n\nselect 1 +\n  nothing from one");

    assertFailed(runs.upAll(), Cause.SQL)
        .returns("3", Failed::version)
        .returns(Text.UP, Failed::text)
        .returns("42703", Failed::sqlState)
        .returns("2", Failed::current)
        .returns("column \"nothing\" does not exist at line 4, column 3", Failed::message)
        .satisfies(failed -> assertThat(failed.done()).hasSize(2));
  }

  @Test
  void theStatementsOfAFunctionAreNotTakenApart() throws Exception {
    PostgresVersion.assumeFrom(14);
    runs.version(
            "1",
            "create function twice(int) returns int language sql begin atomic select $1 * 2; end;")
        .down("1", "drop function twice");

    assertThat(runs.upAll()).isInstanceOf(Moved.class);
    assertThat(database.one("select app.twice(2)")).isEqualTo("4");
    assertThat(moved(runs.down(List.of("1"))).current()).isEmpty();
  }

  @Test
  void theTextIsSentAsItIsWritten() throws Exception {
    runs.version(
            "1",
            """
            -- a comment; with a semicolon, and a question mark?
            create table "odd ""n"" x" ("a b" jsonb, c text);
            insert into "odd ""n"" x" values ('{"k": 1}', $$it's; $1 ?$$), ('{}', E'a\\';b');
            do $body$ begin
              execute 'create table made (id int)';
              perform 1; -- ; $$
            end $body$;
            create function plus(n int) returns int language plpgsql as $f$
            begin return n + 1; end $f$;
            delete from "odd ""n"" x" where not "a b" ? 'k';
            """)
        .verify(
            "1",
            "select count(*) = 1 and bool_and(\"a b\" ?| array['k', 'z']) from \"odd \"\"n\"\" x\"")
        .down("1", "drop table \"odd \"\"n\"\" x\", made; drop function plus");

    assertThat(runs.upAll()).isInstanceOf(Moved.class);
    assertThat(database.one("select c from app.\"odd \"\"n\"\" x\"")).isEqualTo("it's; $1 ?");
    assertThat(database.one("select app.plus(1)")).isEqualTo("2");
    assertThat(moved(runs.down(List.of("1"))).current()).isEmpty();
    assertThat(runs.compare()).isEqualTo(new Compared(List.of(), 0));
  }

  @Test
  void theDriversOwnSyntaxIsNotTranslated() throws Exception {
    runs.version("1", "create table one as select {d '2024-01-15'} as day");

    assertFailed(runs.upAll(), Cause.SQL).returns("42601", Failed::sqlState);
  }

  @Test
  void aTextOfFiveMegabytesIsSent() throws Exception {
    String value = "x".repeat(1_000);
    StringBuilder text = new StringBuilder("create table large (id int, text text);\n");
    for (int i = 1; i <= 5_000; i++) {
      text.append("insert into large values (")
          .append(i)
          .append(", '")
          .append(value)
          .append("');\n");
    }
    runs.version("1", text.toString()).verify("1", "select count(*) = 5000 from large");

    assertThat(moved(runs.upAll()).versions().getFirst().rows()).isEqualTo(5_000);
    runs.version(
        "2",
        text.append("insert into large values (1, 2, 3)").toString().replace("large", "larger"));
    assertFailed(runs.upAll(), Cause.SQL)
        .satisfies(failed -> assertThat(failed.message()).contains("at line 5002, column 34"));
  }

  @Test
  void aSchemaWithANameThatNeedsQuotesIsFirstOnTheSearchPath() throws Exception {
    runs.schema = "Odd \"schema\" \\ 'x'";
    database.freshSchema(runs.schema);
    twoVersions();

    assertThat(moved(runs.upAll()).current()).isEqualTo("2");
    assertThat(database.one("select count(*) from " + Names.exact(runs.schema) + ".one"))
        .isEqualTo("2");
    assertThat(moved(runs.down(List.of("2", "1"))).current()).isEmpty();
    assertThat(runs.compare()).isEqualTo(new Compared(List.of(), 0));
  }
}
