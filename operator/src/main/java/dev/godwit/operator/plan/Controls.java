package dev.godwit.operator.plan;

import dev.godwit.api.v1alpha1.OnFailure;
import dev.godwit.api.v1alpha1.OnUndoFailure;
import java.util.Optional;

/**
 * What is wanted of a migration that runs.
 *
 * @param back why it is to go back, where that is wanted
 * @param staysPastReturn whether what can't be taken back any more is left as it is by one who
 *     wants it back; else what is left, as the clean-up, is done to its end
 */
public record Controls(
    boolean paused,
    Optional<Back> back,
    boolean staysPastReturn,
    OnFailure onFailure,
    OnUndoFailure onUndoFailure) {

  /** That everything is to go back, in a word and in words. */
  public record Back(Reason reason, String message) {

    /** A person has set {@code spec.abort}. */
    public static final Back ABORTED = new Back(Reason.ABORTED, "spec.abort was set to true");

    /** It is being deleted. */
    public static Back deleted(String kind) {
      return new Back(Reason.DELETED, "the " + kind + " was deleted");
    }
  }
}
