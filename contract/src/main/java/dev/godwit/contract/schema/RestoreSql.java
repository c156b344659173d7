package dev.godwit.contract.schema;

/**
 * The SQL around the restoration of a dump, in one transaction with it. The settings {@code
 * godwit.run} and {@code godwit.schema} say of which run the dump is, and where that has its
 * tables; an empty one means the first schema that exists of the role's search path. {@code
 * godwit.place} says afterwards what that was found to be.
 */
public final class RestoreSql {

  /**
   * Takes away everything that the role owns. Fails if the run's lock does not stand any more: then
   * others may have written, and their writes are not in the dump.
   */
  public static final String BEFORE =
      """
      do $godwit$
      declare
        place text := coalesce(nullif(current_setting('godwit.schema'), ''), current_schema());
        me oid := (select oid from pg_roles where rolname = current_user);
        holder text;
        others text;
        one record;
      begin
        perform set_config('godwit.place', place, false);
        -- The lock that every run has while it is at work: "gdwt" in ASCII, and the schema.
        perform pg_advisory_xact_lock(1734637428, oid::int) from pg_namespace where nspname = place;
        if to_regclass(format('%I.godwit_schema_lock', place)) is not null then
          execute format('select run from %I.godwit_schema_lock', place) into holder;
        end if;
        if holder is distinct from current_setting('godwit.run') then
          raise exception 'this run does not keep others out of the database any more: what they have written since the dump was made would be lost';
        end if;
        select string_agg(rolname, ', ' order by rolname) into others
          from pg_roles
          where rolcanlogin and not rolsuper and oid <> me and has_database_privilege(oid, current_database(), 'CONNECT');
        if others is not null then
          raise exception 'others can connect to the database again (%): what they have written since the dump was made would be lost', others;
        end if;
        select string_agg(distinct quote_literal(application_name), ', ') into others
          from pg_stat_activity
          where datname = current_database() and usesysid = me and pid <> pg_backend_pid() and application_name not like 'godwit%';
        if others is not null then
          raise exception 'somebody else uses the role % (application %): what they have written since the dump was made would be lost',
            current_user, others;
        end if;

        for one in
          select d.dbid, d.classid, d.objid,
                 (pg_identify_object(d.classid, d.objid, 0)).type as kind
          from pg_shdepend d
          where d.dbid = (select oid from pg_database where datname = current_database())
            and d.deptype = 'o' and d.refclassid = 'pg_authid'::regclass and d.refobjid = me
          order by array_position(array['extension', 'schema', 'table', 'foreign table', 'view', 'materialized view'],
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
              case one.kind
                when 'statistics object' then 'statistics'
                when 'foreign-data wrapper' then 'foreign data wrapper'
                else one.kind
              end,
              (pg_identify_object(one.classid, one.objid, 0)).identity);
          end if;
        end loop;
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
      end
      $godwit$;
      """;

  private RestoreSql() {}
}
