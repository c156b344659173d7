package dev.godwit.runner.schema;

import java.util.regex.Pattern;

/**
 * A statement in a text.
 *
 * @param start the index of its first character, comments before it left out
 * @param end the index behind its last one, before the semicolon
 * @param head its first words, in capitals, with a space between them
 * @param streams whether it is a {@code COPY} that needs the client's own input or output
 * @param concurrently whether the word is in it
 */
record Statement(int start, int end, String head, boolean streams, boolean concurrently) {

  private static final Pattern ENDS_TRANSACTION =
      Pattern.compile(
          "(BEGIN|COMMIT|END|ABORT|START TRANSACTION|PREPARE TRANSACTION|ROLLBACK)( .*)?");
  private static final Pattern TO_SAVEPOINT =
      Pattern.compile("ROLLBACK ((WORK|TRANSACTION) )?TO( .*)?");
  private static final Pattern SAVEPOINT = Pattern.compile("(SAVEPOINT|RELEASE)( .*)?");
  private static final Pattern PROGRAM = Pattern.compile("(DO|CALL)( .*)?");

  /** Whether it begins or ends a transaction. */
  boolean controlsTransaction() {
    return ENDS_TRANSACTION.matcher(head).matches() && !TO_SAVEPOINT.matcher(head).matches();
  }

  /** Whether it sets savepoints, or goes back to one. */
  boolean controlsSavepoints() {
    return SAVEPOINT.matcher(head).matches() || TO_SAVEPOINT.matcher(head).matches();
  }

  /** Whether it runs a program, which can raise an error. */
  boolean isProgram() {
    return PROGRAM.matcher(head).matches();
  }
}
