package dev.godwit.operator.reconcile;

import dev.godwit.api.v1alpha1.Direction;
import dev.godwit.api.v1alpha1.StepState;
import dev.godwit.operator.plan.Journal;
import dev.godwit.operator.plan.Journal.Entry;
import dev.godwit.operator.plan.Reason;
import dev.godwit.operator.reconcile.Conditions.Truth;
import dev.godwit.operator.step.BackUp;
import java.util.Optional;

/** What is said of the backup of a database. */
final class BackupWords {

  private static final String CONDITION = "BackedUp";

  private BackupWords() {}

  /** Where the dump is, as the end of a sentence about a run that did not come to its end. */
  static Optional<String> dump(Journal journal) {
    return journal
        .find(BackUp.NAME)
        .filter(entry -> BackUp.isMade(entry.preImage()))
        .map(entry -> "; the database as it was before the first version is in " + entry.message());
  }

  /** Says whether there is a backup, where one is asked for. */
  static void say(Journal journal, Conditions conditions) {
    journal.find(BackUp.NAME).ifPresent(entry -> say(entry, journal.direction(), conditions));
  }

  private static void say(Entry entry, Direction direction, Conditions conditions) {
    if (BackUp.isMade(entry.preImage())) {
      conditions.set(CONDITION, Truth.TRUE, CONDITION, entry.message());
    } else if (entry.message().startsWith(BackUp.UNKNOWN)) {
      conditions.set(CONDITION, Truth.UNKNOWN, "NotKnown", entry.message());
    } else if (entry.state() == StepState.FAILED || direction == Direction.BACKWARD) {
      conditions.set(CONDITION, Truth.FALSE, Reason.BACKUP_FAILED.word(), none(entry.message()));
    } else {
      conditions.set(
          CONDITION,
          Truth.UNKNOWN,
          "NotYet",
          entry.message().isEmpty() ? "it is made before the first version" : entry.message());
    }
  }

  private static String none(String why) {
    if (why.isEmpty()) {
      return BackUp.NONE;
    }
    return why.startsWith(BackUp.NONE) ? why : BackUp.NONE + ": " + why;
  }
}
