package dev.godwit.operator.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.godwit.operator.step.Verbs;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/**
 * Random migrations against a cluster in memory. {@code -Dgodwit.simulation.seeds=1000000} runs
 * more of them, {@code -Dgodwit.simulation.seed=N} one alone, with its log.
 */
class SimulationTest {

  private static final String ONE = "godwit.simulation.seed";
  private static final String HOW_MANY = "godwit.simulation.seeds";
  private static final long DEFAULT_SEEDS = 2000;

  /** Failures beyond these say nothing new. */
  private static final int SHOWN = 3;

  private final Map<String, Integer> ends = new ConcurrentSkipListMap<>();
  private final Map<String, Integer> staged = new ConcurrentSkipListMap<>();
  private final Strikes strikes = new Strikes();
  private final ConcurrentLinkedQueue<String> failures = new ConcurrentLinkedQueue<>();

  @Test
  void everyMigrationKeepsTheRulesWhateverHappensToItAndEnds() {
    Long one = Long.getLong(ONE);
    long seeds = Long.getLong(HOW_MANY, DEFAULT_SEEDS);
    LongStream range = one == null ? LongStream.range(0, seeds) : LongStream.of(one);
    range
        .parallel()
        .filter(seed -> failures.size() < SHOWN)
        .forEach(seed -> run(seed, one != null));

    System.out.println("simulated migrations: " + ends + ", with schemas: " + staged);
    assertThat(failures).isEmpty();
    if (one == null) {
      assertThat(ends).as("kinds of end").containsKeys("succeeded", "rolled back");
    }
    if (one == null && seeds >= DEFAULT_SEEDS) {
      everyStepWasStruck();
    }
  }

  private void run(long seed, boolean withLog) {
    Simulation simulation = Simulation.of(seed);
    try {
      simulation.run();
      ends.merge(simulation.end(), 1, Integer::sum);
      if (simulation.isStaged()) {
        staged.merge(simulation.end(), 1, Integer::sum);
      }
      synchronized (strikes) {
        strikes.add(simulation.strikes());
      }
      if (withLog) {
        System.out.println(simulation.story());
      }
    } catch (RuntimeException | Error e) {
      failures.add(
          "%n%s%nto replay it: -D%s=%d%n%s".formatted(simulation.story(), ONE, seed, trace(e)));
    }
  }

  /** What never goes wrong in any of the runs is not tested by them. */
  private void everyStepWasStruck() {
    // Those that only wait for a time are rare, and write nothing; one is passed in no time.
    List<String> acting =
        strikes.begun().stream()
            .filter(step -> !step.matches("(delay|window)-.*|check-schemas"))
            .toList();
    List<String> moving =
        List.of(Verbs.SWITCH, Verbs.DEPLOY, Verbs.OUT, Verbs.UPGRADE, Verbs.IN, Verbs.ROTATION_OFF);
    // Behind the point of no return little can stop a migration, in too few of the runs to count on
    // one: a write that is refused while a schema is let go of, or an original that is deleted
    // while
    // green is drained (see DisturbancesTest).
    assertThat(strikes.turned())
        .as("steps that were under way when something failed")
        .containsAll(
            acting.stream().filter(step -> !step.matches("release-.*|drain-green")).toList());
    assertThat(strikes.crashed())
        .as("steps that were under way when the operator died")
        .containsAll(acting);
    assertThat(strikes.crashedBackwards())
        .as("steps that were being taken back when the operator died")
        .containsAll(moving);
    assertThat(strikes.stuck())
        .as("steps that could not be taken back at first")
        .containsAll(moving);
  }

  private static String trace(Throwable failure) {
    StringBuilder trace = new StringBuilder(failure.toString());
    for (StackTraceElement frame : failure.getStackTrace()) {
      if (frame.getClassName().startsWith("dev.godwit")) {
        trace.append("\n    at ").append(frame);
      }
    }
    return trace.toString();
  }

  @Test
  void theSameSeedGivesTheSameRun() {
    Map<String, String> logs = new TreeMap<>();
    for (String time : new String[] {"first", "second"}) {
      Simulation simulation = Simulation.of(7);
      simulation.run();
      logs.put(time, String.join("\n", simulation.world().log()));
    }
    assertThat(logs.get("second")).isEqualTo(logs.get("first"));
  }
}
