package dev.godwit.runner.schema;

import dev.godwit.contract.schema.SchemaReport.Cause;

/**
 * What a server says of itself.
 *
 * @param number its version, as {@code 180001}
 * @param version the same, as {@code 18.1}
 * @param standby whether it follows another one
 * @param readOnly whether transactions can't write unless they say so
 */
record Server(int number, String version, boolean standby, boolean readOnly) {

  private static final int OLDEST = 13;
  private static final int NEWEST = 18;
  private static final int MAJOR = 10_000;

  static Server of(Session session) throws SchemaFailure {
    return session
        .query(
            """
            select current_setting('server_version_num')::int,
                   split_part(current_setting('server_version'), ' ', 1),
                   pg_is_in_recovery(),
                   current_setting('default_transaction_read_only')::boolean
            """,
            row ->
                new Server(row.getInt(1), row.getString(2), row.getBoolean(3), row.getBoolean(4)))
        .getFirst();
  }

  /**
   * Whether a schema can be changed on it.
   *
   * @throws SchemaFailure if not
   */
  void check() throws SchemaFailure {
    int major = number / MAJOR;
    if (major < OLDEST || major > NEWEST) {
      throw refused(
          "the server is PostgreSQL %s: versions %d to %d are known"
              .formatted(version, OLDEST, NEWEST));
    }
    if (standby) {
      throw refused(
          "the server is a standby, which can only be read: name the primary in the Secret (host), or"
              + " target_session_attrs=read-write in its uri");
    }
    if (readOnly) {
      throw refused(
          "the database or the role is set to be only read: take default_transaction_read_only back"
              + " (ALTER DATABASE … RESET, ALTER ROLE … RESET)");
    }
  }

  private static SchemaFailure refused(String message) {
    return new SchemaFailure(Cause.REFUSED, message);
  }
}
