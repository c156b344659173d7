package dev.godwit.operator.simulation;

import dev.godwit.operator.cluster.Probes;
import dev.godwit.operator.plan.Answers;
import dev.godwit.operator.plan.ProbeRequest;
import dev.godwit.operator.plan.ProbeState;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Probes that fail from a time on, and now and then for a moment; a new process begins to count
 * anew.
 */
final class FakeProbes implements Probes {

  private static final double BLIP = 0.03;

  private final World world;
  private final Map<String, Instant> failing;
  private final Random random;
  private final Map<String, Running> running = new TreeMap<>();
  private boolean told;
  private Set<String> known = Set.of();
  private Map<String, Boolean> failures = Map.of();
  private Map<String, ProbeState> shown = Map.of();

  private static final class Running {
    private final Deque<Boolean> rounds = new ArrayDeque<>();
    private ProbeRequest request;
    private Instant next;
    private int inRow;

    private Running(ProbeRequest request, Instant since) {
      this.request = request;
      this.next = since.plus(request.interval());
    }

    /** A round in which the service fails fails on all pods. */
    private void ended(boolean bad) {
      inRow = bad ? inRow + 1 : 0;
      rounds.add(bad);
      if (rounds.size() > Answers.WINDOW.dividedBy(request.interval())) {
        rounds.remove();
      }
      next = next.plus(request.interval());
    }

    /** The good answers all take as long. */
    private Answers answers() {
      int pods = request.addresses().size();
      int failed = (int) rounds.stream().filter(bad -> bad).count();
      return new Answers(
          rounds.size() * pods,
          failed * pods,
          failed == rounds.size() ? OptionalDouble.empty() : OptionalDouble.of(0.01));
    }

    private boolean isAnswered() {
      return !rounds.isEmpty();
    }

    private boolean isTripped() {
      return inRow >= request.failures() || request.limits().breach(answers()).isPresent();
    }
  }

  /**
   * Probes.
   *
   * @param failing since when they fail, by service; what is not in it doesn't
   * @param random of its own, so that the rest of a run stays what it is
   */
  FakeProbes(World world, Map<String, Instant> failing, Random random) {
    this.world = world;
    this.failing = failing;
    this.random = random;
  }

  @Override
  public void want(HasMetadata migration, List<ProbeRequest> requests) {
    Map<String, Running> wanted = new TreeMap<>();
    for (ProbeRequest request : requests) {
      Running one = running.getOrDefault(request.id(), new Running(request, world.now()));
      one.request = request;
      wanted.put(request.id(), one);
    }
    running.clear();
    running.putAll(wanted);
  }

  @Override
  public Map<String, ProbeState> states(HasMetadata migration) {
    ask();
    Map<String, ProbeState> states = new HashMap<>();
    running.forEach(
        (id, one) -> {
          if (one.isAnswered()) {
            String message = one.inRow == 0 ? "" : "GET /healthz: expected 200 but was 503";
            Instant asked = one.next.minus(one.request.interval());
            states.put(id, new ProbeState(asked, one.inRow, message, one.answers()));
          }
        });
    shown = states;
    return states;
  }

  /** What this process was shown last of a probe. */
  Optional<ProbeState> shown(String id) {
    return Optional.ofNullable(shown.get(id));
  }

  /** Asks as often as it was due. */
  private void ask() {
    running.forEach(
        (id, one) -> {
          Optional<Instant> bad = Optional.ofNullable(failing.get(id.split("/", 2)[0]));
          while (!world.now().isBefore(one.next)) {
            boolean fails = bad.isPresent() && !one.next.isBefore(bad.get());
            one.ended(fails || isBlip(one));
          }
          if (bad.isPresent() || !one.isAnswered()) {
            world.alarm(one.next);
          }
        });
  }

  /** Fewer in a row than make it trip, and none where a single one may be too many. */
  private boolean isBlip(Running one) {
    return one.request.limits().failed().isEmpty()
        && one.inRow + 1 < one.request.failures()
        && random.nextDouble() < (one.inRow == 0 ? BLIP : 1 - BLIP);
  }

  /**
   * Whether a probe was answered for the first time, has come to fail too often, or has recovered,
   * since this was asked.
   */
  boolean hasNews() {
    ask();
    boolean any = running.values().stream().anyMatch(Running::isTripped);
    Set<String> answered =
        running.entrySet().stream()
            .filter(one -> one.getValue().isAnswered())
            .map(Map.Entry::getKey)
            .collect(Collectors.toSet());
    boolean first = !known.containsAll(answered);
    known = answered;
    boolean news = any != told || first;
    told = any;
    return news;
  }

  /** Whether others fail than when this was asked last, if not too often. */
  boolean hasOtherFailures() {
    Map<String, Boolean> now = new TreeMap<>();
    running.forEach((id, one) -> now.put(id, one.inRow > 0));
    boolean others = !now.equals(failures);
    failures = now;
    return others;
  }

  boolean isIdle() {
    return running.isEmpty();
  }
}
