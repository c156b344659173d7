package dev.godwit.runner.schema;

import dev.godwit.contract.schema.SchemaReport.Cause;
import java.util.List;

/**
 * The schema that is worked on.
 *
 * @param oid the server's number of it
 * @param name as it is, without quotes
 * @param quoted the same, with quotes where SQL needs them
 * @param role who the session is, with quotes where SQL needs them
 */
record Place(long oid, String name, String quoted, String role) {

  /** Of the history's table. */
  static final String HISTORY = "godwit_schema_history";

  /** Of the table with the picture. */
  static final String PICTURE = "godwit_schema_picture";

  /** Of the table that says who is kept out, for the time in which somebody is. */
  static final String LOCK = "godwit_schema_lock";

  /**
   * Finds it.
   *
   * @param schema its name; null: the first that exists of the role's search path
   * @throws SchemaFailure if it isn't there, or can't be used
   */
  static Place find(Session session, String schema) throws SchemaFailure {
    record Found(Place place, boolean usable) {}

    List<Found> found =
        session.query(
            """
            select oid::bigint, nspname, quote_ident(nspname), quote_ident(current_user),
                   has_schema_privilege(oid, 'usage')
            from pg_namespace where nspname = coalesce(?::text, current_schema()::text)
            """,
            row ->
                new Found(
                    new Place(row.getLong(1), row.getString(2), row.getString(3), row.getString(4)),
                    row.getBoolean(5)),
            schema);
    if (found.isEmpty()) {
      throw refused(
          schema == null
              ? "no schema of the role's search path exists, or can be used: name one in spec.schema"
              : "there is no schema %s: CREATE SCHEMA %s".formatted(schema, Names.quoted(schema)));
    }
    Place place = found.getFirst().place();
    if (!found.getFirst().usable()) {
      throw place.missing("USAGE ON SCHEMA " + place.quoted);
    }
    return place;
  }

  /**
   * Whether the role may do what every run does.
   *
   * @throws SchemaFailure with the GRANT that is missing
   */
  void checkRights(Session session) throws SchemaFailure {
    boolean both = exists(session, HISTORY) && exists(session, PICTURE);
    if (!both && !mayCreate(session)) {
      throw missing("CREATE ON SCHEMA " + quoted);
    }
    checkTable(session, HISTORY, "SELECT", "INSERT");
    checkTable(session, PICTURE, "SELECT", "INSERT", "DELETE");
  }

  /** Whether the role may make tables in it. */
  boolean mayCreate(Session session) throws SchemaFailure {
    return may(session, "has_schema_privilege(?::oid, 'create')", oid);
  }

  /** Whether a table may be used in these ways, if there is one. */
  void checkTable(Session session, String table, String... rights) throws SchemaFailure {
    if (!exists(session, table)) {
      return;
    }
    for (String right : rights) {
      if (!may(session, "has_table_privilege(?::text, ?)", qualified(table), right)) {
        throw missing("%s ON TABLE %s.%s".formatted(String.join(", ", rights), quoted, table));
      }
    }
  }

  boolean exists(Session session, String table) throws SchemaFailure {
    return may(session, "to_regclass(?) is not null", qualified(table));
  }

  /** A name in this schema, for SQL. */
  String qualified(String table) {
    return Names.exact(name) + "." + Names.exact(table);
  }

  private static boolean may(Session session, String question, Object... parameters)
      throws SchemaFailure {
    return session.query("select " + question, row -> row.getBoolean(1), parameters).getFirst();
  }

  private SchemaFailure missing(String right) {
    return refused("the role %s has not the right: GRANT %s TO %s".formatted(role, right, role));
  }

  private static SchemaFailure refused(String message) {
    return new SchemaFailure(Cause.REFUSED, message);
  }
}
