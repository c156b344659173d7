package dev.godwit.runner.schema;

import dev.godwit.contract.schema.SchemaReport.Cause;
import dev.godwit.contract.schema.SchemaReport.Result;
import dev.godwit.runner.schema.HistoryRow.Direction;
import java.time.Duration;

/** All in one transaction: the text, the check, and the row that says so. Or nothing. */
final class TransactionalStep extends Step {

  TransactionalStep(Work work, int place, Direction direction) throws SchemaFailure {
    super(work, place, direction);
  }

  @Override
  Result run(int waits) throws SchemaFailure {
    session.renew();
    long began = work.time().nanos();
    session.begin();
    Progress progress = work.progress();
    if (isReached(progress)) {
      session.rollback();
      return ALREADY;
    }
    demandTurn(progress);
    long rows = at(text(), this::runText);
    verify();
    long millis = Duration.ofNanos(work.time().nanos() - began).toMillis();
    return commit(new Result(false, millis, rows, waits));
  }

  private long runText() throws SchemaFailure {
    String transaction = session.transaction();
    long rows = session.execute(sql);
    demandStill(transaction);
    session.settle();
    session.execute("set constraints all immediate");
    return rows;
  }

  /**
   * A text that ends the transaction is refused before; this is for those that nobody thought of.
   */
  private void demandStill(String transaction) throws SchemaFailure {
    if (!session.isStillIn(transaction)) {
      throw new SchemaFailure(
          Cause.SQL,
          "it has ended the transaction in which it ran: what it did before can't be taken back, look"
              + " after it by hand");
    }
    demandFence();
  }
}
