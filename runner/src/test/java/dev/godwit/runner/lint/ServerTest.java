package dev.godwit.runner.lint;

import static org.assertj.core.api.Assertions.assertThat;

import dev.godwit.contract.schema.Finding;
import dev.godwit.contract.schema.Finding.Kind;
import dev.godwit.contract.schema.Finding.Lock;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What the linter says of the samples, against what a real PostgreSQL does: which locks it takes on
 * all that was there before, and what it writes anew.
 */
@Timeout(value = 60, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ServerTest {

  /** All that was there, and the file in which it is; an index counts for its table. */
  private static final String RELATIONS =
      """
      create temporary table known as
      select c.oid, c.relkind, pg_relation_filenode(c.oid) as file,
        n.nspname || '.' || c.relname as name,
        coalesce(tn.nspname || '.' || t.relname, n.nspname || '.' || c.relname) as owner
      from pg_class c
      join pg_namespace n on n.oid = c.relnamespace
      left join pg_depend d on d.classid = 'pg_class'::regclass and d.objid = c.oid
        and d.deptype in ('a', 'i') and d.refclassid = 'pg_class'::regclass and c.relkind = 'S'
      left join pg_index i on i.indexrelid = c.oid
      left join pg_class t on t.oid = coalesce(d.refobjid, i.indrelid)
      left join pg_namespace tn on tn.oid = t.relnamespace
      where n.nspname in ('public', 'app')
      """;

  private static final String LOCKED =
      """
      select k.owner, l.mode from pg_locks l join known k on k.oid = l.relation
      where l.pid = pg_backend_pid() and l.granted
      """;

  private static final String REWRITTEN =
      """
      select name from known where relkind in ('r', 'm')
      and file is distinct from pg_relation_filenode(oid)
      and exists (select from pg_class where oid = known.oid)
      """;

  private static final Map<String, Lock> MODES =
      Map.of(
          "ShareLock", Lock.SHARE,
          "ShareRowExclusiveLock", Lock.SHARE_ROW_EXCLUSIVE,
          "ExclusiveLock", Lock.EXCLUSIVE,
          "AccessExclusiveLock", Lock.ACCESS_EXCLUSIVE);

  /** What is locked where the statement names no table. */
  private static final Map<String, String> BEHIND =
      Map.of(
          "public.positive", "public.measures",
          "public.app", "app.items",
          "public.public.changed", "public.users");

  private static EmbeddedPostgres postgres;

  private final Map<String, String> known = new TreeMap<>();

  private Connection connection;

  @BeforeAll
  static void start() throws Exception {
    postgres = EmbeddedPostgres.builder().start();
    try (Connection connection = postgres.getPostgresDatabase().getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(Samples.schema());
      statement.execute("set allow_in_place_tablespaces = on");
      statement.execute("create tablespace other location ''");
    }
  }

  @AfterAll
  static void stop() throws IOException {
    postgres.close();
  }

  @BeforeEach
  void begin() throws SQLException {
    connection = postgres.getPostgresDatabase().getConnection();
    execute(RELATIONS);
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("select name, owner from known")) {
      while (rows.next()) {
        known.put(rows.getString(1), rows.getString(2));
      }
    }
    connection.setAutoCommit(false);
  }

  @AfterEach
  void takeBack() throws SQLException {
    connection.rollback();
    connection.close();
  }

  private void execute(String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  static Stream<Samples.Sample> samples() {
    return Samples.all().filter(sample -> !sample.sql().contains("concurrently "));
  }

  @ParameterizedTest
  @MethodSource("samples")
  void saysAllLocksThatTheServerTakesAndNoOthers(Samples.Sample sample) throws SQLException {
    execute(sample.sql());
    assertThat(said(sample)).isEqualTo(taken());
  }

  @ParameterizedTest
  @MethodSource("samples")
  void saysWhichTablesTheServerWritesAnew(Samples.Sample sample) throws SQLException {
    execute(sample.sql());
    Set<String> rewritten = rewritten();
    assertThat(rewritten).containsAll(tables(sample, EnumSet.of(Kind.REWRITE, Kind.TRUNCATE)));
    assertThat(tables(sample, EnumSet.of(Kind.REWRITE, Kind.TRUNCATE, Kind.TYPE_CHANGE)))
        .containsAll(rewritten);
  }

  private Map<String, Lock> taken() throws SQLException {
    Map<String, Lock> locks = new TreeMap<>();
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(LOCKED)) {
      while (rows.next()) {
        Lock lock = MODES.get(rows.getString(2));
        if (lock != null) {
          locks.merge(rows.getString(1), lock, ServerTest::stronger);
        }
      }
    }
    return locks;
  }

  private Map<String, Lock> said(Samples.Sample sample) throws SQLException {
    Map<String, Lock> locks = new TreeMap<>();
    for (Finding finding : Samples.lint(sample.sql())) {
      if (finding.lock() != null) {
        String object = qualified(finding.object());
        String locked = BEHIND.getOrDefault(object, known.getOrDefault(object, object));
        locks.merge(locked, finding.lock(), ServerTest::stronger);
      }
    }
    locks.remove("public.answer");
    return locks;
  }

  private static Lock stronger(Lock one, Lock other) {
    return one.compareTo(other) > 0 ? one : other;
  }

  private static String qualified(String object) {
    String name = object.replace("\"", "");
    return object.startsWith("app.") ? name : "public." + name;
  }

  private Set<String> rewritten() throws SQLException {
    Set<String> names = new TreeSet<>();
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(REWRITTEN)) {
      while (rows.next()) {
        names.add(rows.getString(1));
      }
    }
    return names;
  }

  /** The tables of which something of these kinds is said; indexes are left out. */
  private Set<String> tables(Samples.Sample sample, Set<Kind> kinds) {
    return Samples.lint(sample.sql()).stream()
        .filter(finding -> kinds.contains(finding.kind()))
        .map(finding -> qualified(finding.object()))
        .filter(name -> name.equals(known.get(name)))
        .collect(Collectors.toCollection(TreeSet::new));
  }
}
