package dev.godwit.runner.schema;

import dev.godwit.contract.schema.SchemaReport.Cause;
import java.util.List;

/**
 * What the database's objects were before a run, kept in a table, to be compared with afterwards.
 */
final class Picture {

  private static final int SHORTENED = 160;

  private final Session session;
  private final Place place;
  private final String table;

  Picture(Session session, Place place) {
    this.session = session;
    this.place = place;
    this.table = place.qualified(Place.PICTURE);
  }

  void create() throws SchemaFailure {
    session.execute(
        """
        create table %s (
          run text primary key,
          taken_at timestamptz not null default clock_timestamp(),
          turned boolean not null default false,
          picture jsonb)
        """
            .formatted(table));
  }

  boolean exists() throws SchemaFailure {
    return place.exists(session, Place.PICTURE);
  }

  boolean isTakenFor(String run) throws SchemaFailure {
    return exists()
        && session
            .query(
                "select exists (select from %s where run = ? and picture is not null)"
                    .formatted(table),
                row -> row.getBoolean(1),
                run)
            .getFirst();
  }

  /** Whether the run is on its way back. */
  boolean isTurned(String run) throws SchemaFailure {
    return session
        .query(
            "select exists (select from %s where run = ? and turned)".formatted(table),
            row -> row.getBoolean(1),
            run)
        .getFirst();
  }

  /**
   * A Job may be carried out late, and twice: once its run is on its way back, it does nothing any
   * more.
   */
  void demandNotTurned(String run) throws SchemaFailure {
    if (isTurned(run)) {
      throw new SchemaFailure(
          Cause.HISTORY,
          "this run is on its way back already, or over: what comes late brings nothing any more");
    }
  }

  /** Notes, in the transaction that there is, that the run is on its way back. */
  void turn(String run) throws SchemaFailure {
    session.update(
        "insert into %s (run, turned) values (?, true) on conflict (run) do update set turned = true"
            .formatted(table),
        run);
  }

  /**
   * Takes one, in the transaction that there is, and removes those of other runs. That a run has
   * turned stays known.
   */
  void take(String run) throws SchemaFailure {
    session.update("delete from %s where run <> ? and not turned".formatted(table), run);
    session.update("update %s set picture = null where run <> ?".formatted(table), run);
    namesAreQualified();
    session.update(
        "insert into %s (run, picture) select ?, coalesce(jsonb_object_agg(object, definition), '{}') from (%s) objects"
            .formatted(table, PictureSql.OBJECTS),
        run);
    session.settle();
  }

  /** The differences between then and now, in the transaction that there is. */
  List<String> differences(String run) throws SchemaFailure {
    namesAreQualified();
    List<String> found =
        session.query(
            """
            with was as (
              select key as object, value as definition
              from %1$s p, jsonb_each_text(p.picture) where p.run = ?),
            is_now as (%2$s)
            select object,
                   case when n.definition is null then 'MISSING, was: ' || %3$s
                        when w.definition is null then 'ADDED, is: ' || %4$s
                        else 'CHANGED, was: ' || %3$s || ', is: ' || %4$s end
            from was w full join is_now n using (object)
            where w.definition is distinct from n.definition
            order by array_position(%5$s, split_part(object, ' ', 1)), object
            """
                .formatted(
                    table, PictureSql.OBJECTS, shortened("w"), shortened("n"), PictureSql.ORDER),
            row -> row.getString(1) + ": " + row.getString(2),
            run);
    session.settle();
    return found;
  }

  /** The server writes definitions with all names qualified that the search path does not find. */
  private void namesAreQualified() throws SchemaFailure {
    session.execute("set local search_path = ''");
  }

  private static String shortened(String side) {
    String definition = "regexp_replace(%s.definition, '\\s+', ' ', 'g')".formatted(side);
    return "case when length(%1$s) > %2$d then left(%1$s, %2$d) || '…' else %1$s end"
        .formatted(definition, SHORTENED);
  }
}
