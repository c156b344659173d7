package dev.godwit.operator.simulation;

import dev.godwit.operator.cluster.Metrics;
import dev.godwit.operator.plan.Measured;
import dev.godwit.operator.plan.MetricRequest;
import dev.godwit.operator.plan.MetricState;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;

/** Metrics that are measured at their intervals; a new process knows nothing of those before. */
final class FakeMetrics implements Metrics {

  private final World world;
  private final Function<MetricRequest, Measured> provider;
  private final Map<String, Running> running = new TreeMap<>();
  private Map<String, Optional<String>> gaps = Map.of();

  private static final class Running {
    private MetricRequest request;
    private MetricState state = MetricState.NONE;
    private Optional<Measured> answer = Optional.empty();
    private Instant next;
  }

  /**
   * Nothing is measured yet.
   *
   * @param provider gives the value of a moment
   */
  FakeMetrics(World world, Function<MetricRequest, Measured> provider) {
    this.world = world;
    this.provider = provider;
  }

  @Override
  public void want(HasMetadata migration, List<MetricRequest> requests) {
    Map<String, Running> wanted = new TreeMap<>();
    for (MetricRequest request : requests) {
      Running one = running.computeIfAbsent(request.id(), unknown -> new Running());
      one.request = request;
      one.next = Optional.ofNullable(one.next).orElse(world.now());
      world.alarm(one.next);
      wanted.put(request.id(), one);
    }
    running.clear();
    running.putAll(wanted);
  }

  @Override
  public Map<String, MetricState> states(HasMetadata migration) {
    Map<String, MetricState> states = new HashMap<>();
    running.forEach(
        (id, one) -> {
          if (!one.state.equals(MetricState.NONE)) {
            states.put(id, one.state);
          }
        });
    return states;
  }

  @Override
  public Optional<String> refusal(String url) {
    return Optional.empty();
  }

  /** Measures what is due; whether there is news. */
  boolean hasNews() {
    boolean news = false;
    for (Running one : running.values()) {
      while (!world.now().isBefore(one.next)) {
        MetricState before = one.state;
        if (!one.request.isAnsweredBy(before)) {
          Measured answer = provider.apply(one.request);
          one.answer = Optional.of(answer);
          one.state = answer.after(before, one.request, one.next);
        }
        one.next = one.next.plus(one.request.interval());
        news |= one.state.isNewsAfter(before, one.request);
      }
      world.alarm(one.next);
    }
    return news;
  }

  /** Whether there is or was another reason for a want of values than when this was asked last. */
  boolean hasOtherGaps() {
    Map<String, Optional<String>> now = new TreeMap<>();
    running.forEach((id, one) -> now.put(id, one.state.gap().map(MetricState.Gap::message)));
    boolean others = !now.equals(gaps);
    gaps = now;
    return others;
  }

  /** What the provider said last to what this process asks. */
  Optional<Measured> lastAnswer(String id) {
    return Optional.ofNullable(running.get(id)).flatMap(one -> one.answer);
  }

  boolean isIdle() {
    return running.isEmpty();
  }
}
