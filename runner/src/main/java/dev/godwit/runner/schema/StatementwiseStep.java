package dev.godwit.runner.schema;

import dev.godwit.contract.schema.SchemaReport.Cause;
import dev.godwit.contract.schema.SchemaReport.Result;
import dev.godwit.runner.schema.HistoryRow.Direction;
import dev.godwit.runner.schema.HistoryRow.State;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/**
 * A statement at a time, each in a transaction of its own, as {@code CREATE INDEX CONCURRENTLY}
 * needs it. That it was begun is in the history before: when it does not come to its end, all of it
 * is run again.
 */
final class StatementwiseStep extends Step {

  private static final String LOCK_TIMEOUT = "lock_timeout";

  private boolean traced;

  StatementwiseStep(Work work, int place, Direction direction) throws SchemaFailure {
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
    at(text(), this::leaveTrace);
    long rows = at(text(), this::runText);
    session.begin();
    verify();
    session.rollback();
    long millis = Duration.ofNanos(work.time().nanos() - began).toMillis();
    session.begin();
    return commit(new Result(false, millis, rows, waits));
  }

  private Void leaveTrace() throws SchemaFailure {
    if (!traced) {
      work.history().add(work.order(), version, direction, State.BEGUN, Duration.ZERO);
    }
    session.commit();
    traced = true;
    return null;
  }

  private long runText() throws SchemaFailure {
    long rows = 0;
    try {
      for (Statement statement : Statements.of(sql).statements()) {
        rows += run(statement);
      }
    } catch (SchemaFailure e) {
      throw e.why() == Cause.NO_ANSWER ? e : e.with(invalidIndexes());
    }
    session.settle();
    demandFence();
    demandValid();
    return rows;
  }

  /**
   * What is done concurrently lets others go on while it waits for their transactions, and leaves
   * an invalid index behind when it gives up: it waits as long as there is patience.
   */
  private long run(Statement statement) throws SchemaFailure {
    int patience = work.order().patienceMillis();
    int usual = work.order().lockTimeoutMillis();
    boolean longer =
        statement.concurrently()
            && patience > usual
            && !sql.toLowerCase(Locale.ROOT).contains(LOCK_TIMEOUT);
    if (!longer) {
      return session.execute(sql, statement);
    }
    session.execute("set lock_timeout = " + patience);
    long rows = session.execute(sql, statement);
    session.execute("set lock_timeout = " + usual);
    return rows;
  }

  private record Index(String name, String qualified) {}

  private List<Index> invalid() throws SchemaFailure {
    return session.query(
        """
        select c.relname, quote_ident(n.nspname) || '.' || quote_ident(c.relname)
        from pg_index x
          join pg_class c on c.oid = x.indexrelid and c.relkind = 'i'
          join pg_namespace n on n.oid = c.relnamespace and n.nspname !~ '^pg_'
        where not x.indisvalid
          and not exists (select from pg_stat_progress_create_index p where p.index_relid = c.oid)
        order by 2
        """,
        row -> new Index(row.getString(1), row.getString(2)));
  }

  private String invalidIndexes() throws SchemaFailure {
    List<String> names = invalid().stream().map(Index::qualified).toList();
    return names.isEmpty()
        ? ""
        : "; invalid indexes, as a failed CREATE INDEX CONCURRENTLY leaves them: "
            + String.join(", ", names)
            + ": begin the text with DROP INDEX CONCURRENTLY IF EXISTS";
  }

  /**
   * With {@code IF NOT EXISTS} an index that is left from a failure would be taken for a good one.
   */
  private void demandValid() throws SchemaFailure {
    for (Index index : invalid()) {
      if (sql.contains(index.name())) {
        throw new SchemaFailure(
            Cause.VERIFY,
            "the index %s is invalid, left by an attempt that failed: begin the text with DROP INDEX"
                    .formatted(index.qualified())
                + " CONCURRENTLY IF EXISTS");
      }
    }
  }
}
