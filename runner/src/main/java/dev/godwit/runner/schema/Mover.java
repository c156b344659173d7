package dev.godwit.runner.schema;

import dev.godwit.contract.schema.SchemaOrder;
import dev.godwit.contract.schema.SchemaReport;
import dev.godwit.contract.schema.SchemaReport.Cause;
import dev.godwit.contract.schema.SchemaReport.Moved;
import dev.godwit.contract.schema.SchemaReport.Result;
import dev.godwit.contract.schema.SchemaVersion;
import dev.godwit.runner.schema.HistoryRow.Direction;
import dev.godwit.runner.schema.HistoryRow.State;
import dev.godwit.runner.schema.Step.LostCommit;
import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Brings the versions of an order, or takes them back, one after the other. */
final class Mover {

  private final Work work;
  private final Direction direction;
  private final Attempts attempts;
  private final Duration patience;
  private final PrintStream err;
  private final List<Result> done = new ArrayList<>();

  /**
   * Moves nothing yet.
   *
   * @param err is told of each version
   */
  Mover(Work work, Attempts attempts, PrintStream err) {
    this.work = work;
    this.direction =
        work.order().action() == SchemaOrder.Action.DOWN ? Direction.DOWN : Direction.UP;
    this.attempts = attempts;
    this.patience = Duration.ofMillis(work.order().patienceMillis());
    this.err = err;
  }

  /** Runs all of them, or up to the first that fails. */
  SchemaReport run() throws InterruptedException {
    try {
      work.fence().acquire(new Patience(work.time(), patience), err);
      List<Integer> places = new ArrayList<>();
      for (String version : work.order().versions()) {
        places.add(work.catalogue().placeOf(version, "versions"));
      }
      attempts.untilLocksAreHad(
          waits -> {
            prepare();
            return null;
          });
      checkTexts(places);
      for (int place : places) {
        move(place);
      }
      return new Moved(work.progress().current(work.catalogue()), done);
    } catch (SchemaFailure e) {
      return e.report(current(e), done);
    }
  }

  /** What is there after a failure; null where that can't be told. */
  private String current(SchemaFailure failure) {
    if (failure.why() == Cause.NO_ANSWER) {
      return null;
    }
    try {
      work.session().rollback();
      return work.history().exists() ? work.progress().current(work.catalogue()) : null;
    } catch (SchemaFailure e) {
      err.println("which version is there can't be told: " + e.getMessage());
      return null;
    }
  }

  /** Makes Godwit's tables, adopts what is there, and takes the picture, where that is to do. */
  private void prepare() throws SchemaFailure {
    Session session = work.session();
    Picture picture = new Picture(session, work.place());
    session.begin();
    new MaintenanceLock(session, work.place()).demand(work.order());
    List<HistoryRow> last = work.history().last();
    List<SchemaVersion> adopted =
        last.isEmpty()
            ? new Adoption(session, work.place(), work.catalogue(), work.order()).versions()
            : List.of();
    Progress.of(work.catalogue(), last.isEmpty() ? Adoption.rows(adopted) : last);
    if (!picture.exists()) {
      picture.create();
    }
    if (!work.history().exists()) {
      work.history().create();
    }
    turn(picture);
    String run = work.order().run();
    if (!work.order().back() && !picture.isTakenFor(run) && !work.history().knows(run)) {
      picture.take(run);
    }
    for (SchemaVersion version : adopted) {
      work.history().add(work.order(), version, Direction.BASELINE, State.DONE, Duration.ZERO);
    }
    session.commit();
  }

  private void turn(Picture picture) throws SchemaFailure {
    String run = work.order().run();
    if (work.order().back()) {
      picture.turn(run);
    } else {
      picture.demandNotTurned(run);
    }
  }

  /** What can't be run must be known before anything is. */
  private void checkTexts(List<Integer> places) throws SchemaFailure {
    Progress progress = work.progress();
    for (int place : places) {
      if (!progress.isReached(place, direction) && !isOfAnother(place)) {
        Step.of(work, place, direction);
      }
    }
  }

  private void move(int place) throws SchemaFailure, InterruptedException {
    String name = work.catalogue().get(place).version();
    Result result = result(place);
    done.add(result);
    err.println(
        result.already()
            ? "%s %s: already".formatted(direction, name)
            : "%s %s: %d ms, %d rows, %d waits for locks"
                .formatted(direction, name, result.millis(), result.rows(), result.lockWaits()));
  }

  private Result result(int place) throws SchemaFailure, InterruptedException {
    if (work.progress().isReached(place, direction) || isOfAnother(place)) {
      return Step.ALREADY;
    }
    Step step = Step.of(work, place, direction);
    try {
      return attempts.untilLocksAreHad(step::run);
    } catch (LostCommit lost) {
      err.println("the answer to the commit was lost, the history will tell: " + lost.getMessage());
      return afterwards(step, lost);
    }
  }

  /** On the way back, what another run has brought, or taken back, is left to that. */
  private boolean isOfAnother(int place) throws SchemaFailure {
    return work.order().back()
        && !work.history().wasMovedBy(work.order().run(), work.catalogue().get(place).version());
  }

  /**
   * Whether a version whose commit was not answered is there. Once this has the fence again, the
   * server's process that was to commit is no more: the history does not change behind its back.
   */
  private Result afterwards(Step step, LostCommit lost) throws SchemaFailure, InterruptedException {
    Patience left = new Patience(work.time(), patience);
    while (!isBack(left)) {
      if (!left.pause()) {
        throw lost.with(": whether it was committed is not known");
      }
    }
    if (step.isReached(work.progress())) {
      return lost.result();
    }
    throw lost.with(": it was not committed");
  }

  private boolean isBack(Patience left) throws SchemaFailure, InterruptedException {
    try {
      work.session().reconnect();
      work.fence().acquire(left, err);
      return true;
    } catch (SchemaFailure e) {
      if (e.why() == Cause.NO_ANSWER) {
        return false;
      }
      throw e;
    }
  }
}
