package dev.godwit.runner.lint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.godwit.contract.schema.Finding.Kind;
import dev.godwit.contract.schema.Finding.Lock;
import dev.godwit.runner.database.PostgresVersion;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.sql.SQLException;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the linter says of the samples, against what a real PostgreSQL does. */
@Tag("postgresql")
@Timeout(value = 60, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ServerTest {

  /**
   * The version of PostgreSQL from which a statement locks all that is said, if older ones don't.
   */
  private static final Map<String, Integer> LOCKS_MORE_SINCE =
      Map.of("alter table events detach partition events_2020", 14);

  private static EmbeddedPostgres postgres;

  private static LiveSchema schema;

  @BeforeAll
  static void start() throws Exception {
    postgres = LiveSchema.start();
    schema = LiveSchema.begin(postgres);
  }

  @AfterAll
  static void stop() throws Exception {
    schema.close();
    postgres.close();
  }

  @AfterEach
  void takeBack() throws SQLException {
    schema.rollback();
  }

  static Stream<Samples.Sample> samples() {
    return Samples.all().filter(Samples.Sample::isTransactional);
  }

  static Stream<Samples.Sample> samplesOfNewerVersions() {
    return samples().filter(sample -> sample.since() > PostgresVersion.MAJOR);
  }

  @ParameterizedTest(allowZeroInvocations = true)
  @MethodSource("samplesOfNewerVersions")
  void whatIsLeftOutIsNotKnownToTheServer(Samples.Sample sample) {
    assertThatThrownBy(() -> schema.execute(sample.sql()))
        .isInstanceOf(SQLException.class)
        .hasMessageContaining("syntax error");
  }

  @ParameterizedTest
  @MethodSource("samples")
  void saysAllLocksThatTheServerTakesAndNoOthers(Samples.Sample sample) throws SQLException {
    PostgresVersion.assumeFrom(sample.since());
    schema.execute(sample.sql());
    Map<String, Lock> said = schema.locks(Samples.lint(sample.sql()));
    assertThat(said).containsAllEntriesOf(schema.locks());
    PostgresVersion.assumeFrom(LOCKS_MORE_SINCE.getOrDefault(sample.sql(), 0));
    assertThat(said).isEqualTo(schema.locks());
  }

  @ParameterizedTest
  @MethodSource("samples")
  void saysWhichTablesTheServerWritesAnew(Samples.Sample sample) throws SQLException {
    PostgresVersion.assumeFrom(sample.since());
    schema.execute(sample.sql());
    Set<String> rewritten = schema.rewritten();
    assertThat(rewritten).containsAll(tables(sample, EnumSet.of(Kind.REWRITE, Kind.TRUNCATE)));
    assertThat(tables(sample, EnumSet.of(Kind.REWRITE, Kind.TRUNCATE, Kind.TYPE_CHANGE)))
        .containsAll(rewritten);
  }

  @ParameterizedTest
  @MethodSource("samples")
  void saysOfWhatIsLostThatItIsDestructive(Samples.Sample sample) throws SQLException {
    PostgresVersion.assumeFrom(sample.since());
    schema.execute(sample.sql());
    if (!schema.lost().isEmpty()) {
      assertThat(Samples.lint(sample.sql())).anyMatch(finding -> finding.kind().isDestructive());
    }
  }

  /** What the text doesn't tell, and {@link Linter} says that it doesn't. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "drop table children",
        "alter table children drop constraint children_account",
        "alter table children drop column account"
      })
  void aDroppedForeignKeyLocksATableThatOnlyTheDatabaseKnows(String sql) throws SQLException {
    schema.execute(sql);
    assertThat(schema.locks()).containsKey("public.accounts");
    assertThat(schema.locks(Samples.lint(sql))).containsOnlyKeys("public.children");
  }

  /** The tables of which something of these kinds is said; indexes are left out. */
  private static Set<String> tables(Samples.Sample sample, Set<Kind> kinds) {
    return Samples.lint(sample.sql()).stream()
        .filter(finding -> kinds.contains(finding.kind()))
        .filter(finding -> schema.isTable(finding.object()))
        .map(finding -> LiveSchema.qualified(finding.object()))
        .collect(Collectors.toCollection(TreeSet::new));
  }
}
