package dev.godwit.runner.schema;

import dev.godwit.contract.schema.SchemaOrder;
import dev.godwit.contract.schema.SchemaReport.Cause;
import dev.godwit.contract.schema.SchemaVersion;
import dev.godwit.runner.schema.HistoryRow.Direction;
import dev.godwit.runner.schema.HistoryRow.State;
import java.util.List;

/** Says what of a database without a history counts as applied. */
final class Adoption {

  private final Session session;
  private final Place place;
  private final Catalogue catalogue;
  private final SchemaOrder order;

  Adoption(Session session, Place place, Catalogue catalogue, SchemaOrder order) {
    this.session = session;
    this.place = place;
    this.catalogue = catalogue;
    this.order = order;
  }

  /**
   * The versions that count as applied, in the catalogue's order; none when the schema is empty.
   *
   * @throws SchemaFailure if it isn't said how the database is to be adopted, or can't be so
   */
  List<SchemaVersion> versions() throws SchemaFailure {
    if (order.baseline() == null) {
      demandEmpty("say in spec.baseline which versions are there");
      return List.of();
    }
    if (order.baseline().version() != null) {
      int last = catalogue.placeOf(order.baseline().version(), "baseline.version");
      return catalogue.versions().subList(0, last + 1);
    }
    List<FlywayHistory.Row> rows = FlywayHistory.read(session, place);
    if (rows.isEmpty()) {
      demandEmpty("spec.baseline says to adopt Flyway's history, which says of no version");
    }
    return FlywayHistory.applied(rows, catalogue);
  }

  /** The rows of the history that say so. */
  static List<HistoryRow> rows(List<SchemaVersion> versions) {
    return versions.stream()
        .map(
            version ->
                new HistoryRow(
                    version.version(), version.checksum(), Direction.BASELINE, State.DONE))
        .toList();
  }

  private void demandEmpty(String wayOut) throws SchemaFailure {
    List<String> tables =
        session.query(
            """
            select relname from pg_class c
            where relnamespace = ?::oid and relkind in ('r', 'p', 'v', 'm', 'f')
              and relname not in (?, ?, ?, ?)
              and not exists (select from pg_depend d
                where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype = 'e')
            order by relname limit 3
            """,
            row -> row.getString(1),
            place.oid(),
            Place.HISTORY,
            Place.PICTURE,
            Place.LOCK,
            FlywayHistory.TABLE);
    if (tables.isEmpty()
        && order.baseline() == null
        && place.exists(session, FlywayHistory.TABLE)) {
      tables = List.of(FlywayHistory.TABLE);
    }
    if (!tables.isEmpty()) {
      throw new SchemaFailure(
          Cause.HISTORY,
          "the schema %s has no history and is not empty (it has %s): %s"
              .formatted(place.name(), String.join(", ", tables), wayOut));
    }
  }
}
