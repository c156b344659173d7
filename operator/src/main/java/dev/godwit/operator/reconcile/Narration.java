package dev.godwit.operator.reconcile;

import java.util.List;

/**
 * One thing that happened, as it is told in an event.
 *
 * @param warning whether a person should look
 * @param reason one CamelCase word
 */
public record Narration(boolean warning, String reason, String message) {

  /**
   * That it could not be written into answers what became of them.
   *
   * @param refused what stood against it
   */
  static Narration untold(List<String> refused) {
    return new Narration(
        true,
        "AnswersUntold",
        "can't write into MigrationApprovals what became of them: " + String.join("; ", refused));
  }
}
