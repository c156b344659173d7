package dev.godwit.runner.schema;

import dev.godwit.contract.schema.SchemaReport.Cause;
import java.io.PrintStream;
import java.util.Optional;

/**
 * Keeps other runs from the schema: an advisory lock of the session, which the server lets go of
 * when the session ends, however it does.
 */
final class Fence {

  /** The first half of the lock's key, {@code "gdwt"} in ASCII; the schema's oid is the other. */
  private static final int KEY = 0x67647774;

  /** What stands for the whole database in the place of a schema. */
  private static final long DATABASE = 0;

  private static final String ITS_LOCK =
      """
      l.locktype = 'advisory' and l.granted
      and l.database = (select oid from pg_database where datname = current_database())
      and l.classid::bigint = ? and l.objid::bigint = ? and l.objsubid = 2
      """;

  private final Session session;
  private final Place place;

  Fence(Session session, Place place) {
    this.session = session;
    this.place = place;
  }

  /**
   * Waits until it is had. Runs in other schemas of the database may be at work, too.
   *
   * @throws SchemaFailure if another has it for too long
   */
  void acquire(Patience patience, PrintStream err) throws SchemaFailure, InterruptedException {
    acquire("pg_try_advisory_lock_shared", DATABASE, "the database", patience, err);
    acquire("pg_try_advisory_lock", place.oid(), "the schema " + place.name(), patience, err);
  }

  /** Waits until no run is at work in any schema of the database, and none begins. */
  void acquireDatabase(Patience patience, PrintStream err)
      throws SchemaFailure, InterruptedException {
    acquire("pg_try_advisory_lock", DATABASE, "the database", patience, err);
  }

  private void acquire(String function, long key, String what, Patience patience, PrintStream err)
      throws SchemaFailure, InterruptedException {
    while (!tried(function, key)) {
      String holder = holder(key);
      if (!patience.pause()) {
        throw new SchemaFailure(Cause.BUSY, "another run has %s: %s".formatted(what, holder));
      }
      err.println("waiting: another run has " + what + ": " + holder);
    }
  }

  private boolean tried(String function, long key) throws SchemaFailure {
    return session
        .query("select " + function + "(?, ?::oid::int)", row -> row.getBoolean(1), KEY, key)
        .getFirst();
  }

  private String holder(long key) throws SchemaFailure {
    Optional<String> holder =
        session
            .query(
                """
                select format('pid %s, application %s, from %s, connected since %s', l.pid,
                              a.application_name,
                              coalesce(host(a.client_addr), 'an address that is not shown'),
                              to_char(a.backend_start at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'))
                from pg_locks l left join pg_stat_activity a on a.pid = l.pid
                where
                """
                    + ITS_LOCK,
                row -> row.getString(1),
                KEY,
                key)
            .stream()
            .findFirst();
    return holder.orElse("it has just let go of it");
  }

  /** Whether this session still has it: a text could have let go of all. */
  boolean isHeld() throws SchemaFailure {
    return session
        .query(
            "select exists (select from pg_locks l where l.pid = pg_backend_pid() and "
                + ITS_LOCK
                + ")",
            row -> row.getBoolean(1),
            KEY,
            place.oid())
        .getFirst();
  }
}
