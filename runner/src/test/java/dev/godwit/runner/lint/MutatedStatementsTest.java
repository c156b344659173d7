package dev.godwit.runner.lint;

import static org.assertj.core.api.Assertions.assertThat;

import dev.godwit.contract.schema.Finding;
import dev.godwit.contract.schema.Finding.Kind;
import dev.godwit.contract.schema.Finding.Lock;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Statements that nobody thought of: samples with words left out, added, exchanged and taken from
 * others. Of each that the server accepts, the linter must have said all that it did.
 *
 * <p>{@code -Dgodwit.lint.mutations=100000 -Dgodwit.lint.seed=7} tries others, and more.
 */
@Tag("postgresql")
@Timeout(value = 1, unit = TimeUnit.HOURS)
class MutatedStatementsTest {

  private static final Pattern PIECES =
      Pattern.compile("'[^']*'|\\$\\$.*?\\$\\$|\"[^\"]*\"|\\w+|\\S");

  /** What would end the transaction in which the statement is tried. */
  private static final Set<String> NOT_TRIED =
      Set.of("begin", "start", "end", "commit", "abort", "rollback", "prepare");

  private static EmbeddedPostgres postgres;

  private final Random random = new Random(Long.getLong("godwit.lint.seed", 1));
  private final List<List<String>> samples =
      Samples.all()
          .filter(Samples.Sample::isTransactional)
          .map(sample -> pieces(sample.sql()))
          .toList();

  @BeforeAll
  static void start() throws Exception {
    postgres = LiveSchema.start();
  }

  @AfterAll
  static void stop() throws IOException {
    postgres.close();
  }

  @Test
  void saysAllThatTheServerDoes() throws SQLException {
    int accepted = 0;
    int understood = 0;
    try (LiveSchema schema = LiveSchema.begin(postgres)) {
      for (int i = 0; i < Integer.getInteger("godwit.lint.mutations", 1500); i++) {
        String sql = mutated();
        List<Finding> findings = Samples.lint(sql);
        if (accepts(schema, sql)) {
          accepted++;
          if (!isUnknown(findings)) {
            understood++;
            compare(schema, sql, findings);
          }
        }
        schema.rollback();
      }
    }
    assertThat(accepted).as("statements that the server accepts").isPositive();
    assertThat(understood)
        .as("those of %s that are understood", accepted)
        .isGreaterThan(accepted / 2);
  }

  private static boolean accepts(LiveSchema schema, String sql) {
    try {
      schema.execute(sql);
      schema.execute("reset session authorization");
      schema.execute("reset role");
      return true;
    } catch (SQLException e) {
      return false;
    }
  }

  private static boolean isUnknown(List<Finding> findings) {
    return findings.stream()
        .anyMatch(finding -> finding.kind() == Kind.UNPARSED || finding.kind() == Kind.PROGRAM);
  }

  private static void compare(LiveSchema schema, String sql, List<Finding> findings)
      throws SQLException {
    boolean destructive = findings.stream().anyMatch(finding -> finding.kind().isDestructive());
    if (!schema.lost().isEmpty()) {
      assertThat(destructive).as("%s loses %s", sql, schema.lost()).isTrue();
    }
    if (destructive) {
      // What it takes with it is not in the text.
      return;
    }
    if (!schema.rewritten().isEmpty()) {
      assertThat(findings).as(sql).anyMatch(finding -> finding.kind() == Kind.REWRITE);
    }
    Map<String, Lock> said = schema.locks(findings);
    for (Map.Entry<String, Lock> taken : schema.locks().entrySet()) {
      if (!isOfAParent(taken.getKey())) {
        assertThat(said).as(sql).containsKey(taken.getKey());
        assertThat(said.get(taken.getKey())).as(sql).isGreaterThanOrEqualTo(taken.getValue());
      }
    }
  }

  /** Partitions and children are locked with their parents, which the text doesn't tell. */
  private static boolean isOfAParent(String table) {
    return table.startsWith("public.events_") || table.equals("public.child");
  }

  private String mutated() {
    List<String> pieces = new ArrayList<>(sample());
    int changes = 1 + random.nextInt(3);
    for (int i = 0; i < changes && !pieces.isEmpty(); i++) {
      int at = random.nextInt(pieces.size());
      List<String> other = sample();
      String piece = other.get(random.nextInt(other.size()));
      switch (random.nextInt(6)) {
        case 0 -> pieces.remove(at);
        case 1 -> pieces.add(at, piece);
        case 2 -> pieces.set(at, piece);
        case 3 -> pieces.subList(at, pieces.size()).clear();
        case 4 -> pieces.set(at, pieces.get(random.nextInt(pieces.size())));
        default -> splice(pieces, at, other);
      }
    }
    boolean tried = !pieces.isEmpty() && !NOT_TRIED.contains(pieces.getFirst());
    return tried && !pieces.contains(";") ? String.join(" ", pieces) : "select 1";
  }

  /** Goes on as another sample does after the same word. */
  private static void splice(List<String> pieces, int at, List<String> other) {
    int same = other.indexOf(pieces.get(at));
    if (same >= 0) {
      pieces.subList(at, pieces.size()).clear();
      pieces.addAll(other.subList(same, other.size()));
    }
  }

  private List<String> sample() {
    return samples.get(random.nextInt(samples.size()));
  }

  private static List<String> pieces(String sql) {
    return PIECES.matcher(sql).results().map(MatchResult::group).toList();
  }
}
