package dev.godwit.operator.reconcile;

import dev.godwit.api.v1alpha1.Direction;
import dev.godwit.api.v1alpha1.Failure;
import dev.godwit.api.v1alpha1.StepState;
import dev.godwit.operator.plan.Journal;
import dev.godwit.operator.plan.Journal.Entry;
import dev.godwit.operator.plan.Plan;
import dev.godwit.operator.plan.Reason;
import dev.godwit.operator.plan.Stage;
import dev.godwit.operator.plan.Step;
import dev.godwit.operator.step.Approval;
import dev.godwit.operator.step.Compare;
import dev.godwit.operator.step.RunSchema;
import dev.godwit.operator.step.Verbs;
import dev.godwit.operator.step.Window;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Tells what happened from one record of a journal to the next: one event a change. */
final class Narrator {

  private final Plan plan;
  private final Optional<Journal> before;
  private final Journal after;
  private final Optional<String> end;
  private final List<Narration> told = new ArrayList<>();

  private Narrator(Plan plan, Optional<Journal> before, Journal after, Optional<String> end) {
    this.plan = plan;
    this.before = before;
    this.after = after;
    this.end = end;
  }

  /** The events of one recorded decision, in order. */
  static List<Narration> narrate(Plan plan, Optional<Journal> before, Journal after) {
    return new Narrator(plan, before, after, Optional.empty()).narrate();
  }

  /**
   * The same, of what has other words for its end.
   *
   * @param end what is said of it, well or not
   */
  static List<Narration> narrate(Plan plan, Optional<Journal> before, Journal after, String end) {
    return new Narrator(plan, before, after, Optional.of(end)).narrate();
  }

  private List<Narration> narrate() {
    started();
    reopened();
    failure();
    traffic();
    gates();
    schemas();
    comparisons();
    completion();
    if (told.isEmpty()) {
      stage();
    }
    return List.copyOf(told);
  }

  private void started() {
    if (before.isEmpty()) {
      tell(
          false,
          "Started",
          "preflight passed; " + after.entries().size() + " steps to go; next: " + next());
    }
  }

  private void traffic() {
    String there = moved(StepState.DONE);
    if (!there.isEmpty()) {
      tell(false, "TrafficSwitched", "green has the traffic of " + there + "; next: " + next());
    }
    String back = moved(StepState.UNDONE);
    if (!back.isEmpty()) {
      tell(true, "TrafficRestored", "blue has the traffic of " + back + " again");
    }
  }

  /** The services whose switch has come to this state now. */
  private String moved(StepState state) {
    return after.entries().stream()
        .filter(entry -> entry.step().endsWith("/" + Verbs.SWITCH))
        .filter(entry -> entry.state() == state && entry.startedAt().isPresent())
        .filter(
            entry ->
                before
                    .flatMap(old -> old.find(entry.step()))
                    .filter(old -> old.state() == state)
                    .isEmpty())
        .map(entry -> entry.step().substring(0, entry.step().indexOf('/')))
        .collect(Collectors.joining(", "));
  }

  private void reopened() {
    before.ifPresent(
        old ->
            after.entries().stream()
                .filter(entry -> wasDone(old, entry) && !after.isDone(entry.step()))
                .filter(entry -> after.direction() == Direction.FORWARD)
                // That something is measured anew is no news.
                .filter(entry -> !entry.step().endsWith("/" + Verbs.BASELINE))
                .forEach(entry -> tell(true, reopening(entry), entry.message())));
  }

  /** A window closes again; anything else was undone by somebody. */
  private String reopening(Entry entry) {
    boolean window =
        plan.steps()
            .filter(Window.class::isInstance)
            .anyMatch(step -> step.name().equals(entry.step()));
    return window ? "WindowClosed" : Reason.TRAFFIC_CONTESTED.word();
  }

  private static boolean wasDone(Journal old, Entry entry) {
    return old.isDone(entry.step());
  }

  /** What is asked of a person is told once, and what they have answered. */
  private void gates() {
    plan.steps()
        .filter(Approval.class::isInstance)
        .map(step -> after.entry(step.name()))
        .forEach(
            entry -> {
              if (isNow(entry, StepState.RUNNING)) {
                tell(false, "AwaitingApproval", entry.message());
              } else if (isNow(entry, StepState.DONE)) {
                tell(false, "GatePassed", entry.step() + ": " + entry.message());
              }
            });
  }

  /** That a person must mend a SchemaMigration is told once, however it says why. */
  private void schemas() {
    boolean known = before.flatMap(old -> RunSchema.stalled(plan, old)).isPresent();
    if (!known) {
      RunSchema.stalled(plan, after)
          .ifPresent(said -> tell(true, Reason.SCHEMA_STALLED.word(), said));
    }
  }

  /** Where a comparison fails the migration, the failure says what was found. */
  private void comparisons() {
    plan.steps()
        .filter(Compare.class::isInstance)
        .map(step -> after.entry(step.name()))
        .filter(entry -> isNow(entry, StepState.DONE))
        .map(PerformanceTruth::narration)
        .forEach(one -> tell(one.warning(), one.reason(), one.message() + "; next: " + next()));
  }

  private boolean isNow(Entry entry, StepState state) {
    return entry.state() == state
        && before
            .flatMap(old -> old.find(entry.step()))
            .filter(old -> old.state() == state)
            .isEmpty();
  }

  private void failure() {
    Optional<String> known = before.flatMap(Journal::failure).map(Failure::message);
    boolean turned =
        after.direction() == Direction.BACKWARD
            && before.map(Journal::direction).orElse(Direction.FORWARD) == Direction.FORWARD;
    Optional<Failure> failure = after.failure();
    if (failure.isPresent() && (turned || !failure.map(Failure::message).equals(known))) {
      String way =
          after.direction() == Direction.BACKWARD
              ? "; rolling back"
              : "; stopped here: see status.message for the ways on";
      tell(true, failure.get().reason(), failure.get().message() + way);
    }
    if (failure.isEmpty() && known.isPresent()) {
      tell(false, "Resumed", "trying once more what had failed: " + known.get());
    }
  }

  /** A change of stage is told once: by what has changed it where that is told, or else by this. */
  private void stage() {
    Optional<Stage> stage = Progress.current(plan, after);
    if (stage.isEmpty() || before.flatMap(old -> Progress.current(plan, old)).equals(stage)) {
      return;
    }
    String steps = stage.get().steps().stream().map(Step::name).collect(Collectors.joining(", "));
    switch (after.direction()) {
      case FORWARD ->
          tell(
              false,
              stage.get().phase(),
              "stage "
                  + stage.get().name()
                  + ", "
                  + after.done()
                  + " of "
                  + after.entries().size()
                  + " steps done: "
                  + steps);
      case BACKWARD ->
          tell(false, "RollingBack", "taking back stage " + stage.get().name() + ": " + steps);
    }
  }

  private String next() {
    return Progress.current(plan, after).map(Stage::name).orElse("");
  }

  private void completion() {
    if (after.completed().isEmpty() || before.flatMap(Journal::completed).isPresent()) {
      return;
    }
    switch (after.direction()) {
      case FORWARD -> tell(false, "Succeeded", end.orElse("the new version serves"));
      case BACKWARD ->
          tell(
              true,
              "RolledBack",
              end.orElseGet(
                  () ->
                      "everything is as it was at the start: "
                          + after.failure().map(Failure::message).orElse("")));
    }
  }

  private void tell(boolean warning, String reason, String message) {
    told.add(new Narration(warning, reason, Messages.shortened(message, Messages.EVENT)));
  }
}
