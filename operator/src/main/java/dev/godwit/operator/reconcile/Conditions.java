package dev.godwit.operator.reconcile;

import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.ConditionBuilder;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Builds the conditions of a status; the time of a transition changes with the status only. */
final class Conditions {

  /** What a condition says. */
  enum Truth {
    TRUE("True"),
    FALSE("False"),
    UNKNOWN("Unknown");

    private final String word;

    Truth(String word) {
      this.word = word;
    }

    static Truth of(boolean value) {
      return value ? TRUE : FALSE;
    }
  }

  private final List<Condition> before;
  private final Long generation;
  private final Instant now;
  private final List<Condition> conditions = new ArrayList<>();

  Conditions(List<Condition> before, Long generation, Instant now) {
    this.before = before == null ? List.of() : before;
    this.generation = generation;
    this.now = now;
  }

  /** Sets a condition. */
  Conditions set(String type, Truth status, String reason, String message) {
    String since =
        known(type)
            .filter(condition -> status.word.equals(condition.getStatus()))
            .map(Condition::getLastTransitionTime)
            .orElseGet(() -> now.truncatedTo(ChronoUnit.SECONDS).toString());
    conditions.add(
        new ConditionBuilder()
            .withType(type)
            .withStatus(status.word)
            .withReason(reason)
            .withMessage(Messages.shortened(message, Messages.STATUS))
            .withObservedGeneration(generation)
            .withLastTransitionTime(since)
            .build());
    return this;
  }

  /** Sets a condition that is left out for as long as it has never been true. */
  Conditions setOnceTrue(String type, boolean status, String reason, String message) {
    return status || known(type).isPresent() ? set(type, Truth.of(status), reason, message) : this;
  }

  private Optional<Condition> known(String type) {
    return before.stream().filter(condition -> type.equals(condition.getType())).findFirst();
  }

  List<Condition> build() {
    return List.copyOf(conditions);
  }
}
