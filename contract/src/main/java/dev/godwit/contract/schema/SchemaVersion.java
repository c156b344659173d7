package dev.godwit.contract.schema;

import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;

/**
 * One version of a schema.
 *
 * @param version its name: see {@link SchemaFiles#VERSION}
 * @param description in words; may be empty
 * @param checksums SHA-256 of each of its texts, in lower-case hexadecimal; a text without one is
 *     none of this version
 * @param flywayChecksum what Flyway writes into its history for that text
 * @param transactional whether each of its texts runs in one transaction; where false, the text is
 *     run again after a failure, and must bear that
 */
public record SchemaVersion(
    String version,
    String description,
    Map<SchemaFiles.Text, String> checksums,
    int flywayChecksum,
    boolean transactional) {

  /** Copies the map. */
  public SchemaVersion {
    Map<SchemaFiles.Text, String> copy = new EnumMap<>(SchemaFiles.Text.class);
    if (checksums != null) {
      copy.putAll(checksums);
    }
    checksums = Collections.unmodifiableMap(copy);
  }

  /** That of its text {@link SchemaFiles.Text#UP}, which the history has; null: it has none. */
  public String checksum() {
    return checksums.get(SchemaFiles.Text.UP);
  }
}
