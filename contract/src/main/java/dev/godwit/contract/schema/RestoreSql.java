package dev.godwit.contract.schema;

/**
 * The SQL around the restoration of a dump, in one transaction with it. The setting {@code
 * godwit.run} says of which run the dump is; {@code godwit.place} says afterwards which schema has
 * that run's tables.
 */
public final class RestoreSql {

  /**
   * Takes away everything that the role owns. Fails if the run's lock does not stand any more: then
   * others may have written, and their writes are not in the dump. From then on the transaction
   * can't be committed before {@link #AFTER}.
   */
  public static final String BEFORE =
      """
      do $godwit$
      declare
        me oid := (select oid from pg_roles where rolname = current_user);
        here oid := (select oid from pg_database where datname = current_database());
        place text;
        noted text;
        others text;
        kinds text;
        scope text;
        one record;
        acl record;
      begin
        -- What every run has while it is at work, "gdwt" in ASCII, of the whole database.
        perform pg_advisory_xact_lock(1734637428, 0);
        for one in
          select n.nspname from pg_class c join pg_namespace n on n.oid = c.relnamespace
          where c.relname = 'godwit_schema_lock' and c.relkind = 'r' and has_table_privilege(c.oid, 'select')
        loop
          execute format('select rights from %I.godwit_schema_lock where run = $1 and database = $2', one.nspname)
            into noted using current_setting('godwit.run'), here;
          place := one.nspname;
          exit when noted is not null;
        end loop;
        if noted is null then
          raise exception 'this run does not keep others out of the database any more: what they have written since the dump was made would be lost';
        end if;
        select string_agg(rolname, ', ' order by rolname) into others
          from pg_roles
          where rolcanlogin and not rolsuper and oid <> me and has_database_privilege(oid, current_database(), 'CONNECT');
        if others is not null then
          raise exception 'others can connect to the database again (%): what they have written since the dump was made would be lost', others;
        end if;
        select string_agg(distinct a.usename, ', ') into others
          from pg_stat_activity a
          where a.datname = current_database() and a.pid <> pg_backend_pid() and a.usesysid is not null and a.usesysid <> me
            and not exists (select from pg_roles r where r.oid = a.usesysid and r.rolsuper);
        if others is not null then
          raise exception 'others are connected to the database (%): what they have written since the dump was made would be lost', others;
        end if;
        if noted <> (select xmin::text from pg_database where oid = here) then
          raise exception 'who may connect to the database was changed: what others have written since the dump was made would be lost';
        end if;
        select string_agg(distinct quote_literal(application_name), ', ') into others
          from pg_stat_activity
          where datname = current_database() and usesysid = me and pid <> pg_backend_pid() and application_name not like 'godwit%';
        if others is not null then
          raise exception 'somebody else uses the role % (application %): what they have written since the dump was made would be lost',
            current_user, others;
        end if;
        perform set_config('godwit.place', place, false);

        -- Default privileges would be given to what the dump makes; it has them at its end.
        for one in
          select d.defaclobjtype as kind, d.defaclacl as items, n.nspname as schema
          from pg_default_acl d left join pg_namespace n on n.oid = d.defaclnamespace where d.defaclrole = me
        loop
          kinds := case one.kind
            when 'r' then 'tables' when 'S' then 'sequences' when 'f' then 'functions' when 'T' then 'types'
            when 'n' then 'schemas' else 'large objects' end;
          scope := case when one.schema is null then '' else format('in schema %I', one.schema) end;
          for acl in select distinct grantee from aclexplode(one.items) loop
            execute format('alter default privileges %s revoke all on %s from %s', scope, kinds,
                           case acl.grantee when 0 then 'public' else quote_ident(pg_get_userbyid(acl.grantee)) end);
          end loop;
          for acl in
            select grantee, privilege_type from aclexplode(
              acldefault((case one.kind when 'S' then 's' else one.kind::text end)::"char", me))
            where one.schema is null
          loop
            execute format('alter default privileges grant %s on %s to %s', acl.privilege_type, kinds,
                           case acl.grantee when 0 then 'public' else quote_ident(pg_get_userbyid(acl.grantee)) end);
          end loop;
        end loop;

        for one in
          select d.dbid, d.classid, d.objid,
                 (pg_identify_object(d.classid, d.objid, 0)).type as kind
          from pg_shdepend d
          where d.dbid = here
            and d.deptype = 'o' and d.refclassid = 'pg_authid'::regclass and d.refobjid = me
          order by array_position(array['server', 'foreign-data wrapper', 'extension', 'schema', 'table', 'foreign table', 'view',
                                        'materialized view'],
                                  (pg_identify_object(d.classid, d.objid, 0)).type)
        loop
          -- Much has gone with what it was part of.
          continue when not exists (
            select from pg_shdepend d
            where d.dbid = one.dbid and d.classid = one.classid and d.objid = one.objid and d.deptype = 'o');
          if one.kind = 'large object' then
            perform lo_unlink(one.objid);
          elsif one.kind <> 'schema' or (pg_identify_object(one.classid, one.objid, 0)).identity <> 'public' then
            execute format('drop %s if exists %s cascade',
              case
                when one.kind = 'statistics object' then 'statistics'
                when one.kind = 'foreign-data wrapper' then 'foreign data wrapper'
                when one.kind in ('function', 'procedure') then 'routine'
                else one.kind
              end,
              (pg_identify_object(one.classid, one.objid, 0)).identity);
          end if;
        end loop;

        -- Nothing in the dump may end the transaction: it could not be committed before this is empty.
        create temp table godwit_guard (i int unique deferrable initially deferred) on commit drop;
        insert into godwit_guard values (1), (1);
      end
      $godwit$;
      """;

  /** Notes that the run is on its way back: what comes late of it brings nothing any more. */
  public static final String AFTER =
      """
      do $godwit$
      begin
        execute format('insert into %I.godwit_schema_picture (run, turned) values ($1, true) on conflict (run) do update set turned = true',
                       current_setting('godwit.place'))
          using current_setting('godwit.run');
        delete from pg_temp.godwit_guard;
      end
      $godwit$;
      """;

  private RestoreSql() {}
}
