package dev.godwit.operator.reconcile;

import dev.godwit.api.v1alpha1.StepState;
import dev.godwit.operator.plan.Journal;
import dev.godwit.operator.plan.Journal.Entry;
import dev.godwit.operator.reconcile.Conditions.Truth;
import dev.godwit.operator.step.CompareSchema;
import dev.godwit.operator.step.LockDatabase;
import dev.godwit.operator.step.UnlockDatabase;
import java.util.Optional;

/** What is said of the lock that keeps others out of a database. */
final class LockWords {

  private static final String CONDITION = "Locked";

  private LockWords() {}

  /** That others may be kept out still, as the end of a sentence about a run that has stopped. */
  static Optional<String> shut(Journal journal) {
    return journal
        .find(LockDatabase.NAME)
        .filter(lock -> mayBeShut(lock, journal))
        .map(
            any ->
                "; others are kept out of the database until this goes on: GRANT CONNECT ON DATABASE"
                    + " … TO … lets them in, and from then on the dump is not restored any more");
  }

  /** Says whether others are kept out, where that is asked for. */
  static void say(Journal journal, Conditions conditions) {
    journal
        .find(LockDatabase.NAME)
        .ifPresent(
            lock -> {
              if (lock.state() == StepState.PENDING || !mayBeShut(lock, journal)) {
                conditions.set(
                    CONDITION, Truth.FALSE, "Open", "others can connect to the database");
              } else if (!journal.wasBegun(CompareSchema.NAME)) {
                conditions.set(CONDITION, Truth.UNKNOWN, "Locking", lock.message());
              } else {
                conditions.set(
                    CONDITION, Truth.TRUE, CONDITION, "nobody else can connect to the database");
              }
            });
  }

  private static boolean mayBeShut(Entry lock, Journal journal) {
    return lock.state() != StepState.PENDING
        && lock.state() != StepState.UNDONE
        && journal.entry(UnlockDatabase.NAME).state() != StepState.DONE;
  }
}
