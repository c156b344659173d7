package dev.godwit.runner.schema;

import dev.godwit.contract.schema.SchemaOrder;
import dev.godwit.contract.schema.SchemaReport.Cause;
import dev.godwit.contract.schema.SchemaReport.Locked;
import dev.godwit.contract.schema.SchemaReport.Unlocked;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Keeps everybody but this role and superusers out of the database, so that its dump has all that
 * was written and can be restored without a loss. It is a matter of who may connect, and so it
 * outlives every process; who could before is kept in a table, which is in the dump too.
 */
final class MaintenanceLock {

  /** Who may connect beside the owner, as a table of a query. */
  static final String GRANTS =
      """
      grants as (
        select case when a.grantee = 0 then 'public' else pg_get_userbyid(a.grantee)::text end as grantee,
               a.is_grantable or a.grantor <> d.datdba as passes_on
        from pg_database d, aclexplode(coalesce(d.datacl, acldefault('d', d.datdba))) a
        where d.datname = current_database() and a.privilege_type = 'CONNECT' and a.grantee <> d.datdba)""";

  /** Roles that can connect though nobody has granted it to them: members of the owner. */
  private static final String STILL_CONNECT =
      """
      select r.rolname from pg_roles r
      where r.rolcanlogin and not r.rolsuper and r.rolname <> current_user
        and has_database_privilege(r.oid, current_database(), 'CONNECT')
      order by r.rolname limit 5
      """;

  private static final String OTHERS =
      """
      from pg_stat_activity a
      where a.datname = current_database() and a.pid <> pg_backend_pid() and a.usesysid is not null
        and a.usesysid <> (select oid from pg_roles where rolname = current_user)
        and not exists (select from pg_roles r where r.oid = a.usesysid and r.rolsuper)
      """;

  /** Changes with every GRANT and REVOKE on the database. */
  private static final String RIGHTS =
      "(select xmin::text from pg_database where datname = current_database())";

  private final Session session;
  private final Place place;

  MaintenanceLock(Session session, Place place) {
    this.session = session;
    this.place = place;
  }

  /**
   * One that stands.
   *
   * @param at the schema in which that is noted
   * @param run who has it
   * @param intact whether nobody has changed since who may connect
   */
  private record Standing(Place at, String run, boolean intact) {}

  /** It is the database's, in whichever of its schemas it is noted. */
  private Optional<Standing> standing() throws SchemaFailure {
    List<Place> places =
        session.query(
            """
            select n.oid::bigint, n.nspname, quote_ident(n.nspname), quote_ident(current_user)
            from pg_class c join pg_namespace n on n.oid = c.relnamespace
            where c.relname = ? and c.relkind = 'r' and has_table_privilege(c.oid, 'select')
            """,
            row -> new Place(row.getLong(1), row.getString(2), row.getString(3), row.getString(4)),
            Place.LOCK);
    for (Place at : places) {
      List<Standing> found =
          session.query(
              // One that was restored into another database says nothing of that.
              """
              select run, rights = %s from %s
              where database = (select oid from pg_database where datname = current_database())
              """
                  .formatted(RIGHTS, at.qualified(Place.LOCK)),
              row -> new Standing(at, row.getString(1), row.getBoolean(2)));
      if (!found.isEmpty()) {
        return Optional.of(found.getFirst());
      }
    }
    return Optional.empty();
  }

  /** That no other run has it, and where this order is one under the lock, that its run has. */
  void demand(SchemaOrder order) throws SchemaFailure {
    Optional<Standing> standing = demandNoOther(order.run());
    if (!order.locked() || order.back()) {
      return;
    }
    if (standing.isEmpty()) {
      throw open("this run does not keep others out of the database any more");
    }
    List<String> others = stillConnect();
    if (!others.isEmpty()) {
      throw open("others can connect to the database again: " + String.join(", ", others));
    }
    List<Integer> there = session.query("select a.pid " + OTHERS, row -> row.getInt(1));
    if (!there.isEmpty()) {
      throw open("others are connected to the database: pids " + there);
    }
    if (!standing.get().intact()) {
      throw open("who may connect to the database was changed");
    }
  }

  private static SchemaFailure open(String what) {
    return refused(what + "; what they write would be lost if the dump were restored");
  }

  private Optional<Standing> demandNoOther(String run) throws SchemaFailure {
    Optional<Standing> standing = standing();
    if (standing.isPresent() && !standing.get().run().equals(run)) {
      throw new SchemaFailure(
          Cause.BUSY,
          "the run %s keeps others out of the database. If it is over: DELETE FROM %s"
              .formatted(standing.get().run(), standing.get().at().qualified(Place.LOCK)));
    }
    return standing;
  }

  /**
   * Locks everybody else out, and ends their sessions. Where this run has done so already, only
   * those are ended that are still there.
   */
  Locked lock(String run, Patience patience) throws SchemaFailure, InterruptedException {
    session.begin();
    if (demandNoOther(run).isEmpty()) {
      LockObstacles.demandNone(session);
      takePicture(run);
      close(run);
    }
    session.commit();
    try {
      return new Locked(endOthers(patience));
    } catch (SchemaFailure e) {
      session.rollback();
      if (e.why() != Cause.NO_ANSWER) {
        unlock(run);
      }
      throw e;
    }
  }

  /** It has to be in the dump, since that is what is compared with it. */
  private void takePicture(String run) throws SchemaFailure {
    Picture picture = new Picture(session, place);
    if (!picture.exists()) {
      picture.create();
    }
    picture.demandNotTurned(run);
    if (!picture.isTakenFor(run)) {
      picture.take(run);
    }
  }

  private void close(String run) throws SchemaFailure {
    String table = place.qualified(Place.LOCK);
    session.execute(
        """
        create table if not exists %s (
          run text primary key, database oid not null, rights text not null, grantees text[] not null)
        """
            .formatted(table));
    session.execute("delete from " + table);
    session.update(
        """
        with %s insert into %s select ?, d.oid, '', (select coalesce(array_agg(grantee), '{}') from grants)
        from pg_database d where d.datname = current_database()
        """
            .formatted(GRANTS, table),
        run);
    for (String grantee : grantees(place)) {
      session.execute(
          "revoke connect on database %s from %s".formatted(database(), quoted(grantee)));
    }
    List<String> left = stillConnect();
    if (!left.isEmpty()) {
      throw refused(
          "as members of its owner these can connect to the database whoever is granted that: %s"
              .formatted(String.join(", ", left)));
    }
    if (!mayConnect()) {
      throw refused(
          "the role %1$s would be kept out itself: GRANT CONNECT ON DATABASE %2$s TO %1$s"
              .formatted(place.role(), database()));
    }
    session.execute("update %s set rights = %s".formatted(table, RIGHTS));
  }

  private boolean mayConnect() throws SchemaFailure {
    return session
        .query(
            "select has_database_privilege(current_database(), 'CONNECT')",
            row -> row.getBoolean(1))
        .getFirst();
  }

  /** Those that there still are. */
  private List<String> grantees(Place at) throws SchemaFailure {
    return session.query(
        """
        select g from %s, unnest(grantees) g
        where g = 'public' or exists (select from pg_roles where rolname = g)
        """
            .formatted(at.qualified(Place.LOCK)),
        row -> row.getString(1));
  }

  private static String quoted(String grantee) {
    return grantee.equals("public") ? "public" : Names.exact(grantee);
  }

  private String database() throws SchemaFailure {
    return Names.exact(
        session.query("select current_database()", row -> row.getString(1)).getFirst());
  }

  private List<String> stillConnect() throws SchemaFailure {
    return session.query(STILL_CONNECT, row -> row.getString(1));
  }

  /**
   * Until two looks in a row find none: a session ends a moment after it was told to, and is shown
   * a moment after it was let in.
   */
  private int endOthers(Patience patience) throws SchemaFailure, InterruptedException {
    List<Integer> ended = new ArrayList<>();
    boolean wereGone = false;
    while (true) {
      List<Integer> there = toldToEnd();
      // Whoever came with the same role is not kept out, and can't be told from this run.
      LockObstacles.demandNone(session);
      there.stream().filter(pid -> !ended.contains(pid)).forEach(ended::add);
      if (there.isEmpty() && wereGone) {
        return ended.size();
      }
      wereGone = there.isEmpty();
      if (!patience.pause()) {
        throw refused("sessions of others do not end: pids " + there);
      }
    }
  }

  private List<Integer> toldToEnd() throws SchemaFailure {
    return session.query(
        "select a.pid, pg_terminate_backend(a.pid) " + OTHERS, row -> row.getInt(1));
  }

  /** Lets those connect again who could before. */
  Unlocked unlock(String run) throws SchemaFailure {
    session.begin();
    Optional<Standing> standing = standing().filter(one -> one.run().equals(run));
    Place at = standing.map(Standing::at).orElse(place);
    Picture picture = new Picture(session, at);
    if (!picture.exists() && at.mayCreate(session)) {
      picture.create();
    }
    if (picture.exists()) {
      picture.turn(run);
    }
    if (standing.isPresent()) {
      for (String grantee : grantees(at)) {
        session.execute(
            "grant connect on database %s to %s".formatted(database(), quoted(grantee)));
      }
      // Dropped, the table would wait for everybody who reads it, as a dump does.
      session.execute("delete from " + at.qualified(Place.LOCK));
    }
    session.commit();
    return new Unlocked();
  }

  private static SchemaFailure refused(String message) {
    return new SchemaFailure(Cause.REFUSED, message);
  }
}
