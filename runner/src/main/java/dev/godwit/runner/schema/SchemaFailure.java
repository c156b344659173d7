package dev.godwit.runner.schema;

import dev.godwit.contract.schema.SchemaFiles.Text;
import dev.godwit.contract.schema.SchemaReport.Cause;
import dev.godwit.contract.schema.SchemaReport.Failed;
import dev.godwit.contract.schema.SchemaReport.Result;
import dev.godwit.runner.database.ServerMessage;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** Why an order could not be carried out, and where. The message is for the user. */
class SchemaFailure extends Exception {

  /** Not had in time, deadlock, serialization: the same may succeed when tried again. */
  private static final Pattern LOCK = Pattern.compile("55P03|40P01|40001");

  /**
   * The connection is gone: classes of connection exceptions, the server's end (all its ways), and
   * a transaction that was idle for too long.
   */
  private static final Pattern LOST = Pattern.compile("08...|57P0[1-5]|25P03");

  private static final String NO_RIGHT = "42501";

  private final Cause cause;
  private final String version;
  private final Text text;
  private final String sqlState;

  SchemaFailure(Cause cause, String message) {
    this(cause, null, null, message, null, null);
  }

  private SchemaFailure(
      Cause cause, String version, Text text, String message, String sqlState, Exception why) {
    super(message, why);
    this.cause = cause;
    this.version = version;
    this.text = text;
    this.sqlState = sqlState;
  }

  /** A copy. */
  SchemaFailure(SchemaFailure other) {
    this(other.cause, other.version, other.text, other.getMessage(), other.sqlState, other);
  }

  /**
   * What the server, or the driver, said.
   *
   * @param sql what was sent
   */
  static SchemaFailure of(SQLException failure, String sql) {
    return said(failure, ServerMessage.of(failure, sql));
  }

  /** The same, where only one statement of a text was sent. */
  static SchemaFailure of(SQLException failure, String sql, Statement statement) {
    return said(failure, ServerMessage.ofPart(failure, sql, statement.start()));
  }

  private static SchemaFailure said(SQLException failure, String message) {
    String state = Optional.ofNullable(failure.getSQLState()).orElse("08000");
    return new SchemaFailure(
        causeOf(state, failure),
        null,
        null,
        isTooMuch(failure) ? "it returns more rows than can be held: let it return fewer" : message,
        state,
        failure);
  }

  private static Cause causeOf(String state, SQLException failure) {
    if (LOCK.matcher(state).matches()) {
      return Cause.LOCKED;
    }
    if (LOST.matcher(state).matches() && !isOfText(failure)) {
      return Cause.NO_ANSWER;
    }
    return state.equals(NO_RIGHT) ? Cause.REFUSED : Cause.SQL;
  }

  /** The driver breaks off when a text changes the encoding, or returns more than it may. */
  private static boolean isOfText(SQLException failure) {
    return isTooMuch(failure) || message(failure).contains("client_encoding");
  }

  private static boolean isTooMuch(SQLException failure) {
    return message(failure).contains("maxResultBuffer");
  }

  private static String message(SQLException failure) {
    return Optional.ofNullable(failure.getMessage()).orElse("");
  }

  /** The same, of a version's text. A missing right is the text's own then. */
  SchemaFailure at(String ofVersion, Text ofText) {
    Cause known = cause == Cause.REFUSED && sqlState != null ? Cause.SQL : cause;
    return new SchemaFailure(known, ofVersion, ofText, getMessage(), sqlState, this);
  }

  SchemaFailure as(Cause other) {
    return new SchemaFailure(other, version, text, getMessage(), sqlState, this);
  }

  SchemaFailure with(String more) {
    return new SchemaFailure(cause, version, text, getMessage() + more, sqlState, this);
  }

  Cause why() {
    return cause;
  }

  Optional<String> sqlState() {
    return Optional.ofNullable(sqlState);
  }

  /** The report of it, after other versions were done. */
  Failed report(String current, List<Result> done) {
    return new Failed(cause, version, text, getMessage(), sqlState, current, done);
  }
}
