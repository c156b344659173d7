package dev.godwit.operator.step;

import dev.godwit.api.v1alpha1.OnNoData;
import dev.godwit.api.v1alpha1.PreImage;
import dev.godwit.operator.metric.ServiceMetric;
import dev.godwit.operator.metric.Side;
import dev.godwit.operator.plan.Assessment;
import dev.godwit.operator.plan.Journal;
import dev.godwit.operator.plan.Limits;
import dev.godwit.operator.plan.MetricRequest;
import dev.godwit.operator.plan.MetricState;
import dev.godwit.operator.plan.MetricState.Gap;
import dev.godwit.operator.plan.MetricState.Reading;
import dev.godwit.operator.plan.Reason;
import dev.godwit.operator.plan.ServicePlan;
import dev.godwit.operator.plan.Situation;
import dev.godwit.operator.plan.Step;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeMap;

/**
 * Notes what the old version's metrics are, right before traffic moves, for limits that are
 * relative to that. What can't be known is waited for, refused or passed over as the user says.
 *
 * @param metrics those with a relative limit; at least one
 */
public record Baseline(ServicePlan plan, List<ServiceMetric> metrics, String namespace)
    implements Step {

  private static final String ID = "/baseline";

  /** Copies the list. */
  public Baseline {
    metrics = List.copyOf(metrics);
  }

  /** What was noted of a metric, if anything was. */
  public static Optional<PreImage.Baseline> of(ServiceMetric metric, Journal journal) {
    return journal
        .find(metric.plan().step(Verbs.BASELINE))
        .map(entry -> entry.preImage().baseline())
        .map(noted -> noted.get(metric.metric().name()));
  }

  /** The limits of a metric, with what was noted. */
  public static Limits limits(ServiceMetric metric, Journal journal) {
    return metric.limits(
        of(metric, journal)
            .map(noted -> OptionalDouble.of(noted.value()))
            .orElse(OptionalDouble.empty()));
  }

  /** How long what was measured may wait for traffic to move: twice the time it was taken over. */
  public Duration lasts() {
    return metrics.stream()
        .map(ServiceMetric::window)
        .max(Comparator.naturalOrder())
        .orElseThrow()
        .multipliedBy(2);
  }

  /** What is measured stays fresh while somebody has paused the migration. */
  @Override
  public boolean isHeldByPause() {
    return true;
  }

  @Override
  public String name() {
    return plan.step(Verbs.BASELINE);
  }

  /** What is asked of the old version. */
  public List<MetricRequest> requests() {
    Limits none = new Limits(OptionalDouble.empty(), OptionalDouble.empty());
    return metrics.stream()
        .map(metric -> metric.request(metric.id() + ID, side(), namespace, none))
        .toList();
  }

  private Side side() {
    return Side.of(plan.spec().workload());
  }

  @Override
  public Assessment assess(Situation situation) {
    Map<String, PreImage.Baseline> noted = new TreeMap<>();
    for (ServiceMetric metric : metrics) {
      MetricState state = state(metric, situation);
      Optional<Reading> good = state.last().filter(reading -> isUsable(state, reading));
      if (good.isPresent()) {
        noted.put(metric.metric().name(), note(good.get()));
        continue;
      }
      Optional<Assessment> unknown = unknown(metric, state, situation);
      if (unknown.isPresent()) {
        return unknown.get();
      }
    }
    return Assessment.done(PreImages.baseline(noted));
  }

  private static MetricState state(ServiceMetric metric, Situation situation) {
    return situation.seen().metrics().getOrDefault(metric.id() + ID, MetricState.NONE);
  }

  /** Nothing has a ratio to zero. */
  private static boolean isUsable(MetricState state, Reading reading) {
    return state.gap().isEmpty() && reading.value() > 0;
  }

  private static PreImage.Baseline note(Reading reading) {
    return new PreImage.Baseline(
        reading.value(), reading.samples().isPresent() ? reading.samples().getAsDouble() : null);
  }

  /** What to do about a metric that has no value; empty: it is passed over. */
  private static Optional<Assessment> unknown(
      ServiceMetric metric, MetricState state, Situation situation) {
    if (state.equals(MetricState.NONE)) {
      return Optional.of(
          Assessment.await("the baseline of " + metric.metric().name() + ": not asked yet"));
    }
    boolean noData = state.gap().filter(gap -> gap.kind() == Gap.Kind.PROVIDER_ERROR).isEmpty();
    String why = "the baseline of " + metric.metric().name() + ": " + why(state);
    if (noData && metric.settings().onNoData() == OnNoData.PASS) {
      return Optional.empty();
    }
    if (noData && metric.settings().onNoData() == OnNoData.FAIL) {
      return Optional.of(Assessment.failed(Reason.NO_DATA, why));
    }
    Instant end =
        situation
            .entry()
            .since()
            .plus(noData ? metric.settings().patience() : metric.settings().providerPatience());
    return Optional.of(
        situation.await(why, end, noData ? Reason.NO_DATA : Reason.PROVIDER_UNAVAILABLE));
  }

  private static String why(MetricState state) {
    return state.gap().map(Gap::message).orElse("it is 0, of which there are no multiples");
  }
}
