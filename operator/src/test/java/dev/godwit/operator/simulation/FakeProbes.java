package dev.godwit.operator.simulation;

import dev.godwit.api.v1alpha1.Migration;
import dev.godwit.operator.cluster.Probes;
import dev.godwit.operator.plan.Answers;
import dev.godwit.operator.plan.ProbeRequest;
import dev.godwit.operator.plan.ProbeState;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeMap;

/** Probes that fail from a time on; a new process begins to count anew. */
final class FakeProbes implements Probes {

  private final World world;
  private final Map<String, Instant> failing;
  private final Map<String, Running> running = new TreeMap<>();
  private boolean told;
  private Set<String> known = Set.of();
  private Map<String, Boolean> failures = Map.of();

  private record Running(ProbeRequest request, Instant since) {}

  /**
   * Probes.
   *
   * @param failing since when they fail, by service; what is not in it doesn't
   */
  FakeProbes(World world, Map<String, Instant> failing) {
    this.world = world;
    this.failing = failing;
  }

  @Override
  public void want(Migration migration, List<ProbeRequest> requests) {
    Map<String, Running> wanted = new TreeMap<>();
    for (ProbeRequest request : requests) {
      Running known = running.get(request.id());
      wanted.put(request.id(), new Running(request, known == null ? world.now() : known.since()));
    }
    running.clear();
    running.putAll(wanted);
  }

  @Override
  public Map<String, ProbeState> states(Migration migration) {
    Map<String, ProbeState> states = new HashMap<>();
    running.forEach(
        (id, probe) -> {
          int failures = failures(probe);
          String message = failures == 0 ? "" : "GET /healthz: expected 200 but was 503";
          states.put(id, new ProbeState(failures, message, answers(probe)));
        });
    return states;
  }

  /** A round in which the service fails fails on all pods; the good answers all take as long. */
  private Answers answers(Running probe) {
    Duration interval = probe.request().interval();
    int pods = probe.request().addresses().size();
    int rounds =
        (int) min(Duration.between(probe.since(), world.now()), Answers.WINDOW).dividedBy(interval);
    int failed = Math.min(failures(probe), rounds);
    return new Answers(
        rounds * pods,
        failed * pods,
        failed == rounds ? OptionalDouble.empty() : OptionalDouble.of(0.01));
  }

  private static Duration min(Duration one, Duration other) {
    return one.compareTo(other) < 0 ? one : other;
  }

  private boolean isTripped(Running probe) {
    return failures(probe) >= probe.request().failures()
        || probe.request().limits().breach(answers(probe)).isPresent();
  }

  private int failures(Running probe) {
    Instant bad = failing.get(probe.request().id().split("/", 2)[0]);
    if (bad == null) {
      return 0;
    }
    Instant from = bad.isAfter(probe.since()) ? bad : probe.since();
    Duration interval = probe.request().interval();
    world.alarm(from.plus(interval));
    world.alarm(from.plus(interval.multipliedBy(probe.request().failures())));
    return Math.max(0, (int) Duration.between(from, world.now()).dividedBy(interval));
  }

  /** Whether a probe has come to fail too often, or has recovered, since this was asked. */
  boolean hasNews() {
    boolean any = running.values().stream().anyMatch(this::isTripped);
    boolean first = !known.containsAll(running.keySet());
    known = Set.copyOf(running.keySet());
    boolean news = any != told || first;
    told = any;
    return news;
  }

  /** Whether others fail than when this was asked last, if not too often. */
  boolean hasOtherFailures() {
    Map<String, Boolean> now = new TreeMap<>();
    running.forEach((id, probe) -> now.put(id, failures(probe) > 0));
    boolean others = !now.equals(failures);
    failures = now;
    return others;
  }

  boolean isIdle() {
    return running.isEmpty();
  }
}
