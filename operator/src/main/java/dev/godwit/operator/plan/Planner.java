package dev.godwit.operator.plan;

import dev.godwit.api.v1alpha1.Direction;
import dev.godwit.api.v1alpha1.Failure;
import dev.godwit.api.v1alpha1.OnFailure;
import dev.godwit.api.v1alpha1.OnUndoFailure;
import dev.godwit.api.v1alpha1.StepState;
import dev.godwit.operator.plan.Decision.StepAction;
import dev.godwit.operator.plan.Journal.Entry;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Drives any plan, forwards, or backwards when something trips. One instance makes one decision.
 *
 * <p>Forwards, a stage is begun when all before it are done; several may be passed in one decision
 * where nothing has to be waited for. Backwards, every step that was begun is taken back, stage by
 * stage in the order of the plan's way back.
 */
public final class Planner {

  /** How long an undo that can't go on is left alone before it is tried again. */
  private static final Duration UNDO_RETRY = Duration.ofSeconds(10);

  private final Plan plan;
  private final Observation seen;
  private final Controls controls;
  private final Instant now;

  private Journal journal;
  private final List<StepAction> actions = new ArrayList<>();
  private Optional<Instant> recheck = Optional.empty();

  private Planner(Plan plan, Journal journal, Observation seen, Controls controls, Instant now) {
    this.plan = plan;
    this.journal = journal;
    this.seen = seen;
    this.controls = controls;
    this.now = now;
  }

  /**
   * Decides what follows. Pure: the same arguments give the same decision.
   *
   * @param journal of this plan
   */
  public static Decision decide(
      Plan plan, Journal journal, Observation seen, Controls controls, Instant now) {
    return new Planner(plan, journal, seen, controls, now).decide();
  }

  /** Whether something was done from which there is no way back. */
  public static boolean isPastPointOfNoReturn(Plan plan, Journal journal) {
    return plan.steps().anyMatch(step -> step.isPastReturn(journal));
  }

  /**
   * What must be observed for the next decision: what the steps need that are next, in the stage
   * that is reached and in the one that may follow in the same decision.
   */
  public static Set<Need> needs(Plan plan, Journal journal) {
    Set<Step> next = next(plan, journal);
    Stream<Need> ofSteps =
        plan.steps()
            .filter(
                step ->
                    next.contains(step)
                        || journal.entry(step.name()).state() == StepState.UNDO_FAILED)
            .flatMap(step -> step.needs().stream());
    Stream<Need> ofGuards = plan.guards().stream().flatMap(guard -> guard.needs(journal).stream());
    return Stream.concat(ofSteps, ofGuards).collect(Collectors.toUnmodifiableSet());
  }

  /**
   * The services that must be looked at for the next decision: those of which something was begun,
   * and those of the steps that are next. Nothing is decided about others, however many they are.
   */
  public static Set<String> reached(Plan plan, Journal journal) {
    Set<Step> next = next(plan, journal);
    return plan.steps()
        .filter(step -> next.contains(step) || journal.wasBegun(step.name()))
        .flatMap(step -> step.service().stream())
        .collect(Collectors.toUnmodifiableSet());
  }

  /** The steps of the stage that is reached, and of the one that may follow. */
  private static Set<Step> next(Plan plan, Journal journal) {
    boolean forward = journal.direction() == Direction.FORWARD;
    List<Stage> stages = forward ? plan.stages() : plan.wayBack();
    return stages.stream()
        .map(stage -> stage.steps().stream().filter(step -> isNext(step, plan, journal)).toList())
        .filter(steps -> !steps.isEmpty())
        .limit(2)
        .flatMap(List::stream)
        .collect(Collectors.toSet());
  }

  /**
   * Whether nothing on the way back goes on by itself: something can't be taken back for now, and
   * all that is left waits for it.
   */
  public static boolean isStuck(Plan plan, Journal journal, OnUndoFailure onUndoFailure) {
    List<Step> failed =
        plan.steps()
            .filter(step -> journal.entry(step.name()).state() == StepState.UNDO_FAILED)
            .toList();
    boolean stop =
        onUndoFailure == OnUndoFailure.STOP
            || failed.stream().anyMatch(step -> step.service().isEmpty());
    List<StepState> left =
        plan.steps()
            .filter(step -> isOpen(step, journal))
            .filter(step -> stop || !isHeldUp(step, plan, journal))
            .map(step -> journal.entry(step.name()).state())
            .toList();
    return !failed.isEmpty()
        && journal.direction() == Direction.BACKWARD
        && (stop ? !left.contains(StepState.UNDOING) : left.isEmpty());
  }

  /** Whether a step will be asked when its stage is reached. */
  private static boolean isNext(Step step, Plan plan, Journal journal) {
    return isOpen(step, journal) && !isHeldUp(step, plan, journal);
  }

  /**
   * Whether a step waits for another one that can't be taken back for now: one of its service, or
   * any that stands on it.
   */
  private static boolean isHeldUp(Step step, Plan plan, Journal journal) {
    return step.service().filter(journal.stuckServices()::contains).isPresent()
        || (step.isStoodOn()
            && journal.direction() == Direction.BACKWARD
            && plan.steps()
                .dropWhile(other -> !other.equals(step))
                .skip(1)
                .anyMatch(other -> isOpen(other, journal)));
  }

  private boolean isHeldUp(Step step) {
    return isHeldUp(step, plan, journal);
  }

  private static boolean isOpen(Step step, Journal journal) {
    StepState state = journal.entry(step.name()).state();
    return journal.direction() == Direction.FORWARD
        ? state != StepState.DONE
        : state != StepState.PENDING && state != StepState.UNDONE;
  }

  private Decision decide() {
    if (journal.completed().isPresent()) {
      return new Decision(journal, List.of(), List.of(), List.of(), List.of(), Optional.empty());
    }
    // Before anything is decided: what turns a migration round is among them.
    List<Standing> standings = standings();
    if (isTurnHeld()) {
      forward(1);
    }
    if (!isTurnHeld()) {
      if (journal.direction() == Direction.FORWARD) {
        heedPerson();
      }
      if (journal.direction() == Direction.FORWARD && journal.failure().isEmpty()) {
        heedGuards();
      }
      if (journal.direction() == Direction.FORWARD && journal.failure().isEmpty()) {
        forward(plan.stages().size());
      }
    }
    // A failure found on the way forward turns round in the same decision: no time is lost.
    if (journal.direction() == Direction.BACKWARD) {
      backward();
    }
    upkeep();
    return new Decision(
        journal,
        List.copyOf(actions),
        wanted(Guard::probes),
        wanted(Guard::metrics),
        standings,
        recheck);
  }

  private List<Standing> standings() {
    Situation situation = new Situation(seen, journal, null, now);
    return plan.guards().stream().flatMap(guard -> guard.standing(situation).stream()).toList();
  }

  /** Whether a step is under way before whose end nothing turns round. */
  private boolean isTurnHeld() {
    return journal.direction() == Direction.FORWARD
        && journal.failure().isEmpty()
        && plan.steps().anyMatch(step -> step.holdsTurn(journal));
  }

  private void heedPerson() {
    if (controls.back().isPresent()) {
      Controls.Back back = controls.back().get();
      Failure failure = journal.failure().orElse(failure(back.reason(), back.message()));
      if (!isPastPointOfNoReturn(plan, journal)) {
        turn(failure);
        return;
      }
      if (controls.staysPastReturn()) {
        journal = journal.withFailure(Optional.of(failure));
        return;
      }
    }
    journal
        .failure()
        .ifPresent(
            failure -> {
              boolean acknowledged = Boolean.TRUE.equals(failure.acknowledged());
              if (controls.paused() && !acknowledged) {
                journal =
                    journal.withFailure(
                        Optional.of(
                            new Failure(
                                failure.reason(), failure.message(), failure.time(), true)));
              } else if (!controls.paused() && acknowledged) {
                tryOnceMore();
              }
            });
  }

  private void tryOnceMore() {
    journal = journal.withFailure(Optional.empty());
    plan.steps()
        .filter(this::isToBeTriedAgain)
        .map(step -> journal.entry(step.name()))
        .forEach(entry -> journal = journal.with(entry.begun(now, entry.preImage())));
  }

  /** What has failed itself; and a watch under which something else has. */
  private boolean isToBeTriedAgain(Step step) {
    return stateOf(step) == StepState.FAILED
        || (stateOf(step) == StepState.RUNNING && step.isWatch());
  }

  private void heedGuards() {
    for (Guard guard : plan.guards()) {
      switch (guard.evaluate(new Situation(seen, journal, null, now))) {
        case Verdict.Fine fine -> fine.lookAgain().ifPresent(this::lookAgain);
        case Verdict.Trip trip -> {
          fail(trip.reason(), trip.message());
          return;
        }
        case Verdict.Halt halt -> {
          journal = journal.withFailure(Optional.of(failure(halt.reason(), halt.message())));
          return;
        }
        case Verdict.Reopen reopen -> {
          Entry entry = journal.entry(reopen.step());
          journal = journal.with(entry.begun(now, entry.preImage()).saying(reopen.message()));
          reopen.outdated().forEach(step -> again(step, reopen.message()));
        }
        case Verdict.Outdated outdated -> again(outdated.step(), outdated.message());
      }
    }
  }

  private void again(String step, String why) {
    journal = journal.with(journal.entry(step).again(why));
  }

  /** Turns round, or stops where the user wants that or nothing else is left. */
  private void fail(Reason reason, String message) {
    Failure failure = failure(reason, message);
    if (controls.onFailure() == OnFailure.PAUSE || isPastPointOfNoReturn(plan, journal)) {
      journal = journal.withFailure(Optional.of(failure));
    } else {
      turn(failure);
    }
  }

  private void turn(Failure failure) {
    journal = journal.withFailure(Optional.of(failure)).turned();
    actions.clear();
    recheck = Optional.empty();
  }

  private Failure failure(Reason reason, String message) {
    return new Failure(reason.word(), message, now, null);
  }

  /** Begins and continues so many stages at the most. */
  private void forward(int most) {
    int left = most;
    for (Stage stage : plan.stages()) {
      if (allAre(stage, StepState.DONE)) {
        continue;
      }
      if (left-- == 0) {
        return;
      }
      if (controls.paused() && allAre(stage, StepState.PENDING)) {
        return;
      }
      if (!isObserved(stage.steps())) {
        return;
      }
      List<Assessment.Failed> failures = new ArrayList<>();
      for (Step step : stage.steps()) {
        forward(step).ifPresent(failures::add);
      }
      if (!failures.isEmpty()) {
        fail(
            failures.getFirst().reason(),
            String.join("; ", failures.stream().map(Assessment.Failed::message).toList()));
        return;
      }
      if (!allAre(stage, StepState.DONE)) {
        return;
      }
    }
    journal = journal.complete(now);
  }

  /** Steps are asked only when they are shown what they need; else it is observed next time. */
  private boolean isObserved(List<Step> steps) {
    boolean observed =
        steps.stream()
            .filter(step -> isNext(step, plan, journal) || stateOf(step) == StepState.UNDO_FAILED)
            .allMatch(
                step ->
                    seen.needs().containsAll(step.needs())
                        && step.service().filter(seen.unseen()::contains).isEmpty());
    if (!observed) {
      lookAgain(now);
    }
    return observed;
  }

  private Optional<Assessment.Failed> forward(Step step) {
    Entry entry = journal.entry(step.name());
    if (entry.state() == StepState.DONE) {
      return Optional.empty();
    }
    if (entry.state() == StepState.PENDING) {
      entry = entry.begun(now, step.preImage(seen));
      journal = journal.with(entry);
    }
    switch (assessed(step, entry)) {
      case Assessment.Act act -> {
        journal = journal.with(entry.saying(act.why()));
        request(step, act);
      }
      case Assessment.Wait wait -> {
        journal = journal.with(entry.remembering(wait.remembered()).saying(wait.why()));
        wait.until().ifPresent(this::lookAgain);
      }
      case Assessment.Done done when controls.paused() && step.isHeldByPause() ->
          journal = journal.with(entry.saying("spec.paused is true: " + done.note()));
      case Assessment.Done done ->
          journal =
              journal.with(
                  entry.ended(
                      StepState.DONE,
                      now,
                      done.note(),
                      done.remembered().orElse(entry.preImage())));
      case Assessment.Failed failed -> {
        journal =
            journal.with(
                entry
                    .remembering(failed.remembered())
                    .ended(StepState.FAILED, now, failed.message()));
        return Optional.of(
            new Assessment.Failed(
                failed.reason(), step.name() + ": " + failed.message(), failed.remembered()));
      }
    }
    return Optional.empty();
  }

  private Assessment assessed(Step step, Entry entry) {
    String rejection = seen.rejections().get(step.name());
    return rejection != null
        ? Assessment.failed(Reason.REJECTED, rejection)
        : step.assess(new Situation(seen, journal, entry, now));
  }

  /**
   * Takes back stage by stage. What can't be taken back for now holds up everything that comes
   * after it, or where the user wants the others to go on, the steps of its own service only.
   */
  private void backward() {
    for (Stage stage : plan.wayBack()) {
      List<Step> left = stage.steps().stream().filter(step -> !isTakenBack(step)).toList();
      if (!isObserved(left)) {
        return;
      }
      for (Step step : left) {
        if (stateOf(step) == StepState.UNDO_FAILED || !isHeldUp(step)) {
          backward(step);
        }
      }
      if (left.stream().anyMatch(this::holdsUpTheRest)) {
        return;
      }
    }
    if (plan.steps().allMatch(this::isTakenBack)) {
      journal = journal.complete(now);
    }
  }

  private boolean holdsUpTheRest(Step step) {
    if (isTakenBack(step)) {
      return false;
    }
    return controls.onUndoFailure() == OnUndoFailure.STOP || !isHeldUp(step);
  }

  private boolean isTakenBack(Step step) {
    StepState state = stateOf(step);
    return state == StepState.PENDING || state == StepState.UNDONE;
  }

  private StepState stateOf(Step step) {
    return journal.entry(step.name()).state();
  }

  private void backward(Step step) {
    Entry entry = journal.entry(step.name());
    if (entry.state() != StepState.UNDOING && entry.state() != StepState.UNDO_FAILED) {
      entry = entry.undoing(now);
    }
    String rejection = seen.rejections().get(step.name());
    Assessment answer =
        rejection != null
            ? Assessment.failed(Reason.REJECTED, rejection)
            : step.assessUndo(new Situation(seen, journal, entry, now));
    switch (answer) {
      case Assessment.Act act -> {
        journal = journal.with(entry.undoing(StepState.UNDOING, act.why()));
        request(step, act);
      }
      case Assessment.Wait wait -> {
        journal = journal.with(entry.undoing(StepState.UNDOING, wait.why()));
        wait.until().ifPresent(this::lookAgain);
      }
      case Assessment.Done done ->
          journal = journal.with(entry.remembering(done.remembered()).undone(now, done.note()));
      case Assessment.Failed failed -> {
        // Nobody else takes it back: say what is in the way, and try again for as long as it is.
        journal =
            journal.with(
                entry
                    .remembering(failed.remembered())
                    .undoing(StepState.UNDO_FAILED, failed.message()));
        lookAgain(now.plus(UNDO_RETRY));
      }
    }
  }

  private void request(Step step, Assessment.Act act) {
    for (int index = 0; index < act.actions().size(); index++) {
      int lane = index < act.inOrder() ? 0 : index + 1;
      actions.add(new StepAction(step.name(), act.actions().get(index), lane));
    }
    lookAgain(now);
  }

  /**
   * A person who has paused a migration, or one that it has stopped for, loses no members by it.
   */
  private void upkeep() {
    if (journal.completed().isPresent()) {
      return;
    }
    Situation situation = new Situation(seen, journal, null, now);
    List<StepAction> kept =
        plan.guards().stream().flatMap(guard -> guard.upkeep(situation).stream()).toList();
    if (!kept.isEmpty()) {
      actions.addAll(kept);
      lookAgain(now);
    }
  }

  /**
   * What guards want asked; nothing on the way back, which depends on the health of nobody, and
   * nothing while somebody mends what has failed: what was bad before says nothing afterwards.
   */
  private <T> List<T> wanted(BiFunction<Guard, Situation, List<T>> asked) {
    boolean mended =
        journal.failure().filter(one -> Boolean.TRUE.equals(one.acknowledged())).isPresent();
    if (journal.completed().isPresent() || journal.direction() == Direction.BACKWARD || mended) {
      return List.of();
    }
    Situation situation = new Situation(seen, journal, null, now);
    return plan.guards().stream().flatMap(guard -> asked.apply(guard, situation).stream()).toList();
  }

  private boolean allAre(Stage stage, StepState state) {
    return stage.steps().stream().allMatch(step -> journal.entry(step.name()).state() == state);
  }

  private void lookAgain(Instant when) {
    if (recheck.isEmpty() || when.isBefore(recheck.get())) {
      recheck = Optional.of(when);
    }
  }
}
