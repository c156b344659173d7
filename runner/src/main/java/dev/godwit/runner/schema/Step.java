package dev.godwit.runner.schema;

import dev.godwit.contract.schema.SchemaFiles.Text;
import dev.godwit.contract.schema.SchemaReport.Cause;
import dev.godwit.contract.schema.SchemaReport.Result;
import dev.godwit.contract.schema.SchemaVersion;
import dev.godwit.runner.schema.HistoryRow.Direction;
import dev.godwit.runner.schema.HistoryRow.State;
import java.time.Duration;
import java.util.Optional;

/** One version, one way. */
abstract sealed class Step permits TransactionalStep, StatementwiseStep {

  static final Result ALREADY = new Result(true, 0, 0, 0);

  final Work work;
  final Session session;
  final SchemaVersion version;
  final Direction direction;
  final String sql;
  final Optional<String> check;
  private final int place;

  /**
   * Reads the texts.
   *
   * @param place of the version in the catalogue
   * @throws SchemaFailure if one is missing, or can't be run
   */
  Step(Work work, int place, Direction direction) throws SchemaFailure {
    this.work = work;
    this.session = work.session();
    this.place = place;
    this.version = work.catalogue().get(place);
    this.direction = direction;
    this.sql = Texts.of(work.catalogue(), version, direction);
    this.check = Texts.checkOf(work.catalogue(), version, direction);
  }

  /** The step for a version, as that is to be run. */
  static Step of(Work work, int place, Direction direction) throws SchemaFailure {
    return work.catalogue().get(place).transactional()
        ? new TransactionalStep(work, place, direction)
        : new StatementwiseStep(work, place, direction);
  }

  /**
   * Brings the version, or takes it back, unless that is done already.
   *
   * @param waits how often it was tried before
   * @throws LostCommit if it may have happened
   */
  abstract Result run(int waits) throws SchemaFailure;

  /** Whether nothing is to be done. */
  boolean isReached(Progress progress) {
    return progress.isReached(place, direction);
  }

  /** Whether it is this version's turn. */
  void demandTurn(Progress progress) throws SchemaFailure {
    int next = direction == Direction.UP ? progress.applied() : progress.touched() - 1;
    if (place != next) {
      throw new SchemaFailure(
              Cause.HISTORY,
              direction == Direction.UP
                  ? "it comes after version %s, which is not applied"
                      .formatted(work.catalogue().get(place - 1).version())
                  : "version %s, which comes after it, must be taken back before"
                      .formatted(work.catalogue().get(next).version()))
          .at(version.version(), null);
    }
  }

  Text text() {
    return Texts.kind(direction);
  }

  /** What can go wrong. */
  @FunctionalInterface
  interface Action<T> {
    T run() throws SchemaFailure;
  }

  /** Does something; a failure is one of this text. */
  <T> T at(Text kind, Action<T> action) throws SchemaFailure {
    try {
      return action.run();
    } catch (SchemaFailure e) {
      throw e.at(version.version(), kind);
    }
  }

  /** Checks, in a part of the transaction that there is that can't write. */
  void verify() throws SchemaFailure {
    if (check.isPresent()) {
      at(Texts.checkKind(direction), () -> verify(check.get()));
    }
  }

  private Void verify(String text) throws SchemaFailure {
    session.execute("savepoint godwit_verify; set local transaction_read_only = on");
    Verification.run(session, text);
    session.execute("rollback to savepoint godwit_verify");
    return null;
  }

  /** Nobody else can have begun meanwhile. */
  void demandFence() throws SchemaFailure {
    if (!work.fence().isHeld()) {
      throw new SchemaFailure(
          Cause.SQL,
          "it lets go of the lock that keeps other runs away: leave pg_advisory_unlock_all and DISCARD"
              + " ALL out");
    }
  }

  /**
   * Writes into the history that it is done, and ends the transaction.
   *
   * @param result what the report says of it
   */
  Result commit(Result result) throws SchemaFailure {
    try {
      Duration took = Duration.ofMillis(result.millis());
      work.history().add(work.order(), version, direction, State.DONE, took);
    } catch (SchemaFailure e) {
      throw e.at(version.version(), text());
    }
    try {
      session.commit();
      return result;
    } catch (SchemaFailure e) {
      SchemaFailure here = e.at(version.version(), text());
      throw e.why() == Cause.NO_ANSWER ? new LostCommit(here, result) : here;
    }
  }

  /** The server was told to commit, and its answer did not come. */
  static final class LostCommit extends SchemaFailure {
    private final Result result;

    LostCommit(SchemaFailure failure, Result result) {
      super(failure);
      this.result = result;
    }

    /** What became of it, if it has happened. */
    Result result() {
      return result;
    }
  }
}
