package dev.godwit.runner.schema;

import dev.godwit.contract.schema.SchemaReport.Cause;
import java.util.List;

/**
 * What stands against a {@link MaintenanceLock}: who could write behind it, and what could not be
 * taken away and restored.
 */
final class LockObstacles {

  private static final int MOST = 8;

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
          + MaintenanceLock.GRANTS
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

  private LockObstacles() {}

  /**
   * That there are none.
   *
   * @throws SchemaFailure with all of them
   */
  static void demandNone(Session session) throws SchemaFailure {
    List<String> obstacles =
        session.query(OBSTACLES, row -> row.getString(1), Settings.APPLICATION);
    if (!obstacles.isEmpty()) {
      throw new SchemaFailure(
          Cause.REFUSED, String.join("; ", obstacles.stream().limit(MOST).toList()));
    }
  }
}
