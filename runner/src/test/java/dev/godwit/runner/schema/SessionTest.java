package dev.godwit.runner.schema;

import static org.assertj.core.api.Assertions.assertThat;

import dev.godwit.contract.schema.SchemaOrder.Action;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("postgresql")
class SessionTest {

  @TempDir private Path directory;

  /** Such texts are refused before, so that no version can show it. */
  @Test
  void knowsWhetherATextHasEndedItsTransaction() throws Exception {
    try (TestDatabase database = new TestDatabase()) {
      SchemaRuns runs = new SchemaRuns(directory, database.port());
      Connector connector = new Connector(runs.secret(), Duration.ofSeconds(5));
      try (Session session = new Session(connector, runs.order(Action.UP, null, List.of("1")))) {
        session.begin();
        String transaction = session.transaction();
        session.execute("savepoint one; rollback to one");
        assertThat(session.isStillIn(transaction)).isTrue();

        session.execute("commit");
        assertThat(session.isStillIn(transaction)).isFalse();

        session.execute("begin; create temporary table one ()");
        assertThat(session.isStillIn(transaction)).isFalse();
        session.rollback();
      }
    }
  }
}
