package dev.godwit.runner.schema;

import static dev.godwit.runner.schema.SchemaRuns.assertFailed;
import static dev.godwit.runner.schema.SchemaRuns.moved;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.godwit.contract.schema.RestoreSql;
import dev.godwit.contract.schema.SchemaReport.Cause;
import dev.godwit.contract.schema.SchemaReport.Compared;
import dev.godwit.contract.schema.SchemaReport.Locked;
import dev.godwit.contract.schema.SchemaReport.Planned;
import dev.godwit.contract.schema.SchemaReport.Unlocked;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
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

/** That others are kept out, or that it is said what is in the way. */
@Tag("postgresql")
@Timeout(value = 60, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class MaintenanceLockTest {

  private static final String DATABASE = "Shop's \"own\"";
  private static final String PASSWORD = "never-to-be-seen";

  private static TestDatabase server;

  @TempDir private Path directory;
  private SchemaRuns runs;

  @BeforeAll
  static void start() throws Exception {
    server = new TestDatabase();
    server.execute("create role app login password '" + PASSWORD + "'");
    server.execute("create role reader login password '" + PASSWORD + "'");
    server.execute("grant pg_signal_backend to owner");
  }

  @AfterAll
  static void stop() throws Exception {
    server.close();
  }

  @BeforeEach
  void fresh() throws Exception {
    server.execute("create database %s owner owner".formatted(Names.exact(DATABASE)));
    asOwner(
        """
        create schema app;
        grant usage on schema app to app;
        create table app.orders (id int primary key, total int not null);
        insert into app.orders values (1, 10), (2, 20);
        grant select, insert on app.orders to app
        """);
    runs =
        new SchemaRuns(directory, server.port())
            .key("dbname", DATABASE)
            .version("1", "alter table app.orders drop column total; create table app.more ()")
            .version("2", "select 1");
    runs.baseline = new dev.godwit.contract.schema.SchemaOrder.Baseline("1", false);
    runs.locked = true;
  }

  @AfterEach
  void remove() throws Exception {
    server.execute("drop database %s with (force)".formatted(Names.exact(DATABASE)));
  }

  private static Connection connect(String role) throws SQLException {
    return server.connect(role, PASSWORD, DATABASE);
  }

  /** By a session of the superuser: one of the role itself would be in the way until it is gone. */
  private static void asOwner(String sql) throws SQLException {
    server.execute("set role owner; " + sql, DATABASE);
  }

  private static List<String> rows(String sql) throws SQLException {
    return server.rows(sql, DATABASE);
  }

  private static void isKeptOut(String role) {
    assertThatThrownBy(() -> connect(role).close()).hasMessageContaining("permission denied");
  }

  @Test
  void othersAreKeptOutUntilTheEnd() throws Exception {
    server.execute("grant connect on database %s to reader".formatted(Names.exact(DATABASE)));
    try (Connection app = connect("app");
        Connection reader = connect("reader")) {
      assertThat(runs.lock()).isEqualTo(new Locked(2));

      assertThat(app.isValid(1)).isFalse();
      assertThat(reader.isValid(1)).isFalse();
    }
    isKeptOut("app");
    isKeptOut("reader");
    assertThat(runs.lock()).as("again").isEqualTo(new Locked(0));
    moved(runs.up("2"));

    assertThat(runs.unlock()).isEqualTo(new Unlocked());
    connect("app").close();
    connect("reader").close();
    assertThat(rows("select count(*) from app.godwit_schema_lock")).containsExactly("0");
    assertThat(runs.unlock()).as("again").isEqualTo(new Unlocked());
  }

  @Test
  void whoCouldNotConnectBeforeCanNotAfterwards() throws Exception {
    server.execute("revoke connect on database %s from public".formatted(Names.exact(DATABASE)));
    assertThat(runs.lock()).isInstanceOf(Locked.class);
    runs.unlock();

    isKeptOut("app");
  }

  @Test
  void whatComesLateLocksNobodyOut() throws Exception {
    assertThat(runs.lock()).isInstanceOf(Locked.class);
    runs.unlock();

    assertFailed(runs.lock(), Cause.HISTORY)
        .satisfies(failed -> assertThat(failed.message()).contains("on its way back already"));
    assertFailed(runs.up("2"), Cause.REFUSED);
    connect("app").close();
  }

  @Test
  void versionsThatNeedTheLockDoNotComeWithoutIt() throws Exception {
    assertThat(runs.lock()).isInstanceOf(Locked.class);
    server.execute("grant connect on database %s to reader".formatted(Names.exact(DATABASE)));

    assertFailed(runs.up("2"), Cause.REFUSED)
        .satisfies(
            failed ->
                assertThat(failed.message())
                    .contains("others can connect to the database again: reader"));
  }

  @Test
  void anotherRunDoesNothingMeanwhile() throws Exception {
    assertThat(runs.lock()).isInstanceOf(Locked.class);
    runs.run = "run-2";
    runs.locked = false;

    assertFailed(runs.up("2"), Cause.BUSY)
        .satisfies(failed -> assertThat(failed.message()).contains("run-1"));
    assertFailed(runs.lock(), Cause.BUSY);
    assertThat(runs.unlock()).isEqualTo(new Unlocked());
    isKeptOut("app");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "alter table app.orders owner to app | table app.orders belongs to app",
        "create function app.theirs() returns int language sql as 'select 1' | function app.theirs() belongs to postgres",
        "create schema theirs | schema theirs belongs to postgres",
        "create event trigger t on ddl_command_end execute function app.t() | event trigger t belongs to postgres",
        "select lo_create(7) | there are large objects (7)",
        "create type app.pair as (one int) | type app.pair belongs to postgres",
        "create operator app.~~~~ (function = int4pl, leftarg = int, rightarg = int) | operator app.~~~~(integer,integer) belongs to postgres",
        "create collation app.c from \"C\" | collation app.c belongs to postgres",
        "alter default privileges for role app in schema app grant select on tables to owner | app has default privileges",
        "revoke connect on database @ from owner | the role owner would be kept out itself",
        "revoke pg_signal_backend from owner | GRANT pg_signal_backend TO owner",
        "grant owner to app | as members of its owner these can connect to the database whoever is granted that: app",
        "grant connect on database @ to reader with grant option | reader may let others connect",
        "alter database @ owner to app | the database belongs to app",
        "alter role owner superuser | is a superuser",
      })
  void whatIsInTheWayIsSaid(String made, String said) throws Exception {
    asOwner("create function app.t() returns event_trigger language plpgsql as 'begin end'");
    server.execute(made.replace("@", Names.exact(DATABASE)), DATABASE);
    try {
      assertFailed(runs.lock(), Cause.REFUSED)
          .satisfies(failed -> assertThat(failed.message()).contains(said));
      connect("app").close();
      assertThat(rows("select to_regclass('app.godwit_schema_lock') is null")).containsExactly("t");
    } finally {
      server.execute(
          "revoke owner from app; alter role owner nosuperuser; grant pg_signal_backend to owner");
      server.execute("drop event trigger if exists t", DATABASE);
    }
  }

  @Test
  void aRoleThatSomebodyElseUsesIsSaidByThePlanToo() throws Exception {
    try (Connection other = connect(TestDatabase.ROLE)) {
      other.setClientInfo("ApplicationName", "shop");
      for (var report : List.of(runs.plan("2"), runs.lock())) {
        assertFailed(report, Cause.REFUSED)
            .satisfies(
                failed ->
                    assertThat(failed.message())
                        .contains("somebody else uses the role owner (application 'shop')"));
      }
      assertThat(other.isValid(1)).isTrue();
    }
    connect("app").close();
    assertThat(runs.plan("2")).isInstanceOf(Planned.class);
  }

  /** Versions may change the search path, and other runs may work in other schemas. */
  @Test
  void theLockIsTheDatabasesInWhicheverSchemaItIsNoted() throws Exception {
    asOwner("create schema other");
    assertThat(runs.lock()).isInstanceOf(Locked.class);
    runs.schema = "other";
    moved(runs.up("2"));
    runs.run = "run-2";
    runs.locked = false;
    assertFailed(runs.up("2"), Cause.BUSY)
        .satisfies(failed -> assertThat(failed.message()).contains("DELETE FROM \"app\""));

    runs.run = "run-1";
    assertThat(runs.unlock()).isEqualTo(new Unlocked());
    connect("app").close();
  }

  @Test
  void nobodyIsLockedOutWhileAnotherSchemaIsWorkedOn() throws Exception {
    runs.time = new PausingTime(pause -> {});
    try (Connection at = connect(TestDatabase.ROLE);
        var statement = at.createStatement()) {
      statement.execute(
          "set application_name = 'godwit'; select pg_advisory_lock_shared(1734637428, 0)");

      assertFailed(runs.lock(), Cause.BUSY)
          .satisfies(
              failed -> assertThat(failed.message()).contains("another run has the database"));
    }
    connect("app").close();
  }

  /** What was restored by hand into another database says nothing of that. */
  @Test
  void aLockOfAnotherDatabaseIsNone() throws Exception {
    assertThat(runs.lock()).isInstanceOf(Locked.class);
    server.execute("update app.godwit_schema_lock set database = 1", DATABASE);
    runs.run = "run-2";
    runs.locked = false;

    moved(runs.up("2"));
  }

  @Test
  void whoWasDroppedMeanwhileIsLeftOut() throws Exception {
    server.execute("create role gone login");
    server.execute("grant connect on database %s to gone".formatted(Names.exact(DATABASE)));
    assertThat(runs.lock()).isInstanceOf(Locked.class);
    server.execute("drop role gone");

    assertThat(runs.unlock()).isEqualTo(new Unlocked());
    connect("app").close();
  }

  /** As a dump that somebody makes. */
  @Test
  void whoReadsHindersNobodyFromComingIn() throws Exception {
    assertThat(runs.lock()).isInstanceOf(Locked.class);
    try (Connection reader = server.connect("postgres", "", DATABASE);
        var statement = reader.createStatement()) {
      reader.setAutoCommit(false);
      statement.execute("select * from app.godwit_schema_lock, app.godwit_schema_picture");

      assertThat(runs.unlock()).isEqualTo(new Unlocked());
    }
  }

  @Test
  void aPreparedTransactionIsInTheWay() throws Exception {
    assertThat(server.one("show max_prepared_transactions")).isNotEqualTo("0");
    asOwner("begin; insert into app.orders values (3, 30); prepare transaction 'later'");
    try {
      assertFailed(runs.lock(), Cause.REFUSED)
          .satisfies(
              failed -> assertThat(failed.message()).contains("prepared transaction 'later'"));
    } finally {
      server.execute("rollback prepared 'later'", DATABASE);
    }
  }

  /** What psql does around the dump, with a dump of two statements. */
  private static void restore(String run, String dump) throws SQLException {
    try (Connection connection = connect(TestDatabase.ROLE);
        var statement = connection.createStatement()) {
      statement.execute("set application_name = 'godwit-restore'");
      statement.execute("select set_config('godwit.run', '%s', false)".formatted(run));
      connection.setAutoCommit(false);
      statement.execute(RestoreSql.BEFORE);
      statement.execute(dump);
      statement.execute("select pg_catalog.set_config('search_path', '', false)");
      statement.execute(RestoreSql.AFTER);
      connection.commit();
    }
  }

  private static final String DUMP =
      """
      create schema app;
      create table app.orders (id int primary key, total int not null);
      insert into app.orders values (1, 10), (2, 20);
      grant select, insert on app.orders to app;
      grant usage on schema app to app;
      create table app.godwit_schema_lock (
        run text primary key, database oid not null, rights text not null, grantees text[] not null);
      insert into app.godwit_schema_lock
        select 'run-1', oid, xmin::text, '{public}' from pg_database where datname = current_database();
      create table app.godwit_schema_picture (
        run text primary key, taken_at timestamptz not null default clock_timestamp(),
        turned boolean not null default false, picture jsonb);
      """;

  @Test
  void allThatIsThereIsReplacedByTheDump() throws Exception {
    asOwner(
        """
        create type app.mood as enum ('good');
        create domain app.age as int;
        create type app.pair as (one int);
        create type app.span as range (subtype = int);
        create view app.v as select * from app.orders;
        create materialized view app.m as select 1;
        create function app.f(a int) returns int language sql as 'select 1';
        create procedure app.p() language sql as 'select 1';
        create aggregate app.a(int) (sfunc = int4pl, stype = int);
        create statistics app.s on id, total from app.orders;
        create collation app.c from "C";
        create operator app.@@ (function = int4pl, leftarg = int, rightarg = int);
        create text search configuration app.t (copy = pg_catalog.simple);
        create publication pub for table app.orders;
        create schema "Odd one"; create table "Odd one"."Odd 'table" (id bigserial, n int generated always as identity);
        create table public.loose (id bigserial, n int generated always as identity, r int references app.orders);
        create function public.loose() returns int language sql as 'select 1';
        create sequence public.numbers;
        create aggregate app.none(*) (sfunc = int8inc, stype = bigint, initcond = '0');
        alter default privileges in schema app grant select on tables to app;
        alter default privileges in schema public grant usage on sequences to app;
        alter default privileges revoke execute on functions from public;
        alter default privileges grant all on tables to app;
        """);
    server.execute(
        """
        create foreign data wrapper w; grant usage on foreign data wrapper w to owner; set role owner;
        create server s foreign data wrapper w; create user mapping for owner server s;
        """,
        DATABASE);
    assertThat(runs.lock()).isInstanceOf(Locked.class);
    var picture = rows("select picture from app.godwit_schema_picture").getFirst();
    moved(runs.up("2"));
    asOwner("select lo_create(0)");

    restore("run-1", DUMP);

    assertThat(rows("select id, total from app.orders order by id"))
        .containsExactly("1|10", "2|20");
    assertThat(
            rows(
                """
                select n.nspname, c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace
                where c.relkind in ('r', 'v', 'm', 'S') and n.nspname !~ '^pg_|^information_schema$'
                order by 1, 2
                """))
        .containsExactly("app|godwit_schema_lock", "app|godwit_schema_picture", "app|orders");
    assertThat(
            rows(
                """
                select (select count(*) from pg_publication), (select count(*) from pg_largeobject_metadata),
                       (select count(*) from pg_namespace where nspname = 'Odd one'),
                       (select count(*) from pg_proc where pronamespace::regnamespace::text in ('app', 'public')),
                       (select count(*) from pg_namespace where nspname = 'public'),
                       (select count(*) from pg_default_acl), (select count(*) from pg_foreign_server)
                """))
        .containsExactly("0|0|0|0|1|0|0");
    isKeptOut("app");
    assertFailed(runs.up("2"), Cause.HISTORY)
        .satisfies(failed -> assertThat(failed.message()).contains("on its way back already"));
    server.execute(
        "update app.godwit_schema_picture set picture = '%s'".formatted(picture.replace("'", "''")),
        DATABASE);
    assertThat(((Compared) runs.compare()).differences())
        .as("it is compared, though the history says nothing of the run")
        .anySatisfy(difference -> assertThat(difference).contains("app.mood: MISSING"));

    runs.unlock();
    connect("app").close();
  }

  @Test
  void nothingIsRestoredWhereOthersMayHaveWritten() throws Exception {
    assertThatThrownBy(() -> restore("run-1", DUMP))
        .hasMessageContaining("does not keep others out of the database any more");
    assertThat(runs.lock()).isInstanceOf(Locked.class);
    assertThatThrownBy(() -> restore("run-2", DUMP))
        .hasMessageContaining("does not keep others out of the database any more");
    try (Connection other = connect(TestDatabase.ROLE)) {
      other.setClientInfo("ApplicationName", "shop");
      assertThatThrownBy(() -> restore("run-1", DUMP))
          .hasMessageContaining("somebody else uses the role owner (application 'shop')");
    }
    // Whoever came with the right is there, though it is taken away again.
    server.execute("grant connect on database %s to app".formatted(Names.exact(DATABASE)));
    Connection app = connect("app");
    server.execute("revoke connect on database %s from app".formatted(Names.exact(DATABASE)));
    assertThatThrownBy(() -> restore("run-1", DUMP))
        .hasMessageContaining("others are connected to the database (app)");
    assertFailed(runs.up("2"), Cause.REFUSED)
        .satisfies(failed -> assertThat(failed.message()).contains("others are connected"));
    app.close();
    server.await("select not exists (select from pg_stat_activity where usename = 'app')");
    assertThatThrownBy(() -> restore("run-1", DUMP))
        .hasMessageContaining("who may connect to the database was changed");
    assertFailed(runs.up("2"), Cause.REFUSED)
        .satisfies(
            failed ->
                assertThat(failed.message())
                    .contains("who may connect to the database was changed"));
    server.execute("grant connect on database %s to reader".formatted(Names.exact(DATABASE)));
    assertThatThrownBy(() -> restore("run-1", DUMP))
        .hasMessageContaining("others can connect to the database again (reader)");

    assertThat(rows("select count(*) from app.orders")).containsExactly("2");
  }

  /** As pg_restore ends it around large objects. */
  @Test
  void nothingInADumpCommitsHalfOfIt() throws Exception {
    assertThat(runs.lock()).isInstanceOf(Locked.class);

    assertThatThrownBy(() -> restore("run-1", DUMP + "; commit; begin; select 1 / 0"))
        .hasMessageContaining("godwit_guard");

    assertThat(rows("select count(*) from app.orders")).containsExactly("2");
  }

  @Test
  void aRestorationWaitsForWhatTheRunStillDoes() throws Exception {
    assertThat(runs.lock()).isInstanceOf(Locked.class);
    try (Connection late = connect(TestDatabase.ROLE);
        var statement = late.createStatement()) {
      late.setClientInfo("ApplicationName", "godwit");
      statement.execute("select pg_advisory_lock_shared(%d, 0)".formatted(0x67647774));
      try (Connection restoring = connect(TestDatabase.ROLE);
          var before = restoring.createStatement()) {
        before.execute("set lock_timeout = '100ms'; set godwit.run = 'run-1'");
        assertThatThrownBy(() -> before.execute(RestoreSql.BEFORE))
            .hasMessageContaining("lock timeout");
      }
    }
  }
}
