package dev.godwit.runner.schema;

import static dev.godwit.runner.schema.SchemaRuns.assertFailed;
import static dev.godwit.runner.schema.SchemaRuns.moved;
import static org.assertj.core.api.Assertions.assertThat;

import dev.godwit.contract.schema.SchemaFiles.Text;
import dev.godwit.contract.schema.SchemaOrder.Baseline;
import dev.godwit.contract.schema.SchemaReport.Cause;
import dev.godwit.contract.schema.SchemaReport.Compared;
import dev.godwit.contract.schema.SchemaReport.Failed;
import dev.godwit.contract.schema.SchemaReport.Result;
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

/** Two columns of a table with 100,000 rows move into a table of their own, and back. */
@Tag("postgresql")
@Timeout(value = 120, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class UserPreferencesTest {

  private static final String USERS = "2024_01_14_002";
  private static final String PREFERENCES = "2024_01_15_001";

  private static final String UP =
      """
      CREATE TABLE user_preferences (
        user_id bigint PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
        preferences jsonb NOT NULL DEFAULT '{}'
      );
      CREATE INDEX user_preferences_preferences ON user_preferences USING gin (preferences);
      INSERT INTO user_preferences (user_id, preferences)
        SELECT id, jsonb_build_object('theme', theme, 'language', language) FROM users;
      """;

  private static final String VERIFY =
      """
      DO $$
      BEGIN
        IF EXISTS (SELECT FROM users) AND NOT EXISTS (SELECT FROM user_preferences) THEN
          RAISE EXCEPTION 'users have no preferences';
        END IF;
      END $$;
      SELECT count(*) = (SELECT count(*) FROM users) FROM user_preferences;
      """;

  private static final String DOWN =
      """
      UPDATE users SET theme = p.preferences ->> 'theme', language = p.preferences ->> 'language'
        FROM user_preferences p
        WHERE p.user_id = users.id
          AND p.preferences @> '{}' AND p.preferences ? 'theme'
          AND (users.theme, users.language)
            IS DISTINCT FROM (p.preferences ->> 'theme', p.preferences ->> 'language');
      DROP TABLE user_preferences;
      """;

  private static final String SUM =
      "select md5(string_agg(u::text, ',' order by id)), count(*) from app.users u";

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
  void users() throws Exception {
    database.freshSchema("app");
    database.execute(
        """
        create table app.users (id bigint primary key, theme text, language text);
        insert into app.users
          select n, (array['light', 'dark'])[n % 2 + 1], (array['de', 'en', 'fr'])[n % 3 + 1]
          from generate_series(1, 100000) n;
        alter table app.users owner to owner
        """);
    runs =
        new SchemaRuns(directory, database.port())
            .version(USERS, "select 'what was there before'")
            .version(PREFERENCES, UP)
            .verify(PREFERENCES, VERIFY)
            .down(PREFERENCES, DOWN)
            .text(PREFERENCES, Text.VERIFY_DOWN, "select to_regclass('user_preferences') is null");
    runs.baseline = new Baseline(USERS, false);
    runs.lockTimeoutMillis = 5_000;
  }

  @Test
  void isBroughtAndTakenBackWithWhatWasChangedMeanwhile() throws Exception {
    assertThat(moved(runs.up(PREFERENCES)).versions())
        .first()
        .returns(100_000L, Result::rows)
        .returns(false, Result::already);
    database.execute(
        """
        update app.user_preferences set preferences = preferences || '{"theme": "blue"}'
        where user_id <= 1000
        """);

    assertThat(moved(runs.down(List.of(PREFERENCES))).versions())
        .first()
        .returns(1_000L, Result::rows);

    assertThat(database.one("select count(*) from app.users where theme = 'blue'"))
        .isEqualTo("1000");
    assertThat(
            database.one(
                "select count(*) from app.users where theme = (array['light', 'dark'])[id % 2 + 1]"))
        .isEqualTo("99000");
    assertThat(runs.compare()).isEqualTo(new Compared(List.of(), 0));
  }

  @Test
  void whenItsInsertDoesNothingAllIsAsBefore() throws Exception {
    String before = database.one(SUM);
    runs.change(
        PREFERENCES,
        UP.replace(
            "INSERT INTO",
            """
            CREATE FUNCTION nothing() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$;
            CREATE TRIGGER nothing BEFORE INSERT ON user_preferences FOR EACH ROW EXECUTE FUNCTION nothing();
            INSERT INTO"""));

    assertFailed(runs.up(PREFERENCES), Cause.VERIFY)
        .returns(PREFERENCES, Failed::version)
        .returns(Text.VERIFY, Failed::text)
        .returns("P0001", Failed::sqlState)
        .satisfies(
            failed ->
                assertThat(failed.message()).startsWith("users have no preferences at line "));

    assertThat(database.one(SUM)).isEqualTo(before);
    assertThat(runs.compare()).isEqualTo(new Compared(List.of(), 0));
  }
}
