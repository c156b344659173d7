package dev.godwit.runner.lint;

import java.util.Locale;
import java.util.Set;

/** Reads the type of a column. */
final class Types {

  /**
   * What the rules need of a type.
   *
   * @param mayBeDomain whether its values may have to fulfil conditions, so that a new column's are
   *     written at once: only a domain's, but of a type of somebody's own the text doesn't say
   * @param serial whether it gives each row a number
   */
  record Type(boolean mayBeDomain, boolean serial) {}

  private static final Set<String> SERIAL =
      Set.of("serial", "serial2", "serial4", "serial8", "smallserial", "bigserial");

  /** PostgreSQL's own that are a single word, and those of common extensions: no domains. */
  private static final Set<String> KNOWN =
      Set.of(
          """
          bigint int8 bit varbit boolean bool box bytea char character varchar cidr circle date
          decimal dec double float float4 float8 inet integer int int4 interval json jsonb jsonpath
          line lseg macaddr macaddr8 money name nchar numeric oid path pg_lsn pg_snapshot point
          polygon real smallint int2 text time timestamp timestamptz timetz tsquery tsvector
          txid_snapshot uuid xml bpchar regclass regproc regprocedure regtype regrole regnamespace
          int4range int8range numrange tsrange tstzrange daterange int4multirange int8multirange
          nummultirange tsmultirange tstzmultirange datemultirange
          citext hstore ltree lquery cube geometry geography vector halfvec sparsevec
          """
              .strip()
              .split("\\s+"));

  private static final String[] FIELDS = {"year", "month", "day", "hour", "minute", "second"};

  private Types() {}

  static Type read(Cursor cursor, Made made) throws NotKnown {
    Type type = element(cursor, made);
    if (cursor.accept("array")) {
      acceptBounds(cursor);
      return new Type(type.mayBeDomain, false);
    }
    boolean array = false;
    while (acceptBounds(cursor)) {
      array = true;
    }
    return new Type(type.mayBeDomain, type.serial && !array);
  }

  private static boolean acceptBounds(Cursor cursor) throws NotKnown {
    if (!cursor.accept("[")) {
      return false;
    }
    cursor.accept(Token.Kind.NUMBER);
    cursor.expect("]");
    return true;
  }

  private static Type element(Cursor cursor, Made made) throws NotKnown {
    boolean quoted = cursor.peek().kind() == Token.Kind.QUOTED;
    cursor.accept("national");
    Name name = cursor.name();
    switch (name.written().toLowerCase(Locale.ROOT)) {
      case "double" -> cursor.expect("precision");
      case "character", "char", "nchar", "bit" -> cursor.accept("varying");
      case "interval" -> acceptFields(cursor);
      default -> {
        // One word.
      }
    }
    cursor.acceptParentheses();
    if (cursor.acceptAny("with", "without")) {
      Cursor.require(name.name().equals("time") || name.name().equals("timestamp"));
      cursor.expect("time", "zone");
    }
    boolean ofPostgres = !quoted && (name.schema().isEmpty() || name.schema().equals("pg_catalog"));
    boolean serial = name.schema().isEmpty() && SERIAL.contains(name.name());
    boolean known = serial || (ofPostgres && KNOWN.contains(name.name())) || made.hasType(name);
    return new Type(!known, serial);
  }

  private static void acceptFields(Cursor cursor) throws NotKnown {
    if (cursor.acceptAny(FIELDS)) {
      cursor.acceptParentheses();
      if (cursor.accept("to")) {
        cursor.expectAny(FIELDS);
      }
    }
  }
}
