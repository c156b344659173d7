package dev.godwit.operator.plan;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** What a {@link Guard} finds. */
public sealed interface Verdict {

  /** Nothing is wrong, or not yet for long enough: then it says when to look again. */
  record Fine(Optional<Instant> lookAgain) implements Verdict {}

  /** The migration must go back. */
  record Trip(Reason reason, String message) implements Verdict {}

  /** Going back would be worse than staying: the migration stops where it is. */
  record Halt(Reason reason, String message) implements Verdict {}

  /**
   * What a step did was undone by somebody else, or holds no longer: it is to be done again.
   *
   * @param outdated names of steps behind it that are to be begun anew in their turn
   */
  record Reopen(String step, String message, List<String> outdated) implements Verdict {

    /** Copies the list. */
    public Reopen {
      outdated = List.copyOf(outdated);
    }

    /** Nothing behind it is outdated. */
    public Reopen(String step, String message) {
      this(step, message, List.of());
    }
  }

  /** What a step has measured is too old by now: it is to be measured anew, in its turn. */
  record Outdated(String step, String message) implements Verdict {}

  /** See {@link Fine}. */
  static Verdict fine() {
    return new Fine(Optional.empty());
  }
}
