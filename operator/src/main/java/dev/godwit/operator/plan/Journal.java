package dev.godwit.operator.plan;

import dev.godwit.api.v1alpha1.Direction;
import dev.godwit.api.v1alpha1.Failure;
import dev.godwit.api.v1alpha1.PreImage;
import dev.godwit.api.v1alpha1.StepState;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The truth about the past of a migration: every step of its plan with state, times, attempt,
 * message and pre-image.
 *
 * @param completed when the last step had ended
 * @param failure what stopped it or turned it round
 * @param steps what has become of each step, by its name, in the order of the plan
 */
public record Journal(
    Instant started,
    Optional<Instant> completed,
    Direction direction,
    Optional<Failure> failure,
    Map<String, Entry> steps) {

  /** Copies the map. */
  public Journal {
    steps = Collections.unmodifiableMap(new LinkedHashMap<>(steps));
  }

  /** A journal of these entries, in this order. */
  public Journal(
      Instant started,
      Optional<Instant> completed,
      Direction direction,
      Optional<Failure> failure,
      List<Entry> entries) {
    this(started, completed, direction, failure, byStep(entries));
  }

  private static Map<String, Entry> byStep(List<Entry> entries) {
    Map<String, Entry> steps = new LinkedHashMap<>();
    entries.forEach(entry -> steps.put(entry.step(), entry));
    return steps;
  }

  /** What has become of each step, in the order of the plan. */
  public List<Entry> entries() {
    return List.copyOf(steps.values());
  }

  /** The journal of a plan of which nothing was done. */
  public static Journal begin(Plan plan, Instant now) {
    return new Journal(
        now,
        Optional.empty(),
        Direction.FORWARD,
        Optional.empty(),
        plan.stages().stream()
            .flatMap(stage -> stage.steps().stream().map(step -> Entry.pending(step, stage)))
            .toList());
  }

  /**
   * The entry of a step.
   *
   * @throws IllegalArgumentException if the plan has no such step
   */
  public Entry entry(String step) {
    return find(step)
        .orElseThrow(() -> new IllegalArgumentException("no step " + step + " in the journal"));
  }

  /** The entry of a step, if the plan has such a step. */
  public Optional<Entry> find(String step) {
    return Optional.ofNullable(steps.get(step));
  }

  /** Whether a step is done. */
  public boolean isDone(String step) {
    return find(step).filter(entry -> entry.state() == StepState.DONE).isPresent();
  }

  /** Whether a step was ever begun. */
  public boolean wasBegun(String step) {
    return find(step).filter(entry -> entry.state() != StepState.PENDING).isPresent();
  }

  /** Services of which a step can't be taken back for now. */
  public Set<String> stuckServices() {
    return steps.values().stream()
        .filter(entry -> entry.state() == StepState.UNDO_FAILED)
        .map(Entry::step)
        .filter(step -> step.contains("/"))
        .map(step -> step.substring(0, step.indexOf('/')))
        .collect(Collectors.toUnmodifiableSet());
  }

  /** How many steps are done. */
  public long done() {
    return steps.values().stream().filter(entry -> entry.state() == StepState.DONE).count();
  }

  /** The same with another entry in the place of the one of its step. */
  public Journal with(Entry changed) {
    Map<String, Entry> others = new LinkedHashMap<>(steps);
    others.replace(changed.step(), changed);
    return new Journal(started, completed, direction, failure, others);
  }

  /** The same with the messages of another journal, as far as that has the same steps. */
  public Journal withMessagesOf(Journal other) {
    Map<String, Entry> quiet = new LinkedHashMap<>(steps);
    quiet.replaceAll(
        (step, entry) -> other.find(step).map(Entry::message).map(entry::saying).orElse(entry));
    return new Journal(started, completed, direction, failure, quiet);
  }

  /** The same, complete. */
  public Journal complete(Instant now) {
    return new Journal(started, Optional.of(now), direction, failure, steps);
  }

  /** The same, on the way back. */
  public Journal turned() {
    return new Journal(started, completed, Direction.BACKWARD, failure, steps);
  }

  /** The same with a failure, or without one. */
  public Journal withFailure(Optional<Failure> other) {
    return new Journal(started, completed, direction, other, steps);
  }

  /**
   * What has become of one step.
   *
   * @param attempt how often it was begun: 0 while it is pending
   * @param message what it waits for or why it failed; empty where there is nothing to say
   */
  public record Entry(
      String step,
      String stage,
      StepState state,
      Optional<Instant> startedAt,
      Optional<Instant> finishedAt,
      Optional<Instant> undoStartedAt,
      Optional<Instant> undoneAt,
      int attempt,
      String message,
      PreImage preImage) {

    static Entry pending(Step step, Stage stage) {
      return new Entry(
          step.name(),
          stage.name(),
          StepState.PENDING,
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          0,
          "",
          PreImage.NONE);
    }

    /** When the step began. */
    public Instant since() {
      return startedAt.orElseThrow(() -> new IllegalStateException(step + " was not begun"));
    }

    Entry begun(Instant now, PreImage before) {
      return new Entry(
          step,
          stage,
          StepState.RUNNING,
          Optional.of(now),
          Optional.empty(),
          undoStartedAt,
          undoneAt,
          attempt + 1,
          "",
          before);
    }

    /** To be begun once more; nothing of what it has recorded counts any longer. */
    Entry again(String why) {
      return new Entry(
          step,
          stage,
          StepState.PENDING,
          Optional.empty(),
          Optional.empty(),
          undoStartedAt,
          undoneAt,
          attempt,
          why,
          PreImage.NONE);
    }

    /** The same with something else in the place of the pre-image, where there is something. */
    Entry remembering(Optional<PreImage> remembered) {
      return new Entry(
          step,
          stage,
          state,
          startedAt,
          finishedAt,
          undoStartedAt,
          undoneAt,
          attempt,
          message,
          remembered.orElse(preImage));
    }

    Entry ended(StepState how, Instant now, String note) {
      return ended(how, now, note, preImage);
    }

    Entry ended(StepState how, Instant now, String note, PreImage remembered) {
      return new Entry(
          step,
          stage,
          how,
          startedAt,
          Optional.of(now),
          undoStartedAt,
          undoneAt,
          attempt,
          note,
          remembered);
    }

    Entry undoing(Instant now) {
      return new Entry(
          step,
          stage,
          StepState.UNDOING,
          startedAt,
          finishedAt,
          Optional.of(now),
          undoneAt,
          attempt,
          message,
          preImage);
    }

    /** On the way back, in this state for this reason. */
    Entry undoing(StepState how, String why) {
      return new Entry(
          step, stage, how, startedAt, finishedAt, undoStartedAt, undoneAt, attempt, why, preImage);
    }

    Entry undone(Instant now, String note) {
      return new Entry(
          step,
          stage,
          StepState.UNDONE,
          startedAt,
          finishedAt,
          undoStartedAt,
          Optional.of(now),
          attempt,
          note,
          preImage);
    }

    /** The same with another message. */
    public Entry saying(String other) {
      return new Entry(
          step,
          stage,
          state,
          startedAt,
          finishedAt,
          undoStartedAt,
          undoneAt,
          attempt,
          other,
          preImage);
    }
  }
}
