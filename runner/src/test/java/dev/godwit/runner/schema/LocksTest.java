package dev.godwit.runner.schema;

import static dev.godwit.runner.schema.SchemaRuns.assertFailed;
import static dev.godwit.runner.schema.SchemaRuns.moved;
import static org.assertj.core.api.Assertions.assertThat;

import dev.godwit.contract.schema.SchemaFiles.Text;
import dev.godwit.contract.schema.SchemaReport;
import dev.godwit.contract.schema.SchemaReport.Cause;
import dev.godwit.contract.schema.SchemaReport.Failed;
import dev.godwit.contract.schema.SchemaReport.Result;
import dev.godwit.runner.database.PostgresVersion;
import java.nio.file.Path;
import java.sql.Connection;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Others that have what a version needs, and other runs. */
@Tag("postgresql")
@Timeout(value = 60, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class LocksTest {

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
            .version("1", "create table users as select generate_series(1, 10) id")
            .version("2", "alter table users add column name text");
  }

  private static Connection reader() throws Exception {
    Connection reader = database.connectAsOwner();
    reader.setAutoCommit(false);
    try (var statement = reader.createStatement()) {
      statement.execute("set application_name = 'long report'");
      statement.execute("select 'private' from app.users");
    }
    return reader;
  }

  @Test
  void behindALongReaderOthersWaitAtMostTheLockTimeoutAndItSucceedsWhenThatGoes() throws Exception {
    runs.up("1");
    runs.lockTimeoutMillis = 300;
    Connection longReader = reader();
    runs.time =
        new Time() {
          private int pauses;

          @Override
          public long nanos() {
            return System.nanoTime();
          }

          @Override
          public void pause(Duration duration) throws InterruptedException {
            Thread.sleep(duration);
            pauses++;
            if (pauses == 3) {
              PausingTime.doing(longReader::close);
            }
          }
        };
    long began = System.nanoTime();
    CompletableFuture<SchemaReport> run = start(runs, "2");

    // One that waits for as long as the long reader stays would be ended by this: it leaves only
    // when the third attempt has been given up.
    try (Connection other = database.connect();
        var statement = other.createStatement()) {
      statement.execute("set statement_timeout = '30s'");
      while (!run.isDone()) {
        statement.execute("select count(*) from app.users");
      }
    }

    Duration took = Duration.ofNanos(System.nanoTime() - began);
    assertThat(moved(run.get()).versions())
        .first()
        .returns(3, Result::lockWaits)
        .satisfies(
            result ->
                assertThat(result.millis())
                    .as("without the waits")
                    .isLessThanOrEqualTo(took.toMillis() - 3L * runs.lockTimeoutMillis));
    assertThat(database.one("select count(name) from app.users")).isEqualTo("0");
  }

  @Test
  void whoBlocksIsNamedAndItsQueryIsNot() throws Exception {
    runs.up("1");
    runs.patienceMillis = 0;
    // So long that there is time to look on a busy machine, too.
    runs.lockTimeoutMillis = 1_500;
    try (Connection reader = reader()) {
      int pid = reader.unwrap(org.postgresql.PGConnection.class).getBackendPID();

      assertFailed(runs.up("2"), Cause.LOCKED)
          .returns("2", Failed::version)
          .returns(Text.UP, Failed::text)
          .returns("55P03", Failed::sqlState)
          .satisfies(
              failed ->
                  assertThat(failed.message())
                      .contains("blocked by pid " + pid + ", application long report")
                      .contains("idle in transaction, in a transaction since 20")
                      .contains("tried 1 times"));
    }
    assertThat(runs.exitCode).isEqualTo(4);
    assertThat(runs.out + runs.err).doesNotContain("private");
    assertThat(database.rows("select version from app.godwit_schema_history")).containsExactly("1");
  }

  @ParameterizedTest
  @ValueSource(strings = {"55P03", "40P01", "40001"})
  void isTriedAgainWithGrowingPausesUntilPatienceEnds(String state) throws Exception {
    runs.version(
        "3",
        "create table three (); do $$ begin raise 'later' using errcode = '" + state + "'; end $$");
    PausingTime time = new PausingTime(pause -> {});
    runs.time = time;
    long began = time.nanos();

    assertFailed(runs.upAll(), Cause.LOCKED)
        .returns("3", Failed::version)
        .returns(state, Failed::sqlState)
        .satisfies(failed -> assertThat(failed.message()).contains("later", "tried 8 times"));
    assertThat(time.pauses().subList(0, 6))
        .extracting(Duration::toMillis)
        .containsExactly(250L, 500L, 1_000L, 2_000L, 4_000L, 8_000L);
    assertThat(Duration.ofNanos(time.nanos() - began))
        .isGreaterThanOrEqualTo(Duration.ofSeconds(20));
    assertThat(time.pauses().stream().reduce(Duration.ZERO, Duration::plus))
        .isLessThanOrEqualTo(Duration.ofSeconds(20));
  }

  @Test
  void waitsAreCounted() throws Exception {
    database.execute("create table if not exists public.waits (n int); truncate public.waits");
    database.execute("grant select on public.waits to owner");
    runs.version(
            "3",
            "do $$ begin if (select count(*) < 2 from public.waits) then raise serialization_failure;"
                + " end if; end $$")
        .verify("3", "select true");
    runs.time = new PausingTime(pause -> database.execute("insert into public.waits values (1)"));

    assertThat(moved(runs.upAll()).versions()).last().returns(2, Result::lockWaits);
    database.execute("drop table public.waits");
  }

  @Test
  void aSecondRunnerWaitsAndFindsItDone() throws Exception {
    runs.up("1");
    runs.version(
        "2",
        "do $$ begin while not exists (select from public.go) loop perform pg_sleep(0.02); end loop; end $$; create table two ()");
    database.execute("create table public.go (); grant select on public.go to owner");
    CompletableFuture<SchemaReport> first = start(runs, "2");
    database.await(
        "select exists (select from pg_stat_activity where application_name = 'godwit' and query like 'do %')");
    SchemaRuns second = other("second");

    second.patienceMillis = 0;
    assertFailed(second.up("2"), Cause.BUSY)
        .satisfies(
            failed ->
                assertThat(failed.message())
                    .contains("another run has the schema app: pid ")
                    .contains("application godwit, from 127.0.0.1, connected since 20"));
    assertThat(second.exitCode).isEqualTo(3);

    second.patienceMillis = 30_000;
    second.time =
        new PausingTime(
            pause -> {
              database.execute("insert into public.go default values");
              first.get();
            });
    assertThat(moved(second.up("2")).versions()).containsExactly(Step.ALREADY);
    assertThat(moved(first.get()).versions()).extracting(Result::already).containsExactly(false);
    database.execute("drop table public.go");
  }

  private SchemaRuns other(String name) throws Exception {
    return new SchemaRuns(directory.resolve(name), database.port()).like(runs);
  }

  @Test
  void anotherSchemaIsNotWaitedFor() throws Exception {
    database.freshSchema("app2");
    try (Connection holder = database.connect();
        var statement = holder.createStatement()) {
      statement.execute("select pg_advisory_lock(1734637428, 'app2'::regnamespace::oid::int)");
      runs.patienceMillis = 0;

      assertThat(moved(runs.upAll()).current()).isEqualTo("2");
      runs.schema = "app2";
      assertFailed(runs.upAll(), Cause.BUSY);
    }
  }

  @Test
  void aTextThatLetsGoOfTheLockIsTakenBack() throws Exception {
    runs.version("3", "create table three (); select pg_advisory_unlock_all()");

    assertFailed(runs.upAll(), Cause.SQL)
        .returns("3", Failed::version)
        .satisfies(failed -> assertThat(failed.message()).contains("lets go of the lock"));
    assertThat(database.one("select to_regclass('app.three')")).isEqualTo("null");
  }

  @Test
  void theSessionIsOneThatTheServerGivesUpOn() throws Exception {
    runs.version("3", "select 3")
        .verify(
            "3",
            """
            select current_setting('idle_in_transaction_session_timeout') = '1min';
            select current_setting('statement_timeout') = '1min';
            select current_setting('lock_timeout') = '500ms';
            select current_setting('tcp_keepalives_idle') = '30';
            select current_setting('application_name') = 'godwit';
            """);

    assertThat(moved(runs.upAll()).current()).isEqualTo("3");
  }

  @Test
  void theSessionIsOneInWhichTheServerLooksForItsClient() throws Exception {
    PostgresVersion.assumeFrom(14);
    runs.version("3", "select 3")
        .verify("3", "select current_setting('client_connection_check_interval') = '1s'");

    assertThat(moved(runs.upAll()).current()).isEqualTo("3");
  }

  private static CompletableFuture<SchemaReport> start(SchemaRuns runs, String version) {
    return CompletableFuture.supplyAsync(
        () -> {
          try {
            return runs.up(version);
          } catch (Exception e) {
            throw new IllegalStateException(e);
          }
        });
  }
}
