package dev.godwit.runner.schema;

import dev.godwit.contract.schema.SchemaFiles.Text;
import dev.godwit.contract.schema.SchemaReport.Cause;
import dev.godwit.contract.schema.SchemaVersion;
import dev.godwit.runner.schema.HistoryRow.Direction;
import java.util.Optional;

/** Which of a version's texts are needed for which way. */
final class Texts {

  private Texts() {}

  static Text kind(Direction direction) {
    return direction == Direction.DOWN ? Text.DOWN : Text.UP;
  }

  static Text checkKind(Direction direction) {
    return direction == Direction.DOWN ? Text.VERIFY_DOWN : Text.VERIFY;
  }

  /**
   * What is to be run.
   *
   * @throws SchemaFailure if it is missing, or can't be run
   */
  static String of(Catalogue catalogue, SchemaVersion version, Direction direction)
      throws SchemaFailure {
    if (direction != Direction.DOWN) {
      return catalogue.text(version, Text.UP);
    }
    return catalogue
        .find(version, Text.DOWN)
        .orElseThrow(
            () ->
                new SchemaFailure(
                        Cause.NO_DOWN,
                        "there is no file "
                            + Text.DOWN.file(version.version())
                            + ": the version can't be taken back")
                    .at(version.version(), Text.DOWN));
  }

  /**
   * What says afterwards whether all is as it should be.
   *
   * @throws SchemaFailure if it can't be run, or is missing where nothing else would tell
   */
  static Optional<String> checkOf(Catalogue catalogue, SchemaVersion version, Direction direction)
      throws SchemaFailure {
    Optional<String> check = catalogue.find(version, checkKind(direction));
    if (check.isEmpty() && direction != Direction.DOWN && !version.transactional()) {
      throw new SchemaFailure(
              Cause.BAD_ORDER,
              "there is no file "
                  + Text.VERIFY.file(version.version())
                  + ": a version that is not transactional needs one")
          .at(version.version(), Text.VERIFY);
    }
    return check;
  }
}
