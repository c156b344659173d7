package dev.godwit.runner.schema;

import dev.godwit.contract.schema.SchemaFiles.Text;
import dev.godwit.contract.schema.SchemaReport.Cause;
import dev.godwit.runner.database.TextPlace;
import java.util.Optional;

/** What a text must not have in it: said before anything runs. */
final class Refusals {

  private Refusals() {}

  /**
   * Looks through a text.
   *
   * @throws SchemaFailure with the line of the first thing that can't be run
   */
  static void check(String version, Text kind, String sql) throws SchemaFailure {
    Statements.Script script = Statements.of(sql);
    Optional<Statement> first =
        script.statements().stream()
            .filter(statement -> !reason(statement, kind).isEmpty())
            .findFirst();
    int statementAt = first.map(Statement::start).orElse(Integer.MAX_VALUE);
    if (script.backslash().orElse(Integer.MAX_VALUE) < statementAt) {
      throw refusal(
              sql,
              script.backslash().getAsInt(),
              "a backslash outside of quotes: commands of psql are not SQL, leave them out")
          .at(version, kind);
    }
    if (first.isPresent()) {
      throw refusal(sql, statementAt, reason(first.get(), kind)).at(version, kind);
    }
  }

  private static SchemaFailure refusal(String sql, int at, String reason) {
    return new SchemaFailure(
        Cause.BAD_ORDER, "line " + TextPlace.of(sql, at).line() + " has " + reason);
  }

  private static String reason(Statement statement, Text kind) {
    boolean verifies = kind == Text.VERIFY || kind == Text.VERIFY_DOWN;
    if (statement.controlsTransaction()) {
      return statement.head()
          + ": the runner begins and ends transactions itself, leave it out (or write transactional:"
          + " false for what can't be in one)";
    }
    if (statement.streams()) {
      return "a COPY from or to the client, which has nothing to give or take: write INSERT, or COPY"
          + " with a file of the server";
    }
    return verifies && statement.controlsSavepoints()
        ? statement.head() + ": a check has no savepoints, leave it out"
        : "";
  }
}
