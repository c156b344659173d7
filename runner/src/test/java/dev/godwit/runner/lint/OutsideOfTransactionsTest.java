package dev.godwit.runner.lint;

import static org.assertj.core.api.Assertions.assertThat;

import dev.godwit.contract.schema.Finding.Lock;
import dev.godwit.runner.database.PostgresVersion;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.postgresql.PGConnection;

/**
 * The locks of what can't be in a transaction: they are looked at while it waits for somebody who
 * writes.
 */
@Tag("postgresql")
@Timeout(value = 60, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class OutsideOfTransactionsTest {

  private static EmbeddedPostgres postgres;

  @BeforeAll
  static void start() throws Exception {
    postgres = LiveSchema.start();
  }

  @AfterAll
  static void stop() throws Exception {
    postgres.close();
  }

  static Stream<Samples.Sample> samples() {
    return Samples.all()
        .filter(sample -> !sample.isTransactional() && sample.sql().contains("users"));
  }

  @ParameterizedTest
  @MethodSource("samples")
  void saysAllLocksThatTheServerTakesAndNoOthers(Samples.Sample sample) throws Exception {
    PostgresVersion.assumeFrom(sample.since());
    try (LiveSchema writer = LiveSchema.begin(postgres);
        Connection connection = postgres.getPostgresDatabase().getConnection()) {
      writer.execute("lock table users, orders in row exclusive mode");
      int processId = connection.unwrap(PGConnection.class).getBackendPID();
      CompletableFuture<Void> running =
          CompletableFuture.runAsync(() -> execute(connection, sample.sql()));
      while (!writer.isWaiting(processId) && !running.isDone()) {
        Thread.onSpinWait();
      }
      Map<String, Lock> taken = writer.locks(processId);
      Map<String, Lock> said = writer.locks(Samples.lint(sample.sql()));
      writer.rollback();
      running.join();
      assertThat(said).containsAllEntriesOf(taken);
      assertThat(said.isEmpty()).isEqualTo(taken.isEmpty());
    }
  }

  private static void execute(Connection connection, String sql) {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    } catch (SQLException e) {
      throw new CompletionException(e);
    }
  }
}
