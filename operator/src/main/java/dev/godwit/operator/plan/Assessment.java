package dev.godwit.operator.plan;

import dev.godwit.api.v1alpha1.PreImage;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** A step's answer to how far it is. */
public sealed interface Assessment {

  /**
   * These writes are needed now; the step is asked again with what is seen after them.
   *
   * @param inOrder how many of them, from the first one on, are made one after the other, each only
   *     if those before succeed; when they have, the others are made side by side
   */
  record Act(List<Action> actions, String why, int inOrder) implements Assessment {}

  /**
   * Nothing to do but to wait, for an event or until a time.
   *
   * @param why what is waited for; must not change while it is the same thing that is waited for,
   *     since every change is a write
   * @param until when to look again though nothing was heard
   * @param remembered takes the place of the pre-image where there is one
   */
  record Wait(String why, Optional<Instant> until, Optional<PreImage> remembered)
      implements Assessment {}

  /**
   * The step has ended as it should.
   *
   * @param note kept in the journal where it isn't empty
   * @param remembered takes the place of the pre-image where there is one: for what is known only
   *     when the step has ended, such as what the API server made of an object
   */
  record Done(String note, Optional<PreImage> remembered) implements Assessment {}

  /**
   * The step can't succeed.
   *
   * @param remembered takes the place of the pre-image where there is one
   */
  record Failed(Reason reason, String message, Optional<PreImage> remembered)
      implements Assessment {}

  /** See {@link Done}; nothing to note. */
  static Assessment done() {
    return new Done("", Optional.empty());
  }

  /** See {@link Done}; with something to note. */
  static Assessment done(String note) {
    return new Done(note, Optional.empty());
  }

  /** See {@link Done}; with something to remember. */
  static Assessment done(PreImage remembered) {
    return new Done("", Optional.of(remembered));
  }

  /** See {@link Done}; with something to note, and something to remember. */
  static Assessment done(String note, PreImage remembered) {
    return new Done(note, Optional.of(remembered));
  }

  /** See {@link Act}. */
  static Assessment act(String why, List<Action> actions) {
    return new Act(List.copyOf(actions), why, actions.size());
  }

  /** See {@link Act}; for writes that don't depend on each other. */
  static Assessment actSideBySide(String why, List<Action> actions) {
    return new Act(List.copyOf(actions), why, 0);
  }

  /** See {@link Act}; some in order, and others after them that don't depend on each other. */
  static Assessment act(String why, List<Action> inOrder, List<Action> sideBySide) {
    return new Act(
        Stream.concat(inOrder.stream(), sideBySide.stream()).toList(), why, inOrder.size());
  }

  /** See {@link Act}. */
  static Assessment act(String why, Action action) {
    return new Act(List.of(action), why, 1);
  }

  /** See {@link Wait}; for something that is watched. */
  static Assessment await(String why) {
    return new Wait(why, Optional.empty(), Optional.empty());
  }

  /** See {@link Wait}; at most until a time. */
  static Assessment await(String why, Instant until) {
    return new Wait(why, Optional.of(until), Optional.empty());
  }

  /** See {@link Failed}. */
  static Assessment failed(Reason reason, String message) {
    return new Failed(reason, message, Optional.empty());
  }
}
