package dev.godwit.operator.simulation;

import dev.godwit.operator.plan.Measured;
import dev.godwit.operator.plan.MetricRequest;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Random;
import java.util.Set;

/**
 * A Prometheus that tells of failures from a time on, and where things may go wrong is away at
 * times, has no data at others, and gives a bad value now and then.
 */
final class FakePrometheus {

  private static final int HUNDRED = 100;
  private static final int AWAY = 10;
  private static final int EMPTY = 18;
  private static final int THIN = 26;
  private static final int BLIP = 32;

  /** After so many answers about a metric it is always there: a handover takes hours. */
  private static final int SHAKY = 60;

  private final World world;
  private final Map<String, Instant> failing;
  private final Random random;
  private final FakeRunner runner;
  private final boolean steady;
  private final Map<String, Integer> answers = new HashMap<>();
  private final Set<String> blips = new HashSet<>();

  /**
   * One for a run.
   *
   * @param failing since when requests fail, by service; those that are not in it don't
   * @param random of its own, so that the rest of a run stays what it is
   * @param runner knows what the turns of a load have cost
   * @param steady whether it always answers, and with what is true
   */
  FakePrometheus(
      World world, Map<String, Instant> failing, Random random, FakeRunner runner, boolean steady) {
    this.steady = steady;
    this.runner = runner;
    this.world = world;
    this.failing = failing;
    this.random = random;
  }

  Measured answer(MetricRequest request) {
    boolean shaky = !steady && answers.merge(request.id(), 1, Integer::sum) < SHAKY;
    int luck = shaky ? random.nextInt(HUNDRED) : HUNDRED;
    // A bad value is followed by a good one: two in a row are no blip.
    luck = blips.remove(request.id()) ? HUNDRED : luck;
    if (luck < AWAY) {
      return new Measured.Unknown("connection refused");
    }
    if (luck < EMPTY) {
      return new Measured.Nothing("there is no such series");
    }
    if (request.at().isPresent()) {
      return new Measured.Value(runner.usage(request.id()), OptionalDouble.empty());
    }
    Instant since = failing.get(request.id().split("/", 2)[0]);
    boolean guards = !request.id().endsWith("/baseline");
    boolean bad = guards && since != null && !world.now().isBefore(since);
    boolean blip = guards && luck >= THIN && luck < BLIP && blips.add(request.id());
    double samples = luck < THIN ? request.minSamples() - 1.0 : request.minSamples();
    return new Measured.Value(bad || blip ? HUNDRED : 0.001, OptionalDouble.of(samples));
  }
}
