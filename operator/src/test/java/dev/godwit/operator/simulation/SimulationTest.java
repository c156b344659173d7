package dev.godwit.operator.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.godwit.operator.step.Verbs;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
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

  /** How many runs there are at a time when something is left out, and at most in all. */
  private static final long SOME = 50;

  private static final long MOST = 2;

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
    run(one == null ? LongStream.range(0, seeds) : LongStream.of(one), one != null);
    // What is struck is chance: a few more runs strike what the others have left out.
    long next = seeds;
    boolean isWhole = one == null && seeds >= DEFAULT_SEEDS;
    while (isWhole && !unstruck().isEmpty() && failures.isEmpty() && next < MOST * seeds) {
      run(LongStream.range(next, next + SOME), false);
      next += SOME;
    }

    System.out.println("simulated migrations: " + ends + ", with schemas: " + staged);
    assertThat(failures).isEmpty();
    if (one == null) {
      assertThat(ends).as("kinds of end").containsKeys("succeeded", "rolled back");
    }
    if (isWhole) {
      assertThat(unstruck()).as("steps at which something never went wrong").isEmpty();
    }
  }

  private void run(LongStream seeds, boolean withLog) {
    seeds.parallel().filter(seed -> failures.size() < SHOWN).forEach(seed -> run(seed, withLog));
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
  private Map<String, Set<String>> unstruck() {
    // Those that only wait for a time are rare, and write nothing; one is passed in no time.
    List<String> acting =
        strikes.begun().stream()
            .filter(step -> !step.matches("(delay|window)-.*|check-schemas"))
            .toList();
    // Behind the point of no return little can stop a migration: a write that is refused while
    // objects are let go of, or an original that is deleted while traffic returns to it or green
    // is drained (see DisturbancesTest).
    List<String> turning =
        acting.stream().filter(step -> !step.matches("release.*|return|drain-green")).toList();
    List<String> moving =
        List.of(Verbs.SWITCH, Verbs.DEPLOY, Verbs.OUT, Verbs.UPGRADE, Verbs.IN, Verbs.ROTATION_OFF);
    Map<String, Set<String>> unstruck = new TreeMap<>();
    unstruck.put("under way when something failed", missing(turning, strikes.turned()));
    unstruck.put("under way when the operator died", missing(acting, strikes.crashed()));
    unstruck.put(
        "being taken back when the operator died", missing(moving, strikes.crashedBackwards()));
    unstruck.put("not taken back at first", missing(moving, strikes.stuck()));
    unstruck.values().removeIf(Set::isEmpty);
    return unstruck;
  }

  private static Set<String> missing(List<String> wanted, Set<String> struck) {
    Set<String> missing = new TreeSet<>(wanted);
    missing.removeAll(struck);
    return missing;
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
