package dev.godwit.runner.schema;

import dev.godwit.contract.schema.Finding;
import dev.godwit.contract.schema.SchemaReport.Cause;
import java.util.ArrayList;
import java.util.List;

/** How large the tables are that findings are about, in the transaction that there is. */
final class TableSizes {

  private static final String QUERY =
      """
      select case c.relkind
          when 'p' then (select sum(pg_total_relation_size(relid))::bigint from pg_partition_tree(c.oid))
          else pg_total_relation_size(c.oid) end
      from pg_class c where c.oid = to_regclass(?) and c.relkind in ('r', 'p', 'm')
      """;

  private final Session session;

  TableSizes(Session session) {
    this.session = session;
  }

  /** The findings, with the sizes that could be had. */
  List<Finding> of(List<Finding> findings) throws SchemaFailure {
    List<Finding> sized = new ArrayList<>();
    for (Finding one : findings) {
      sized.add(
          one.object() == null
              ? one
              : new Finding(
                  one.version(),
                  one.line(),
                  one.kind(),
                  one.object(),
                  one.lock(),
                  bytes(one.object())));
    }
    return sized;
  }

  /** Null where there is no such table now, or it is locked, or the name is none. */
  private Long bytes(String object) throws SchemaFailure {
    session.execute("savepoint godwit_size");
    Long bytes = null;
    try {
      bytes = session.query(QUERY, row -> row.getLong(1), object).stream().findFirst().orElse(null);
    } catch (SchemaFailure e) {
      if (e.why() == Cause.NO_ANSWER) {
        throw e;
      }
    }
    session.execute("rollback to savepoint godwit_size");
    return bytes;
  }
}
