package dev.godwit.contract.schema;

/**
 * One version of a schema.
 *
 * @param version its name: see {@link SchemaFiles#VERSION}
 * @param description in words; may be empty
 * @param checksum SHA-256 of the text {@link SchemaFiles.Text#UP}, in lower-case hexadecimal
 * @param flywayChecksum what Flyway writes into its history for that text
 * @param transactional whether each of its texts runs in one transaction; where false, the text is
 *     run again after a failure, and must bear that
 */
public record SchemaVersion(
    String version,
    String description,
    String checksum,
    int flywayChecksum,
    boolean transactional) {}
