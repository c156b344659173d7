package dev.godwit.operator.guard;

import dev.godwit.api.v1alpha1.OnProviderError;
import dev.godwit.api.v1alpha1.PreImage;
import dev.godwit.operator.metric.ServiceMetric;
import dev.godwit.operator.plan.Guard;
import dev.godwit.operator.plan.Limits;
import dev.godwit.operator.plan.MetricRequest;
import dev.godwit.operator.plan.MetricState;
import dev.godwit.operator.plan.MetricState.Gap;
import dev.godwit.operator.plan.MetricState.Reading;
import dev.godwit.operator.plan.Reason;
import dev.godwit.operator.plan.ServicePlan;
import dev.godwit.operator.plan.Situation;
import dev.godwit.operator.plan.Verdict;
import dev.godwit.operator.step.Baseline;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * A metric of pods that decide is within its limits. What is no value neither trips nor promotes:
 * that is the business of the step that ends the watching.
 *
 * @param watched whose metric
 */
public record MetricWithin(ServiceMetric metric, String namespace, Watched watched)
    implements Guard {

  @Override
  public Verdict evaluate(Situation situation) {
    MetricState state = situation.seen().metrics().getOrDefault(metric.id(), MetricState.NONE);
    if (watched.side(situation).isEmpty()) {
      return Verdict.fine();
    }
    if (state.breaches() >= metric.failures()) {
      return new Verdict.Trip(Reason.METRIC_OUT_OF_LIMITS, breach(state, situation));
    }
    return state
        .gap()
        .filter(gap -> gap.kind() == Gap.Kind.PROVIDER_ERROR)
        .filter(gap -> metric.settings().onProviderError() == OnProviderError.FAIL)
        .map(gap -> patience(gap, situation.now()))
        .orElseGet(Verdict::fine);
  }

  private String breach(MetricState state, Situation situation) {
    Reading last = state.last().orElseThrow();
    Limits limits = limits(situation);
    return metric.metric().name()
        + " of "
        + plan().name()
        + " is out of its limits, "
        + metric.failures()
        + " times in a row: "
        + limits.breach(last.value()).orElse(Limits.words(last.value()))
        + Baseline.of(metric, situation.journal()).map(MetricWithin::words).orElse("")
        + samples(last);
  }

  private static String words(PreImage.Baseline baseline) {
    return ", the old version had " + Limits.words(baseline.value());
  }

  private static String samples(Reading reading) {
    return reading.samples().isEmpty()
        ? ""
        : " (" + Limits.words(reading.samples().getAsDouble()) + " samples)";
  }

  private Verdict patience(Gap gap, Instant now) {
    Instant end = gap.since().plus(metric.settings().providerPatience());
    return now.isBefore(end)
        ? new Verdict.Fine(Optional.of(end))
        : new Verdict.Trip(
            Reason.PROVIDER_UNAVAILABLE,
            metric.metric().name()
                + " of "
                + plan().name()
                + " can't be measured since "
                + gap.since()
                + ": "
                + gap.message());
  }

  @Override
  public List<MetricRequest> metrics(Situation situation) {
    return watched.side(situation).stream()
        .map(side -> metric.request(metric.id(), side, namespace, limits(situation)))
        .toList();
  }

  private Limits limits(Situation situation) {
    return Baseline.limits(metric, situation.journal());
  }

  private ServicePlan plan() {
    return metric.plan();
  }
}
