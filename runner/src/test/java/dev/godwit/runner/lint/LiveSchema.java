package dev.godwit.runner.lint;

import dev.godwit.contract.schema.Finding;
import dev.godwit.contract.schema.Finding.Lock;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.postgresql.PGConnection;

/** A session on a real PostgreSQL with the samples' schema: what a statement did to it. */
final class LiveSchema implements AutoCloseable {

  /** All that is there, and the file in which it is; an index counts for its table. */
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
      where n.nspname in ('public', 'app');
      create temporary table known_columns as
      select a.attrelid, a.attnum, a.attname from pg_attribute a
      join known k on k.oid = a.attrelid where k.relkind in ('r', 'v', 'p') and attnum > 0
      """;

  private static final String LOCKED =
      """
      select k.owner, l.mode from pg_locks l join known k on k.oid = l.relation
      where l.pid = ?
      """;

  private static final String REWRITTEN =
      """
      select name from known where relkind in ('r', 'm')
      and file is distinct from pg_relation_filenode(oid)
      and exists (select from pg_class where oid = known.oid)
      """;

  private static final String LOST =
      """
      select name from known where not exists
        (select from pg_class c join pg_namespace n on n.oid = c.relnamespace
         where c.oid = known.oid
         and (c.relkind = 'i' or n.nspname || '.' || c.relname = known.name))
      union all select attname from known_columns where not exists
        (select from pg_attribute a where a.attrelid = known_columns.attrelid
         and a.attname = known_columns.attname and not a.attisdropped)
      """;

  private static final Map<String, Lock> MODES =
      Map.of(
          "ShareLock", Lock.SHARE,
          "ShareRowExclusiveLock", Lock.SHARE_ROW_EXCLUSIVE,
          "ExclusiveLock", Lock.EXCLUSIVE,
          "AccessExclusiveLock", Lock.ACCESS_EXCLUSIVE);

  /** What is locked where a statement names no table. */
  private static final Map<String, String> BEHIND =
      Map.of(
          "public.positive", "public.measures",
          "public.app", "app.items",
          "public.public.changed", "public.users");

  private final Map<String, String> owners = new TreeMap<>();
  private final Connection connection;

  private LiveSchema(Connection connection) {
    this.connection = connection;
  }

  static EmbeddedPostgres start() throws Exception {
    EmbeddedPostgres postgres = EmbeddedPostgres.builder().start();
    try (Connection connection = postgres.getPostgresDatabase().getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(Samples.schema());
      statement.execute("set allow_in_place_tablespaces = on");
      statement.execute("create tablespace other location ''");
    }
    return postgres;
  }

  /** Begins a transaction, which is taken back in the end. */
  static LiveSchema begin(EmbeddedPostgres postgres) throws SQLException {
    LiveSchema schema = new LiveSchema(postgres.getPostgresDatabase().getConnection());
    schema.execute(RELATIONS);
    schema.execute("set statement_timeout = '10s'");
    try (Statement statement = schema.connection.createStatement();
        ResultSet rows = statement.executeQuery("select name, owner from known")) {
      while (rows.next()) {
        schema.owners.put(rows.getString(1), rows.getString(2));
      }
    }
    schema.connection.setAutoCommit(false);
    return schema;
  }

  @Override
  public void close() throws SQLException {
    connection.rollback();
    connection.close();
  }

  void rollback() throws SQLException {
    connection.rollback();
  }

  void execute(String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  /** The strongest locks that this session has, by table. */
  Map<String, Lock> locks() throws SQLException {
    return locks(processId());
  }

  /** The strongest locks that a session has, or waits for, by table. */
  Map<String, Lock> locks(int processId) throws SQLException {
    Map<String, Lock> locks = new TreeMap<>();
    try (PreparedStatement statement = connection.prepareStatement(LOCKED)) {
      statement.setInt(1, processId);
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          Lock lock = MODES.get(rows.getString(2));
          if (lock != null) {
            locks.merge(rows.getString(1), lock, LiveSchema::stronger);
          }
        }
      }
    }
    return locks;
  }

  int processId() throws SQLException {
    return connection.unwrap(PGConnection.class).getBackendPID();
  }

  /** Whether a session waits for a lock. */
  boolean isWaiting(int processId) throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement("select from pg_locks where pid = ? and not granted")) {
      statement.setInt(1, processId);
      try (ResultSet rows = statement.executeQuery()) {
        return rows.next();
      }
    }
  }

  /** The same as the linter says it; what is no table, and stands for none, is left out. */
  Map<String, Lock> locks(List<Finding> findings) {
    Map<String, Lock> locks = new TreeMap<>();
    for (Finding finding : findings) {
      if (finding.lock() != null && finding.object() != null) {
        String object = qualified(finding.object());
        String table = BEHIND.getOrDefault(object, owners.get(object));
        if (table != null) {
          locks.merge(table, finding.lock(), LiveSchema::stronger);
        }
      }
    }
    return locks;
  }

  private static Lock stronger(Lock one, Lock other) {
    return one.compareTo(other) > 0 ? one : other;
  }

  /** Whether it is a table or a view, and no index. */
  boolean isTable(String object) {
    return qualified(object).equals(owners.get(qualified(object)));
  }

  static String qualified(String object) {
    String name = object.replace("\"", "");
    return name.startsWith("app.") || name.startsWith("public.p") ? name : "public." + name;
  }

  /** The tables that are in another file now. */
  Set<String> rewritten() throws SQLException {
    return names(REWRITTEN);
  }

  /** The tables and columns that are no longer found under their names. */
  Set<String> lost() throws SQLException {
    return names(LOST);
  }

  private Set<String> names(String query) throws SQLException {
    Set<String> names = new TreeSet<>();
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(query)) {
      while (rows.next()) {
        names.add(rows.getString(1));
      }
    }
    return names;
  }
}
