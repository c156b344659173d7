package dev.godwit.runner.schema;

import dev.godwit.contract.schema.SchemaReport.Cause;
import dev.godwit.contract.schema.SchemaVersion;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;

/** What Flyway's own history says was applied. */
final class FlywayHistory {

  /** Flyway's default; it could be called otherwise, which nobody can guess. */
  static final String TABLE = "flyway_schema_history";

  private FlywayHistory() {}

  /**
   * A row of it.
   *
   * @param checksum null where Flyway has none, as for programs
   */
  record Row(String version, String type, Integer checksum, boolean success) {}

  /** All rows with a version, in the order in which they were written. */
  static List<Row> read(Session session, Place place) throws SchemaFailure {
    if (!place.exists(session, TABLE)) {
      return List.of();
    }
    place.checkTable(session, TABLE, "SELECT");
    return session.query(
        """
        select version, type, checksum, success from %s
        where version is not null order by installed_rank
        """
            .formatted(place.qualified(TABLE)),
        row ->
            new Row(
                row.getString("version"),
                row.getString("type"),
                (Integer) row.getObject("checksum"),
                row.getBoolean("success")));
  }

  /**
   * Those versions of a catalogue that are applied.
   *
   * @throws SchemaFailure if one has failed, is not in the catalogue, or was another text
   */
  static List<SchemaVersion> applied(List<Row> rows, Catalogue catalogue) throws SchemaFailure {
    Map<FlywayVersion, Row> present = new TreeMap<>();
    Optional<FlywayVersion> baseline = Optional.empty();
    for (Row row : rows) {
      if (!row.success) {
        throw contradiction(
            "Flyway's history says that version " + row.version + " has failed: repair it first");
      }
      FlywayVersion version =
          FlywayVersion.of(row.version)
              .orElseThrow(
                  () -> contradiction("Flyway's history has a version named " + row.version));
      switch (row.type) {
        case "BASELINE" -> baseline = Optional.of(version);
        case "UNDO_SQL", "UNDO_JDBC", "UNDO_SCRIPT", "DELETE" -> present.remove(version);
        default -> present.put(version, row);
      }
    }
    return match(present, baseline, catalogue);
  }

  private static List<SchemaVersion> match(
      Map<FlywayVersion, Row> present, Optional<FlywayVersion> baseline, Catalogue catalogue)
      throws SchemaFailure {
    List<SchemaVersion> applied = new java.util.ArrayList<>();
    for (SchemaVersion version : catalogue.versions()) {
      Optional<FlywayVersion> name = FlywayVersion.of(version.version());
      Optional<Row> row = name.map(present::remove);
      if (row.isPresent()) {
        compare(version, row.get());
        applied.add(version);
      } else if (name.isPresent()
          && baseline.filter(b -> b.compareTo(name.get()) >= 0).isPresent()) {
        applied.add(version);
      }
    }
    if (!present.isEmpty()) {
      throw contradiction(
          "Flyway has applied version %s, which is not in the catalogue: add its file"
              .formatted(present.values().iterator().next().version));
    }
    return applied;
  }

  private static void compare(SchemaVersion version, Row row) throws SchemaFailure {
    if (row.checksum != null && !Objects.equals(row.checksum, version.flywayChecksum())) {
      throw contradiction(
          "the up text of version %s is not the one that Flyway applied: its checksum was %d, and is %d"
              .formatted(version.version(), row.checksum, version.flywayChecksum()));
    }
  }

  private static SchemaFailure contradiction(String message) {
    return new SchemaFailure(Cause.HISTORY, message);
  }
}
