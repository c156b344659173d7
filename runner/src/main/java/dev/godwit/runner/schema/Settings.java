package dev.godwit.runner.schema;

import dev.godwit.contract.schema.SchemaOrder;

/** What the session is set to, so that a text finds the same whatever ran before it. */
final class Settings {

  /** As which the server knows the session. */
  static final String APPLICATION = "godwit";

  /** What earlier texts may have left in the session. Temporary tables go too. */
  static final String FORGET =
      "close all; deallocate all; discard temp; discard sequences; reset all";

  /** The server notices within a second that the pod is gone, and takes back what it did. */
  static final String CHECK_CLIENT = "set client_connection_check_interval = '1s'";

  private Settings() {}

  /** After this a text has the role and the limits that it is to have. */
  static String of(SchemaOrder order) {
    return """
    reset session authorization;
    reset role;
    reset search_path;
    set application_name = '%s';
    set standard_conforming_strings = on;
    set default_transaction_isolation = 'read committed';
    set lock_timeout = %d;
    set statement_timeout = %d;
    set idle_in_transaction_session_timeout = %d;
    set tcp_keepalives_idle = 30;
    set tcp_keepalives_interval = 10;
    set tcp_keepalives_count = 3;
    """
        .formatted(
            APPLICATION,
            order.lockTimeoutMillis(),
            order.statementTimeoutMillis(),
            order.idleTimeoutMillis());
  }
}
