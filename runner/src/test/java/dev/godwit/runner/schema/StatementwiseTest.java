package dev.godwit.runner.schema;

import static dev.godwit.runner.schema.SchemaRuns.assertFailed;
import static dev.godwit.runner.schema.SchemaRuns.moved;
import static org.assertj.core.api.Assertions.assertThat;

import dev.godwit.contract.schema.SchemaFiles.Text;
import dev.godwit.contract.schema.SchemaReport.Cause;
import dev.godwit.contract.schema.SchemaReport.Direction;
import dev.godwit.contract.schema.SchemaReport.Failed;
import dev.godwit.contract.schema.SchemaReport.Planned;
import java.nio.file.Path;
import java.sql.Connection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Versions that can't be one transaction. */
@Tag("postgresql")
@Timeout(value = 60, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class StatementwiseTest {

  private static final String VALID =
      "select indisvalid from pg_index where indexrelid = 'users_name'::regclass";

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
    runs =
        new SchemaRuns(directory, database.port())
            .version(
                "1", "create table users as select n % 10 as name from generate_series(1, 100) n")
            .down("1", "drop table users")
            .statementwise(
                "2",
                """
                drop index concurrently if exists users_name;
                -- the next one; it can be in no transaction
                create index concurrently users_name on users (name);
                """,
                VALID)
            .down("2", "drop index concurrently if exists users_name");
  }

  private static List<String> history() throws Exception {
    return database.rows(
        "select version, direction, state from app.godwit_schema_history order by id");
  }

  @Test
  void anIndexIsBuiltConcurrentlyAndTakenBack() throws Exception {
    assertThat(moved(runs.upAll()).current()).isEqualTo("2");
    assertThat(history()).containsExactly("1|UP|DONE", "2|UP|BEGUN", "2|UP|DONE");
    assertThat(moved(runs.upAll()).versions()).containsOnly(Step.ALREADY);

    assertThat(moved(runs.down(List.of("2", "1"))).current()).isEmpty();
    assertThat(history().subList(3, 6))
        .containsExactly("2|DOWN|BEGUN", "2|DOWN|DONE", "1|DOWN|DONE");
  }

  /** It would fail after the lock timeout, and leave an invalid index behind. */
  @Test
  void itWaitsForOldTransactionsAsLongAsThereIsPatience() throws Exception {
    runs.up("1");
    runs.lockTimeoutMillis = 100;
    Connection reader = database.connect();
    reader.setAutoCommit(false);
    reader.createStatement().execute("select * from app.users");
    CompletableFuture<Void> goes =
        CompletableFuture.runAsync(
            () ->
                PausingTime.doing(
                    () -> {
                      database.await(
                          """
                          select exists (select from pg_stat_activity where wait_event = 'virtualxid'
                            and application_name = 'godwit' and query_start < now() - interval '400 ms')
                          """);
                      reader.close();
                    }));

    var moved = moved(runs.up("2"));

    goes.get();
    assertThat(moved.versions().getFirst().lockWaits()).isZero();
    assertThat(database.one(VALID.replace("users_name", "app.users_name"))).isEqualTo("t");
  }

  @Test
  void aFailedIndexIsNamedAndTheVersionCanBeRunAgain() throws Exception {
    runs.change("2", "select 1;\ncreate unique index concurrently users_name on users (name)");

    assertFailed(runs.upAll(), Cause.SQL)
        .returns("2", Failed::version)
        .returns("23505", Failed::sqlState)
        .satisfies(
            failed ->
                assertThat(failed.message())
                    .contains("could not create unique index \"users_name\"")
                    .contains(" in the statement at line 2, column 1")
                    .contains("invalid indexes", "app.users_name")
                    .doesNotContain("Key ("));
    assertThat(history()).containsExactly("1|UP|DONE", "2|UP|BEGUN");

    runs.change("2", "create index concurrently if not exists users_name on users (name)")
        .verify("2", "select to_regclass('users_name') is not null");
    assertFailed(runs.upAll(), Cause.VERIFY)
        .satisfies(
            failed -> assertThat(failed.message()).contains("the index app.users_name is invalid"));

    runs.change(
        "2",
        "drop index concurrently if exists users_name; create index concurrently users_name on users"
            + " (name)");
    assertThat(moved(runs.upAll()).current()).isEqualTo("2");
    assertThat(history()).endsWith("2|UP|BEGUN", "2|UP|DONE");
  }

  @Test
  void aVersionThatWasBegunIsOnAnyWay() throws Exception {
    runs.statementwise(
            "3", "create table if not exists three ();\n\nselect nothing from three", "select true")
        .down("3", "drop table if exists three")
        .version("4", "select 4");

    assertFailed(runs.upAll(), Cause.SQL)
        .satisfies(failed -> assertThat(failed.message()).contains("line 3, column 8"));
    assertThat(database.one("select to_regclass('app.three')")).isEqualTo("app.three");

    assertWay("4", "2", Direction.UP, 2);
    assertWay("2", "3", Direction.DOWN, 1);
    assertWay("1", "3", Direction.DOWN, 2);
    assertFailed(runs.down(List.of("2")), Cause.HISTORY);
    assertThat(moved(runs.down(List.of("3", "2"))).current()).isEqualTo("1");
    assertThat(database.one("select to_regclass('app.three')")).isEqualTo("null");
  }

  private void assertWay(String to, String current, Direction direction, int count)
      throws Exception {
    for (String from : new String[] {"2", "3"}) {
      runs.from = from;
      assertThat(runs.plan(to))
          .isInstanceOfSatisfying(
              Planned.class,
              planned ->
                  assertThat(List.of(planned.current(), planned.direction(), planned.count()))
                      .containsExactly(current, direction, count));
    }
  }

  @Test
  void aRunnerThatIsKilledInBetweenLeavesATraceAndTheNextOneRunsItAgain() throws Exception {
    runs.change(
        "2",
        "create index concurrently if not exists users_name on users (name); select"
            + " pg_terminate_backend(pg_backend_pid())");

    assertFailed(runs.upAll(), Cause.NO_ANSWER).returns("2", Failed::version);
    assertThat(history()).containsExactly("1|UP|DONE", "2|UP|BEGUN");

    runs.change("2", "create index concurrently if not exists users_name on users (name)");
    assertThat(moved(runs.upAll()).current()).isEqualTo("2");
  }

  @Test
  void itsCheckIsRequiredAndCanNotWrite() throws Exception {
    runs.without("2", Text.VERIFY);
    assertFailed(runs.upAll(), Cause.BAD_ORDER)
        .returns("2", Failed::version)
        .returns(Text.VERIFY, Failed::text)
        .returns(List.of(), Failed::done);
    assertFailed(runs.plan("2"), Cause.BAD_ORDER);

    runs.verify("2", "delete from users");
    assertFailed(runs.upAll(), Cause.SQL)
        .returns(Text.VERIFY, Failed::text)
        .returns("25006", Failed::sqlState);
    runs.verify("2", "set transaction read write; delete from users; select true");
    assertFailed(runs.upAll(), Cause.SQL)
        .satisfies(failed -> assertThat(failed.message()).contains("read-write mode"));
    assertThat(database.one("select count(*) from app.users")).isEqualTo("100");
  }

  @Test
  void aTypeGetsAnotherValueAndUsesItAtOnce() throws Exception {
    runs.version("3", "create type mood as enum ('good'); create table moods (m mood)")
        .statementwise(
            "4",
            "alter type mood add value if not exists 'bad'; insert into moods values ('bad')",
            "select count(*) = 1 from moods where m = 'bad'");

    assertThat(moved(runs.upAll()).current()).isEqualTo("4");
  }

  @Test
  void aLockThatIsNotHadHasAllOfItRunAgain() throws Exception {
    runs.statementwise(
        "3", "insert into users values (7); alter table users add x int", "select true");
    runs.up("1", "2");
    runs.lockTimeoutMillis = 100;
    Connection reader = database.connect();
    reader.setAutoCommit(false);
    reader.createStatement().execute("select * from app.users");
    runs.time = new PausingTime(pause -> reader.close());

    assertThat(moved(runs.up("3")).versions().getFirst().lockWaits()).isEqualTo(1);
    assertThat(database.one("select count(*) from app.users")).isEqualTo("102");
    assertThat(history()).endsWith("3|UP|BEGUN", "3|UP|DONE").hasSize(5);
  }
}
