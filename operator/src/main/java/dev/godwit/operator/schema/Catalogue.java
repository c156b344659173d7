package dev.godwit.operator.schema;

import dev.godwit.contract.schema.SchemaFiles;
import dev.godwit.contract.schema.SchemaVersion;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * All versions of a schema, in the order in which they are applied. No two have the same name, and
 * each can be brought.
 */
public record Catalogue(List<Entry> entries) {

  /** The most versions that a catalogue has. */
  public static final int MOST_VERSIONS = 500;

  /** The most that all texts of a catalogue have together, in bytes of UTF-8. */
  public static final int MOST_BYTES = 8 * 1024 * 1024;

  /** Copies the list. */
  public Catalogue {
    entries = List.copyOf(entries);
  }

  /** The names of the versions, in order. */
  public List<String> names() {
    return entries.stream().map(entry -> entry.version().version()).toList();
  }

  /** What is known of the versions, in order. */
  public List<SchemaVersion> versions() {
    return entries.stream().map(Entry::version).toList();
  }

  /**
   * A version with its SQL.
   *
   * @param texts its texts; {@link SchemaFiles.Text#UP} is always there
   */
  public record Entry(SchemaVersion version, Map<SchemaFiles.Text, String> texts) {

    /** Copies the map. */
    public Entry {
      texts = Collections.unmodifiableMap(new EnumMap<>(texts));
    }
  }
}
