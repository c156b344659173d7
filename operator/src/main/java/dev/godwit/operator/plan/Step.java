package dev.godwit.operator.plan;

import dev.godwit.api.v1alpha1.PreImage;
import java.util.Optional;
import java.util.Set;

/**
 * One reversible piece of a migration: pure data with pure logic.
 *
 * <p>The planner asks again and again until the answer is {@link Assessment.Done}: a step must
 * answer from what it is shown alone, and asking for the same action twice must do no harm, since a
 * crash may come between any two of its writes.
 */
public interface Step {

  /** Unique in the plan: {@code SERVICE/VERB}, or a verb alone where it is of no one service. */
  String name();

  /** The service that the step is of; empty for a step that is of no one service. */
  default Optional<String> service() {
    int slash = name().indexOf('/');
    return slash < 0 ? Optional.empty() : Optional.of(name().substring(0, slash));
  }

  /** What the step must be shown beyond what is always observed, forwards and backwards. */
  default Set<Need> needs() {
    return Set.of();
  }

  /** What the step is about to change, as it is now; recorded before the first write. */
  default PreImage preImage(Observation seen) {
    return PreImage.NONE;
  }

  /** How far the step is on the way forward. */
  Assessment assess(Situation situation);

  /**
   * How far the step is on the way back. Asked only of a step that was begun; must answer from the
   * journal and the observation, never from the health of the side that is left.
   */
  default Assessment assessUndo(Situation situation) {
    return Assessment.done();
  }

  /**
   * Whether it is not passed while the migration is paused, though it is done: a gate behind which
   * a step may stand that was recorded and not written, or what must be fresh when it is passed.
   */
  default boolean isHeldByPause() {
    return false;
  }

  /**
   * Whether it is a time in which is watched, and nothing else: when what had failed meanwhile is
   * mended, the whole time begins anew.
   */
  default boolean isWatch() {
    return false;
  }

  /** Whether there is no way back once this step has begun. */
  default boolean pointOfNoReturn() {
    return false;
  }

  /**
   * Whether everything that comes later stands on it: on the way back it waits for all of that,
   * also for what can't be taken back.
   */
  default boolean isStoodOn() {
    return false;
  }

  /**
   * Whether nothing turns round before this step has ended: only then it is known whether what it
   * does can be taken back.
   */
  default boolean holdsTurn(Journal journal) {
    return false;
  }

  /** Whether there is no way back any more for what became of this step. */
  default boolean isPastReturn(Journal journal) {
    return pointOfNoReturn() && journal.wasBegun(name());
  }
}
