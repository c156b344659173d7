package dev.godwit.runner.schema;

import static dev.godwit.runner.schema.SchemaRuns.assertFailed;
import static dev.godwit.runner.schema.SchemaRuns.moved;
import static org.assertj.core.api.Assertions.assertThat;

import dev.godwit.contract.schema.SchemaFiles.Text;
import dev.godwit.contract.schema.SchemaReport.Cause;
import dev.godwit.contract.schema.SchemaReport.Failed;
import dev.godwit.contract.schema.SchemaReport.Result;
import dev.godwit.runner.database.PostgresVersion;
import dev.godwit.runner.schema.CuttingProxy.Cut;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Connections that are not had, or lost. */
@Tag("postgresql")
@Timeout(value = 60, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ConnectionsTest {

  private static TestDatabase database;

  @TempDir private Path directory;
  private CuttingProxy proxy;
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
    proxy = new CuttingProxy(database.port());
    runs =
        new SchemaRuns(directory, proxy.port())
            .version("1", "create table one (id int)")
            .version("2", "insert into one values (2)")
            .down("2", "delete from one where id = 2")
            .version("3", "insert into one values (3)");
    runs.up("1");
  }

  @AfterEach
  void close() throws Exception {
    proxy.close();
  }

  private static List<String> rows() throws Exception {
    return database.rows("select id from app.one order by id");
  }

  @ParameterizedTest
  @CsvSource({
    "password, wrong, 'password authentication failed for user \"owner\": the password in the Secret'",
    "username, nobody, '\"nobody\"'",
    "dbname, nowhere, 'database \"nowhere\" does not exist: create it, or correct dbname'",
    "host, no.such.host.invalid, There is no such host: look at host in the Secret",
    "port, 1, 'no connection to 127.0.0.1:1/postgres as owner'",
    "dbname, '', the Secret has host and no key dbname",
  })
  void whatIsWrongWithTheSecretIsSaid(String key, String value, String message) throws Exception {
    runs.key(key, value);

    assertFailed(runs.up("2"), Cause.NO_ANSWER)
        .satisfies(failed -> assertThat(failed.message()).contains(message));
    assertThat(runs.exitCode).isEqualTo(3);
  }

  @Test
  void theRightToConnectIsSaidAsItsGrant() throws Exception {
    database.execute("create database \"My db\"");
    database.execute("revoke connect on database \"My db\" from public");
    runs.key("dbname", "My db");

    assertFailed(runs.up("2"), Cause.REFUSED)
        .satisfies(
            failed ->
                assertThat(failed.message())
                    .contains("GRANT CONNECT ON DATABASE \"My db\" TO owner"));
  }

  @Test
  void aSessionThatIsEndedBeforeTheCommitLeavesNothing() throws Exception {
    runs.change("3", "insert into one values (3); select pg_terminate_backend(pg_backend_pid())");

    assertFailed(runs.up("2", "3"), Cause.NO_ANSWER)
        .returns("3", Failed::version)
        .returns("57P01", Failed::sqlState)
        .satisfies(failed -> assertThat(failed.done()).hasSize(1));
    assertThat(rows()).containsExactly("2");

    runs.change("3", "insert into one values (3)");
    assertThat(moved(runs.up("2", "3")).versions())
        .extracting(Result::already)
        .containsExactly(true, false);
    assertThat(rows()).containsExactly("2", "3");
  }

  @Test
  void aCommitWhoseAnswerIsLostIsDecidedByTheHistory() throws Exception {
    proxy.cut(Cut.ANSWER, "COMMIT", 1);

    var moved = moved(runs.up("2", "3"));

    assertThat(runs.err).contains("the answer to the commit was lost");
    assertThat(moved.current()).isEqualTo("3");
    assertThat(moved.versions()).extracting(Result::already).containsOnly(false);
    assertThat(rows()).containsExactly("2", "3");
    assertThat(database.one("select count(*) from app.godwit_schema_history where version = '2'"))
        .isEqualTo("1");
  }

  @Test
  void aCommitThatIsLostItselfHasNotHappened() throws Exception {
    proxy.cut(Cut.BEFORE, "COMMIT", 1);

    assertFailed(runs.up("2", "3"), Cause.NO_ANSWER)
        .returns("2", Failed::version)
        .satisfies(failed -> assertThat(failed.message()).endsWith("it was not committed"));
    assertThat(rows()).isEmpty();
    assertThat(moved(runs.up("2", "3")).current()).isEqualTo("3");
  }

  @Test
  void whatNobodyAnswersAnyMoreIsNotKnown() throws Exception {
    proxy.cut(Cut.ANSWER, "COMMIT", 1);
    proxy.forGood();
    var time = new PausingTime(pause -> {});
    runs.time = time;

    assertFailed(runs.up("2", "3"), Cause.NO_ANSWER)
        .satisfies(
            failed ->
                assertThat(failed.message()).endsWith("whether it was committed is not known"));
    assertThat(time.pauses()).hasSizeGreaterThan(3);

    runs.key("port", Integer.toString(database.port()));
    assertThat(moved(runs.up("2", "3")).versions())
        .extracting(Result::already)
        .containsExactly(true, false);
    assertThat(rows()).containsExactly("2", "3");
  }

  @Test
  void theAnswerThatIsLostOnTheWayBackIsDecidedTheSame() throws Exception {
    runs.up("2");
    proxy.cut(Cut.ANSWER, "COMMIT", 1);

    assertThat(moved(runs.down(List.of("2"))).current()).isEqualTo("1");
    assertThat(rows()).isEmpty();
  }

  /** The server would go on for a minute, and the next run wait for it, as with PostgreSQL 13. */
  @Test
  void theServerNoticesThatTheRunnerIsGone() throws Exception {
    PostgresVersion.assumeFrom(14);
    runs.change("2", "insert into one values (2)");
    proxy.cut(Cut.SENT, "pg_sleep", 0);
    runs.change("3", "insert into one values (3); select pg_sleep(50)");

    assertFailed(runs.up("2", "3"), Cause.NO_ANSWER).returns("3", Failed::version);

    runs.change("3", "insert into one values (3)");
    assertThat(moved(runs.up("2", "3")).current()).isEqualTo("3");
    assertThat(rows()).containsExactly("2", "3");
  }

  @Test
  void aStatementThatTakesTooLongIsEnded() throws Exception {
    runs.statementTimeoutMillis = 200;
    runs.change("3", "insert into one values (3); select pg_sleep(50)");

    assertFailed(runs.up("2", "3"), Cause.SQL)
        .returns("57014", Failed::sqlState)
        .satisfies(failed -> assertThat(failed.message()).contains("statement timeout"));
    assertThat(rows()).containsExactly("2");
  }

  @Test
  void anEncodingThatCanNotHoldTheTextIsSaid() throws Exception {
    database.execute(
        "create database latin encoding 'LATIN1' locale 'C' template template0 owner owner");
    runs.key("dbname", "latin");
    runs.schema = null;
    database.execute("alter role owner in database latin set search_path = 'public'");
    runs.version("4", "create table four as select 'ä€' as text");
    grantPublic();

    assertFailed(runs.up("1", "2", "3", "4"), Cause.SQL)
        .returns("4", Failed::version)
        .returns(Text.UP, Failed::text)
        .returns("22P05", Failed::sqlState)
        .satisfies(failed -> assertThat(failed.message()).contains("no equivalent in encoding"));
    runs.version("4", "create table four as select 'ä' as text")
        .verify("4", "select text = chr(228) from four");
    assertThat(moved(runs.up("4")).current()).isEqualTo("4");
  }

  private static void grantPublic() throws Exception {
    try (var connection =
            java.sql.DriverManager.getConnection(
                "jdbc:postgresql://127.0.0.1:" + database.port() + "/latin", "postgres", "");
        var statement = connection.createStatement()) {
      statement.execute("grant create on schema public to owner");
    }
  }

  @Test
  void aTextThatChangesTheEncodingIsRefused() throws Exception {
    runs.version("4", "create table four (); set client_encoding = 'LATIN1'");

    assertFailed(runs.up("2", "3", "4"), Cause.SQL)
        .returns("4", Failed::version)
        .satisfies(failed -> assertThat(failed.message()).contains("client_encoding"));
    assertThat(database.one("select to_regclass('app.four')")).isEqualTo("null");
  }

  @Test
  void whatIsNoOrderIsRefused() throws Exception {
    for (String order :
        new String[] {"", "null", "{\"aktion\": \"UP\"}", "{}", "{\"action\": \"FLY\"}"}) {
      assertFailed(runs.order(order), Cause.BAD_ORDER);
    }
    assertFailed(runs.up(), Cause.BAD_ORDER)
        .returns("versions are 0: name 1 to 100", Failed::message);
    assertFailed(runs.up("9"), Cause.BAD_ORDER)
        .returns("versions names version 9, which is not in the catalogue", Failed::message);
  }
}
