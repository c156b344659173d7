package dev.godwit.runner.schema;

import static org.assertj.core.api.Assertions.assertThat;

import dev.godwit.contract.schema.SchemaFiles.Text;
import dev.godwit.contract.schema.SchemaReport;
import dev.godwit.contract.schema.SchemaReport.Compared;
import dev.godwit.contract.schema.SchemaReport.Failed;
import dev.godwit.contract.schema.SchemaReport.Moved;
import dev.godwit.runner.schema.CuttingProxy.Cut;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Twelve versions, in Jobs of one or several, with a failure at any of them: the schema ends as it
 * was before, or at the target, and no version has ever run twice.
 *
 * <p>{@code -Dgodwit.chain.seeds=1000} tries more.
 */
@Tag("postgresql")
@Timeout(value = 300, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ChainTest {

  private static final int SEEDS = Integer.getInteger("godwit.chain.seeds", 200);
  private static final int VERSIONS = 12;
  private static final int STATEMENTWISE = 7;
  private static final int MOST_ATTEMPTS = 10;
  private static final int TRY_AGAIN = 3;
  private static final List<Fault> FAULTS = List.of(Fault.values());
  private static final List<Cut> CUTS = List.of(Cut.values());

  /** The order of things is random enough; only the waits for a server's process are real. */
  private static final Time SHORT_PAUSES =
      new Time() {
        @Override
        public long nanos() {
          return System.nanoTime();
        }

        @Override
        public void pause(Duration duration) throws InterruptedException {
          Thread.sleep(2);
        }
      };

  private static TestDatabase database;
  private static CuttingProxy proxy;

  @TempDir private Path directory;

  /** What goes wrong, at one version. */
  private enum Fault {
    NOTHING,
    SQL_ERROR,
    FAILED_CHECK,
    SESSION_ENDED_IN_TEXT,
    RUNNER_KILLED_IN_TEXT,
    RUNNER_KILLED_BEFORE_COMMIT,
    ANSWER_TO_COMMIT_LOST,
    RUNNER_KILLED_AFTER_COMMIT,
    UNHEALTHY_AFTERWARDS
  }

  @BeforeAll
  static void start() throws Exception {
    database = new TestDatabase();
    proxy = new CuttingProxy(database.port());
  }

  @AfterAll
  static void stop() throws Exception {
    proxy.close();
    database.close();
  }

  @Test
  void endsAtTheSourceOrAtTheTarget() throws Exception {
    Map<Fault, Integer> atSource = new EnumMap<>(Fault.class);
    Map<Fault, Integer> atTarget = new EnumMap<>(Fault.class);
    for (int seed = 0; seed < SEEDS; seed++) {
      Chain chain = new Chain(seed);
      (chain.run() ? atTarget : atSource).merge(chain.fault, 1, Integer::sum);
    }
    assertThat(atTarget)
        .doesNotContainKeys(Fault.SQL_ERROR, Fault.FAILED_CHECK, Fault.UNHEALTHY_AFTERWARDS);
    assertThat(atSource)
        .containsOnlyKeys(Fault.SQL_ERROR, Fault.FAILED_CHECK, Fault.UNHEALTHY_AFTERWARDS);
    assertThat(atTarget).hasSize(FAULTS.size() - atSource.size());
  }

  /** One seed's run, driven as the operator does. */
  private final class Chain {
    private final int seed;
    private final Random random;
    private final Fault fault;
    private final int faulty;
    private final int source;
    private final SchemaRuns runs;
    private final List<String> log = new ArrayList<>();

    Chain(int seed) throws Exception {
      this.seed = seed;
      random = new Random(seed);
      fault = FAULTS.get(seed % FAULTS.size());
      source = random.nextInt(4);
      faulty = source + 1 + random.nextInt(VERSIONS - source);
      runs = new SchemaRuns(directory.resolve("seed-" + seed), proxy.port());
      runs.time = SHORT_PAUSES;
      runs.schema = "chain";
      database.freshSchema("chain");
      for (int version = 1; version <= VERSIONS; version++) {
        write(version, "");
      }
    }

    private void write(int version, String extra) throws Exception {
      String up =
          """
          /* up %1$d */ create table t%1$d (id int primary key, other int references base);
          create index t%1$d_other on t%1$d (other);
          alter table base add column c%1$d text not null default 'c';
          insert into done values (%1$d);
          %2$s
          """
              .formatted(version, extra);
      String down =
          """
          /* down %1$d */ drop table t%1$d;
          alter table base drop column c%1$d;
          delete from done where version = %1$d
          """
              .formatted(version);
      String verify = "select count(*) = 1 from done where version = " + version;
      String name = Integer.toString(version);
      if (version == 1) {
        up = "create table base (id int primary key); create table done (version int);" + up;
        down += "; drop table done; drop table base";
      }
      if (version == STATEMENTWISE) {
        up =
            """
            /* up 7 */ delete from done where version = 7;
            drop index concurrently if exists base_c6;
            create index concurrently base_c6 on base (c6);
            insert into done values (7);
            %s
            """
                .formatted(extra);
        down =
            "/* down 7 */ drop index concurrently if exists base_c6; delete from done where version = 7";
      }
      if (runs.names().contains(name)) {
        runs.change(name, up);
      } else if (version == STATEMENTWISE) {
        runs.statementwise(name, up, verify);
      } else {
        runs.version(name, up);
      }
      runs.verify(name, verify)
          .down(name, down)
          .text(
              name,
              Text.VERIFY_DOWN,
              "select to_regclass('t%1$d') is null and to_regclass('base_c%1$d') is null"
                  .formatted(version));
    }

    /** Returns whether it ended at the target. */
    boolean run() throws Exception {
      if (source > 0) {
        runs.run = "before";
        assertThat(runs.up(names(1, source).toArray(String[]::new))).isInstanceOf(Moved.class);
      }
      runs.run = "run";
      inject();
      boolean there = forwards() && fault != Fault.UNHEALTHY_AFTERWARDS;
      if (!there) {
        backwards();
        assertThat(runs.compare()).as(story()).isEqualTo(new Compared(List.of(), 0));
      }
      assertEndsAt(there ? VERSIONS : source);
      return there;
    }

    private void inject() throws Exception {
      switch (fault) {
        case SQL_ERROR -> write(faulty, "select nothing;");
        case FAILED_CHECK -> runs.verify(Integer.toString(faulty), "select false");
        case SESSION_ENDED_IN_TEXT ->
            write(faulty, "select pg_terminate_backend(pg_backend_pid());");
        case RUNNER_KILLED_IN_TEXT -> proxy.cut(Cut.SENT, "/* up " + faulty + " */", 0);
        case RUNNER_KILLED_BEFORE_COMMIT -> proxy.cut(Cut.BEFORE, "COMMIT", faulty - source);
        case ANSWER_TO_COMMIT_LOST -> proxy.cut(Cut.ANSWER, "COMMIT", faulty - source);
        case RUNNER_KILLED_AFTER_COMMIT -> proxy.cut(Cut.BEFORE, "reset all", faulty - source - 1);
        case NOTHING, UNHEALTHY_AFTERWARDS -> {
          // Then all goes well, or is taken back in the end.
        }
      }
    }

    /** In Jobs of random sizes, each tried again while it gets no answer. */
    private boolean forwards() throws Exception {
      int next = source + 1;
      while (next <= VERSIONS) {
        int last = Math.min(VERSIONS, next + random.nextInt(VERSIONS));
        List<String> names = names(next, last);
        if (!moved(() -> runs.up(names.toArray(String[]::new)))) {
          return false;
        }
        next = last + 1;
      }
      return true;
    }

    private void backwards() throws Exception {
      int coming = random.nextInt(3 * VERSIONS);
      proxy.cut(
          CUTS.get(random.nextInt(CUTS.size())),
          random.nextBoolean() ? "COMMIT" : "/* down",
          coming);
      List<String> names = names(source + 1, VERSIONS).reversed();
      assertThat(moved(() -> runs.down(names))).as(story()).isTrue();
    }

    private List<String> names(int first, int last) {
      return runs.names().subList(first - 1, last);
    }

    private boolean moved(Job job) throws Exception {
      for (int attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
        SchemaReport report = job.run();
        log.add(report.toString());
        if (report instanceof Moved) {
          return true;
        }
        if (report instanceof Failed failed && failed.exitCode() != TRY_AGAIN) {
          return false;
        }
        if (fault == Fault.SESSION_ENDED_IN_TEXT) {
          write(faulty, "");
        }
      }
      throw new AssertionError(story() + ": no end");
    }

    private void assertEndsAt(int expected) throws Exception {
      proxy.cut(Cut.BEFORE, "nothing", 0);
      assertThat(runs.plan(expected == 0 ? "" : Integer.toString(expected)))
          .as(story())
          .hasFieldOrPropertyWithValue("count", 0);
      assertThat(
              expected == 0
                  ? database.rows(
                      "select relname from pg_class where relname ~ '^(t[0-9]+|done|base)$'")
                  : database.rows("select version from chain.done order by version"))
          .as(story())
          .isEqualTo(names(1, expected));
    }

    private String story() {
      return "seed %d: %s at %d, from %d: %s"
          .formatted(seed, fault, faulty, source, String.join("\n", log));
    }
  }

  /** A run of the command. */
  private interface Job {
    SchemaReport run() throws Exception;
  }
}
