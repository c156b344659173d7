package dev.godwit.operator.schema;

import dev.godwit.contract.schema.SchemaFiles;
import java.util.Optional;

/**
 * One text of one version, as it was found.
 *
 * @param sql without a byte order mark, which PostgreSQL does not take
 * @param place where it is, as a person is told
 * @param transactional what is said beside it of the version; empty: nothing
 */
record Script(
    String version,
    String description,
    SchemaFiles.Text text,
    String sql,
    String place,
    Optional<Boolean> transactional) {

  private static final String BYTE_ORDER_MARK = "\uFEFF";

  /** Takes a byte order mark away. */
  Script {
    sql = sql.startsWith(BYTE_ORDER_MARK) ? sql.substring(BYTE_ORDER_MARK.length()) : sql;
  }
}
