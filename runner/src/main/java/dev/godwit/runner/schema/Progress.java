package dev.godwit.runner.schema;

import dev.godwit.contract.schema.SchemaReport.Cause;
import dev.godwit.contract.schema.SchemaVersion;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * How far the schema is in the catalogue.
 *
 * @param applied how many versions are applied: they are the first ones
 * @param begun the place of the version that was begun, or begun to be taken back, and is in
 *     between; it is the one after them
 */
record Progress(int applied, OptionalInt begun) {

  /** Nothing is there. */
  static final Progress NONE = new Progress(0, OptionalInt.empty());

  /**
   * Reads a history against a catalogue.
   *
   * @throws SchemaFailure if they contradict one another
   */
  static Progress of(Catalogue catalogue, List<HistoryRow> last) throws SchemaFailure {
    Map<String, HistoryRow> rows =
        last.stream()
            .filter(row -> row.isApplied() || row.isBegun())
            .collect(
                Collectors.toMap(
                    HistoryRow::version, Function.identity(), (one, other) -> one, TreeMap::new));
    int applied = 0;
    OptionalInt begun = OptionalInt.empty();
    String absent = null;
    for (int place = 0; place < catalogue.versions().size(); place++) {
      SchemaVersion version = catalogue.get(place);
      HistoryRow row = rows.remove(version.version());
      if (row != null && absent != null) {
        throw contradiction(
            "version %s is there, and version %s before it is not: the history has a gap"
                .formatted(version.version(), absent));
      }
      if (row == null || row.isBegun()) {
        absent = version.version();
        begun = row == null ? begun : OptionalInt.of(place);
      } else {
        compare(version, row);
        applied++;
      }
    }
    if (!rows.isEmpty()) {
      throw contradiction(
          "version %s is there, and not in the catalogue: add its files"
              .formatted(rows.keySet().iterator().next()));
    }
    return new Progress(applied, begun);
  }

  private static void compare(SchemaVersion version, HistoryRow row) throws SchemaFailure {
    if (!version.checksum().equals(row.checksum())) {
      throw contradiction(
          "the up text of version %s was changed after it was applied: its checksum was %s, and is %s"
                  .formatted(version.version(), row.checksum(), version.checksum())
              + ". Write it as it was, and the change as another version");
    }
  }

  private static SchemaFailure contradiction(String message) {
    return new SchemaFailure(Cause.HISTORY, message);
  }

  /** The name of the last version that is applied; of none, the empty one. */
  String current(Catalogue catalogue) {
    return catalogue.nameAfter(applied);
  }

  /**
   * Whether nothing is left to be done of a version. One that was begun is to be run, either way.
   */
  boolean isReached(int place, HistoryRow.Direction direction) {
    return direction == HistoryRow.Direction.DOWN
        ? place >= applied && !begun.equals(OptionalInt.of(place))
        : place < applied;
  }

  /** How many versions have something to be taken back. */
  int touched() {
    return applied + (begun.isPresent() ? 1 : 0);
  }
}
