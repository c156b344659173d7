package dev.godwit.runner.database;

import java.sql.SQLException;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

/** What a server says about a failure, without the values from rows that it repeats. */
public final class ServerMessage {

  /** Where in a function it happened; the rest of that context repeats statements and values. */
  private static final Pattern PLACE_IN_FUNCTION =
      Pattern.compile("^PL/pgSQL function (\\S+?)(?:\\([^)]*\\))? (line \\d+)", Pattern.MULTILINE);

  /**
   * Data exceptions: their message itself repeats the value that does not fit. Only those about
   * encodings name these.
   */
  private static final Pattern REPEATS_VALUE = Pattern.compile("22(?!P05|021).*");

  private static final Pattern QUOTED = Pattern.compile("\".*\"", Pattern.DOTALL);

  private ServerMessage() {}

  /**
   * In words, with line and column.
   *
   * @param failure what went wrong
   * @param sql what was sent, in which the place is
   */
  public static String of(SQLException failure, String sql) {
    return said(failure)
        .map(said -> message(said) + place(said, sql, 0).orElse(""))
        .orElseGet(failure::getMessage);
  }

  /**
   * The same, where one statement of a text was sent: without a better place it is said where that
   * begins.
   *
   * @param sql the whole text
   * @param start the index in it at which the statement begins
   */
  public static String ofPart(SQLException failure, String sql, int start) {
    return said(failure)
        .map(
            said ->
                message(said)
                    + place(said, sql, start)
                        .orElseGet(() -> " in the statement at " + TextPlace.of(sql, start)))
        .orElseGet(failure::getMessage);
  }

  /** What the server itself said; empty: it was the driver that failed. */
  public static Optional<ServerErrorMessage> said(SQLException failure) {
    return failure instanceof PSQLException postgres
        ? Optional.ofNullable(postgres.getServerErrorMessage())
        : Optional.empty();
  }

  /** A value with a place is one that the text has; without one it comes from a row. */
  private static String message(ServerErrorMessage said) {
    String message = Optional.ofNullable(said.getMessage()).orElse("");
    boolean ofRow =
        said.getPosition() < 1
            && REPEATS_VALUE.matcher(Optional.ofNullable(said.getSQLState()).orElse("")).matches();
    return ofRow ? QUOTED.matcher(message).replaceAll("\"…\"") : message;
  }

  private static Optional<String> place(ServerErrorMessage said, String sql, int start) {
    int characters = said.getPosition() - 1;
    if (characters >= 0 && characters <= sql.codePointCount(start, sql.length())) {
      return Optional.of(" at " + TextPlace.of(sql, sql.offsetByCodePoints(start, characters)));
    }
    Matcher function = PLACE_IN_FUNCTION.matcher(Optional.ofNullable(said.getWhere()).orElse(""));
    return function.find()
        ? Optional.of(" at " + function.group(2) + " of " + function.group(1))
        : Optional.empty();
  }
}
