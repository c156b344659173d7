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

  private static final int MOST_OBSTACLES = 8;

  private static final String GRANTS =
      """
      grants as (
        select case when a.grantee = 0 then 'public' else pg_get_userbyid(a.grantee)::text end as grantee,
               a.is_grantable or a.grantor <> d.datdba as passes_on
        from pg_database d, aclexplode(coalesce(d.datacl, acldefault('d', d.datdba))) a
        where d.datname = current_database() and a.privilege_type = 'CONNECT' and a.grantee <> d.datdba)""";

  /** What is somebody else's would neither be taken away nor restored. */
  private static final String OF_OTHERS =
      """
      place as (
        select oid from pg_namespace where nspname !~ '^pg_' and nspname <> 'information_schema'),
      owned as (
        select 'pg_class'::regclass as class, c.oid, relowner as owner from pg_class c, place p
          where relnamespace = p.oid and relkind in ('r', 'p', 'v', 'm', 'S', 'f')
        union all select 'pg_proc'::regclass, f.oid, proowner from pg_proc f, place p where pronamespace = p.oid
        union all select 'pg_type'::regclass, t.oid, typowner from pg_type t, place p
          where typnamespace = p.oid and typcategory <> 'A'
            and (typrelid = 0 or exists (select from pg_class r where r.oid = typrelid and r.relkind = 'c'))
        union all select 'pg_operator'::regclass, o.oid, oprowner from pg_operator o, place p where oprnamespace = p.oid
        union all select 'pg_opclass'::regclass, o.oid, opcowner from pg_opclass o, place p where opcnamespace = p.oid
        union all select 'pg_collation'::regclass, o.oid, collowner from pg_collation o, place p where collnamespace = p.oid
        union all select 'pg_conversion'::regclass, o.oid, conowner from pg_conversion o, place p where connamespace = p.oid
        union all select 'pg_ts_config'::regclass, o.oid, cfgowner from pg_ts_config o, place p where cfgnamespace = p.oid
        union all select 'pg_ts_dict'::regclass, o.oid, dictowner from pg_ts_dict o, place p where dictnamespace = p.oid
        union all select 'pg_statistic_ext'::regclass, o.oid, stxowner from pg_statistic_ext o, place p where stxnamespace = p.oid
        union all select 'pg_namespace'::regclass, n.oid, nspowner from pg_namespace n, place p
          where n.oid = p.oid and nspname <> 'public'
        union all select 'pg_event_trigger'::regclass, oid, evtowner from pg_event_trigger
        union all select 'pg_publication'::regclass, oid, pubowner from pg_publication
        union all select 'pg_foreign_server'::regclass, oid, srvowner from pg_foreign_server)""";

  /** Each a sentence about what is in the way, with the way out. */
  private static final String OBSTACLES =
      "with "
          + GRANTS
          + ", "
          + OF_OTHERS
          + """
          , me as (
            select r.oid, r.rolname::text as name, r.rolsuper, quote_ident(r.rolname) as quoted,
                   quote_ident(current_database()) as database
            from pg_roles r where r.rolname = current_user)
          select format('the role %s is a superuser: take one that is not, and that nobody else uses', me.name)
            from me where me.rolsuper
          union all
          select format('the database belongs to %s: ALTER DATABASE %s OWNER TO %s',
                        pg_get_userbyid(d.datdba), me.database, me.quoted)
            from me, pg_database d
            where d.datname = current_database() and not pg_has_role(d.datdba, 'USAGE')
          union all
          select format('the role %s may not end sessions: GRANT pg_signal_backend TO %s', me.name, me.quoted)
            from me where not pg_has_role('pg_signal_backend', 'USAGE')
          union all
          (select format('there are large objects (%s): a dump of them is not restored in one transaction', l.oid)
             from pg_largeobject_metadata l order by l.oid limit 1)
          union all
          select format('%s has default privileges: the dump can only be restored where all is the role''s own',
                        pg_get_userbyid(d.defaclrole))
            from me, pg_default_acl d where d.defaclrole <> me.oid
          union all
          select format('the extension %s belongs to %s, and its schema %s to the role: move one of them',
                        e.extname, pg_get_userbyid(e.extowner), n.nspname)
            from me, pg_extension e, pg_namespace n
            where n.oid = e.extnamespace and n.nspname <> 'public' and n.nspowner = me.oid and e.extowner <> me.oid
          union all
          select format('%s may let others connect: REVOKE GRANT OPTION FOR CONNECT ON DATABASE %s FROM %s',
                        g.grantee, me.database, g.grantee)
            from me, grants g where g.passes_on
          union all
          (select format('somebody else uses the role %s (application %s): let nobody but this migration have it',
                         me.name, coalesce(nullif(quote_literal(a.application_name), ''''''), 'without a name'))
             from me, pg_stat_activity a
             where a.datname = current_database() and a.usesysid = me.oid and a.pid <> pg_backend_pid()
               and not starts_with(a.application_name, ?)
             limit 1)
          union all
          (select format('%s %s belongs to %s: the dump can only be restored where all is the role''s own',
                         i.type, i.identity, pg_get_userbyid(o.owner))
             from me, owned o, pg_identify_object(o.class, o.oid, 0) i
             where o.owner <> me.oid and o.oid >= 16384
               and not exists (select from pg_depend e
                               where e.classid = o.class and e.objid = o.oid and e.deptype in ('e', 'i'))
             order by 1 limit 3)
          union all
          select format('the prepared transaction %s may still be committed: end it', quote_literal(p.gid))
            from pg_prepared_xacts p where p.database = current_database()
          union all
          select format('the subscription %s writes into the database: ALTER SUBSCRIPTION %s DISABLE',
                        s.subname, quote_ident(s.subname))
            from pg_subscription s, pg_database d
            where d.datname = current_database() and s.subdbid = d.oid and s.subenabled
          """;

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

  /**
   * Whether it could be had.
   *
   * @throws SchemaFailure with all that is in the way
   */
  void demandPossible() throws SchemaFailure {
    List<String> obstacles =
        session.query(OBSTACLES, row -> row.getString(1), Settings.APPLICATION);
    if (!obstacles.isEmpty()) {
      throw refused(String.join("; ", obstacles.stream().limit(MOST_OBSTACLES).toList()));
    }
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
    if (!standing.get().intact()) {
      throw open("who may connect to the database was changed");
    }
    List<String> others = stillConnect();
    if (!others.isEmpty()) {
      throw open("others can connect to the database again: " + String.join(", ", others));
    }
    List<Integer> there = session.query("select a.pid " + OTHERS, row -> row.getInt(1));
    if (!there.isEmpty()) {
      throw open("others are connected to the database: pids " + there);
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
      demandPossible();
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
      demandPossible();
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
