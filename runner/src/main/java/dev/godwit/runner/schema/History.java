package dev.godwit.runner.schema;

import dev.godwit.contract.schema.SchemaOrder;
import dev.godwit.contract.schema.SchemaReport.Cause;
import dev.godwit.contract.schema.SchemaVersion;
import dev.godwit.runner.schema.HistoryRow.Direction;
import dev.godwit.runner.schema.HistoryRow.State;
import java.time.Duration;
import java.util.List;

/** The table that says what happened to the schema. Rows are added to it, and never changed. */
final class History {

  private static final String UNDEFINED_COLUMN = "42703";

  private final Session session;
  private final Place place;
  private final String table;

  History(Session session, Place place) {
    this.session = session;
    this.place = place;
    this.table = place.qualified(Place.HISTORY);
  }

  boolean exists() throws SchemaFailure {
    return place.exists(session, Place.HISTORY);
  }

  void create() throws SchemaFailure {
    session.execute(
        """
        create table %s (
          id bigint generated always as identity primary key,
          version text not null,
          description text not null,
          checksum text not null,
          direction text not null check (direction in ('UP', 'DOWN', 'BASELINE')),
          state text not null check (state in ('BEGUN', 'DONE')),
          applied_at timestamptz not null default clock_timestamp(),
          duration_ms bigint not null,
          applied_by text not null,
          run text not null)
        """
            .formatted(table));
  }

  /**
   * The last row of each version; none if there is no history yet.
   *
   * @throws SchemaFailure if the table is not as it was made
   */
  List<HistoryRow> last() throws SchemaFailure {
    if (!exists()) {
      return List.of();
    }
    try {
      return session.query(
          """
          select distinct on (version) version, checksum, direction, state from %s
          order by version, id desc
          """
              .formatted(table),
          row ->
              new HistoryRow(
                  row.getString("version"),
                  row.getString("checksum"),
                  Direction.valueOf(row.getString("direction")),
                  State.valueOf(row.getString("state"))));
    } catch (IllegalArgumentException e) {
      throw notOurs("it has a row with a direction or state that is none");
    } catch (SchemaFailure e) {
      throw e.sqlState().orElse("").equals(UNDEFINED_COLUMN) ? notOurs(e.getMessage()) : e;
    }
  }

  private SchemaFailure notOurs(String why) {
    return new SchemaFailure(
        Cause.HISTORY,
        "the table %s.%s was changed by hand: %s".formatted(place.name(), Place.HISTORY, why));
  }

  /** Whether a run has written rows. */
  boolean knows(String run) throws SchemaFailure {
    return session
        .query(
            "select exists (select from %s where run = ?)".formatted(table),
            row -> row.getBoolean(1),
            run)
        .getFirst();
  }

  /** Whether a run was the last one that brought a version, or took it back. */
  boolean wasMovedBy(String run, String version) throws SchemaFailure {
    return session
        .query(
            """
            select coalesce(
              (select run = ? and direction <> 'BASELINE' from %s
               where version = ? order by id desc limit 1), false)
            """
                .formatted(table),
            row -> row.getBoolean(1),
            run,
            version)
        .getFirst();
  }

  /** Adds a row. */
  void add(
      SchemaOrder order, SchemaVersion version, Direction direction, State state, Duration took)
      throws SchemaFailure {
    session.update(
        """
        insert into %s (version, description, checksum, direction, state, duration_ms, applied_by, run)
        values (?, ?, ?, ?, ?, ?, ?, ?)
        """
            .formatted(table),
        version.version(),
        version.description() == null ? "" : version.description(),
        version.checksum(),
        direction.name(),
        state.name(),
        took.toMillis(),
        order.by(),
        order.run());
  }
}
