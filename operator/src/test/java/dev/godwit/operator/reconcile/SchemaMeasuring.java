package dev.godwit.operator.reconcile;

import dev.godwit.operator.cluster.Metrics;
import dev.godwit.operator.plan.Measured;
import dev.godwit.operator.plan.MetricRequest;
import dev.godwit.operator.plan.MetricState;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Supplier;

/** Measures what is wanted, in every reconciliation. */
final class SchemaMeasuring implements Metrics {

  /** What Prometheus answers. */
  Function<MetricRequest, Measured> prometheus =
      request -> new Measured.Value(1, OptionalDouble.of(1000));

  private final Supplier<Instant> clock;
  private final Map<String, MetricRequest> wanted = new TreeMap<>();
  private final Map<String, MetricState> measured = new TreeMap<>();

  SchemaMeasuring(Supplier<Instant> clock) {
    this.clock = clock;
  }

  @Override
  public void want(HasMetadata migration, List<MetricRequest> requests) {
    wanted.clear();
    requests.forEach(request -> wanted.put(request.id(), request));
    measured.keySet().retainAll(wanted.keySet());
  }

  @Override
  public Optional<String> refusal(String url) {
    return url.contains("prometheus") ? Optional.empty() : Optional.of(url + " is not allowed");
  }

  @Override
  public Map<String, MetricState> states(HasMetadata migration) {
    wanted.forEach(
        (id, request) ->
            measured.merge(
                id,
                MetricState.NONE,
                (before, none) -> prometheus.apply(request).after(before, request, clock.get())));
    return Map.copyOf(measured);
  }

  /** Whether everything that is wanted was measured once. */
  boolean isDone() {
    return wanted.keySet().stream()
        .noneMatch(id -> measured.getOrDefault(id, MetricState.NONE).equals(MetricState.NONE));
  }

  /** Loses what was measured, as with the operator's process. */
  void restart() {
    measured.clear();
  }
}
