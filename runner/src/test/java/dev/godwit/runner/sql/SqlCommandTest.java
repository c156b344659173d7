package dev.godwit.runner.sql;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.godwit.contract.sql.SqlQuestion;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Questions to a real PostgreSQL. */
@Timeout(value = 60, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class SqlCommandTest {

  private static final String PASSWORD = "never-to-be-seen";

  private static EmbeddedPostgres postgres;

  @TempDir private Path secret;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  @BeforeAll
  static void start() throws Exception {
    postgres = EmbeddedPostgres.builder().start();
    execute("create role reader login password '" + PASSWORD + "'");
  }

  @AfterAll
  static void stop() throws IOException {
    postgres.close();
  }

  @BeforeEach
  void fill() throws Exception {
    execute("drop table if exists orders");
    execute("create table orders (id int primary key, total int, note text)");
    execute("insert into orders select n, n, 'private-' || n from generate_series(1, 10) n");
    execute("grant select, insert on orders to reader");
    key("host", "127.0.0.1");
    key("port", Integer.toString(postgres.getPort()));
    key("dbname", "postgres");
    key("username", "reader");
    key("password", PASSWORD);
  }

  private void key(String name, String value) throws IOException {
    Files.writeString(secret.resolve(name), value);
  }

  private static void execute(String sql) throws SQLException {
    try (Connection connection = postgres.getPostgresDatabase().getConnection();
        var statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private int run(SqlQuestion question) throws Exception {
    return run(new ObjectMapper().writeValueAsString(question));
  }

  private int run(String question) throws Exception {
    return new SqlCommand(
            Map.of("GODWIT_SQL", question),
            secret,
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8))
        .run();
  }

  private int once(String query) throws Exception {
    return run(new SqlQuestion(query, 2000, 1, null));
  }

  private String said() {
    String text = out.toString(StandardCharsets.UTF_8);
    assertThat(text + err.toString(StandardCharsets.UTF_8)).doesNotContain(PASSWORD);
    assertThat(text).doesNotContain("private");
    return text.strip();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "select true | 0 | good",
        "select not exists (select from orders where total < 0) | 0 | good",
        "select total > 0 from orders -- of ten | 0 | good",
        "values (true), (true); | 0 | good",
        "select false | 4 | bad: the query returned false or null",
        "select null::boolean | 4 | bad: the query returned false or null",
        "select total > 2 from orders | 4 | bad: 2 of the 10 rows that the query returned are false or null",
        "select true where false | 4 | bad: the query returned no row",
        "select 1 | 4 | the first of type int4: write one that returns a single boolean",
        "select B'1' | 4 | the first of type bit",
        "select true, true | 4 | the query returns 2 columns",
        "set search_path = public | 4 | bad: the query returns no rows",
        "select true; select true | 4 | bad: the query is more than one statement",
        "select true; set search_path = public | 4 | bad: the query is more than one statement",
        "select total from order | 4 | bad: the query failed: syntax error at or near \"order\" at line 1, column 19 (SQLSTATE 42601)",
        "select note::int = 1 from orders where id = 1 | 4 | SQLSTATE 22P02",
        "select count(*) > 0 from pg_authid | 4 | permission denied for table pg_authid",
        "insert into orders (id) values (99) returning true | 4 | cannot execute INSERT in a read-only transaction",
        "select pg_sleep(3) is null | 3 | canceling statement due to statement timeout",
      })
  void answers(String query, int exitCode, String words) throws Exception {
    int code = once(query);
    assertThat(said()).contains(words);
    assertThat(code).as(query).isEqualTo(exitCode);
  }

  /** The transaction that can't write would be over before the last of them. */
  @Test
  void whatIsMoreThanOneStatementIsNotBegun() throws Exception {
    execute("grant delete on orders to reader");

    int code = once("select true; commit; delete from orders; select true");

    assertThat(code).isEqualTo(SqlCommand.BAD);
    assertThat(said()).isEqualTo("bad: the query is more than one statement: write one");
    assertThat(once("select count(*) = 10 from orders")).isEqualTo(SqlCommand.GOOD);
  }

  @Test
  void saysWhereTheErrorIs() throws Exception {
    once("select true\nfrom orders\nwhere totl > 0");
    assertThat(said()).contains("column \"totl\" does not exist at line 3, column 7");
  }

  @Test
  void neitherWrongPasswordNorMissingDatabaseNorClosedPortIsAnAnswer() throws Exception {
    key("dbname", "nowhere");
    assertThat(once("select true")).isEqualTo(SqlCommand.NO_ANSWER);
    assertThat(said()).contains("database \"nowhere\" does not exist");
    key("dbname", "postgres");
    key("username", "nobody");
    assertThat(once("select true")).isEqualTo(SqlCommand.NO_ANSWER);
    assertThat(said()).contains("\"nobody\"");
    key("port", "1");
    assertThat(once("select true")).isEqualTo(SqlCommand.NO_ANSWER);
    assertThat(said()).contains("127.0.0.1:1");
  }

  @Test
  void refusesWhatIsNoQuestion() throws Exception {
    assertThat(run("")).isEqualTo(SqlCommand.BAD_QUESTION);
    assertThat(run("{\"queri\": \"select true\"}")).isEqualTo(SqlCommand.BAD_QUESTION);
    assertThat(run("null")).isEqualTo(SqlCommand.BAD_QUESTION);
    assertThat(run(new SqlQuestion(" ", 0, 0, new SqlQuestion.Watch(1, 0, 70_000))))
        .isEqualTo(SqlCommand.BAD_QUESTION);
    assertThat(said())
        .contains("queri")
        .contains(
            "query is empty", "timeoutMillis is 0", "attempts is 0", "watch.intervalMillis is 1")
        .contains("watch.failures is 0", "watch.port is 70000");
  }

  @Test
  void saysThatTheSecretIsNotThere() throws Exception {
    for (String key : new String[] {"host", "port", "dbname", "username", "password"}) {
      Files.delete(secret.resolve(key));
    }
    assertThat(once("select true")).isEqualTo(SqlCommand.NO_ANSWER);
    assertThat(said()).contains("the Secret with the database's address isn't there");
  }

  @Test
  void asksAgainUntilTheAnswerIsGoodAsOftenAsItMay() throws Exception {
    execute("drop table if exists tried");
    execute("create table tried (at timestamptz)");
    execute("grant select on tried to reader");
    execute("insert into tried values (now() + interval '1 second')");
    var question = new SqlQuestion("select at < now() from tried", 2000, 5, null);
    assertThat(run(question)).isEqualTo(SqlCommand.GOOD);
    assertThat(err.toString(StandardCharsets.UTF_8)).contains("bad: the query returned false");
  }

  @Test
  void watchesUntilItDoesNotHoldAndOutlivesALostConnection() throws Exception {
    var question =
        new SqlQuestion(
            "select not exists (select from orders where total < 0)",
            2000,
            1,
            new SqlQuestion.Watch(100, 2, 0));
    CompletableFuture<Integer> ended =
        CompletableFuture.supplyAsync(
            () -> {
              try {
                return run(question);
              } catch (Exception e) {
                throw new IllegalStateException(e);
              }
            });
    awaitReady(ended, 200);

    execute("alter role reader nologin");
    execute("select pg_terminate_backend(pid) from pg_stat_activity where usename = 'reader'");
    awaitReady(ended, 503);
    execute("alter role reader login");
    awaitReady(ended, 200);

    execute("update orders set total = -1 where id = 3");
    assertThat(ended.get()).isEqualTo(SqlCommand.BAD);
    assertThat(said()).isEqualTo("bad: the query returned false or null");
  }

  private void awaitReady(CompletableFuture<Integer> ended, int wanted) throws Exception {
    Pattern port = Pattern.compile("on port (\\d+)");
    try (HttpClient client = HttpClient.newHttpClient()) {
      while (true) {
        assertThat(ended).as(err.toString(StandardCharsets.UTF_8)).isNotDone();
        Matcher told = port.matcher(err.toString(StandardCharsets.UTF_8));
        if (told.find()) {
          URI uri = URI.create("http://127.0.0.1:" + told.group(1) + "/ready");
          if (client
                  .send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.discarding())
                  .statusCode()
              == wanted) {
            return;
          }
        }
        Thread.sleep(20);
      }
    }
  }
}
