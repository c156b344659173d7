package dev.godwit.operator.step;

import dev.godwit.api.v1alpha1.OnNoData;
import dev.godwit.api.v1alpha1.OnProviderError;
import dev.godwit.operator.metric.ServiceMetric;
import dev.godwit.operator.metric.ServiceProbe;
import dev.godwit.operator.plan.Assessment;
import dev.godwit.operator.plan.MetricState;
import dev.godwit.operator.plan.MetricState.Gap;
import dev.godwit.operator.plan.ProbeState;
import dev.godwit.operator.plan.Reason;
import dev.godwit.operator.plan.ServiceView;
import dev.godwit.operator.plan.Situation;
import dev.godwit.operator.plan.Step;
import dev.godwit.operator.resource.Rollouts;
import dev.godwit.operator.resource.Workload;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Waits while guards watch, and when the time is over until every metric has a value and a good
 * one, and the last answers to probes were good: what isn't known never promotes. The wait lives in
 * the journal: a restarted operator neither forgets nor extends it. Only after a failure that
 * somebody has mended it begins anew.
 *
 * <p>Of the answers to a probe count those to questions that were asked since the step began. A
 * round may have waited for others to be asked first, or may have ended without an answer, and then
 * the last answer is of before what the step is to show. However long it takes until there is
 * another one, good or bad, the step waits for that and says which probe it is. Bad answers, old
 * ones too, are the guard's, which does not wait; and on the way back nothing is waited for.
 *
 * @param name name of the step
 * @param length how long the guards watch
 * @param why what the time is for
 * @param metrics what must be known, and good, at the end
 * @param probes of which the last answers must be good at the end
 * @param everyPod whether all pods that are wanted must be ready at the end, as where no guard
 *     looks at those that are not: they are not asked
 * @param data what must hold in databases, and be known to, at the end
 */
public record Watch(
    String name,
    Duration length,
    String why,
    List<ServiceMetric> metrics,
    List<ServiceProbe> probes,
    boolean everyPod,
    DataWatches data)
    implements Step {

  /** Copies the lists. */
  public Watch {
    metrics = List.copyOf(metrics);
    probes = List.copyOf(probes);
  }

  @Override
  public boolean isWatch() {
    return true;
  }

  @Override
  public Assessment assess(Situation situation) {
    Instant end = situation.entry().since().plus(length);
    if (situation.now().isBefore(end)) {
      return Assessment.await(why + " until " + end.truncatedTo(ChronoUnit.SECONDS), end);
    }
    return Stream.concat(
            Stream.concat(
                metrics.stream().flatMap(metric -> unsure(metric, situation, end).stream()),
                probes.stream().flatMap(probe -> unsureOf(probe, situation).stream())),
            data.unsure(situation, end))
        .findFirst()
        .orElseGet(Assessment::done);
  }

  /** What to do about a metric that isn't known to be good; nothing where it is. */
  private static List<Assessment> unsure(
      ServiceMetric metric, Situation situation, Instant watchedUntil) {
    MetricState state = situation.seen().metrics().getOrDefault(metric.id(), MetricState.NONE);
    if (state.isGood()) {
      return List.of();
    }
    if (state.equals(MetricState.NONE)) {
      // As after a start of the operator: an answer, or the want of one, comes soon.
      return List.of(Assessment.await("waiting for " + name(metric) + ": " + words(state)));
    }
    boolean noData = state.gap().filter(gap -> gap.kind() == Gap.Kind.NO_DATA).isPresent();
    boolean error = state.gap().filter(gap -> gap.kind() == Gap.Kind.PROVIDER_ERROR).isPresent();
    String why = name(metric) + ": " + words(state);
    if (noData && metric.settings().onNoData() == OnNoData.PASS && state.breaches() == 0) {
      return List.of();
    }
    if (noData && metric.settings().onNoData() == OnNoData.FAIL) {
      return List.of(Assessment.failed(Reason.NO_DATA, why));
    }
    Instant end =
        watchedUntil.plus(
            error ? metric.settings().providerPatience() : metric.settings().patience());
    if (situation.now().isBefore(end)) {
      return List.of(Assessment.await("waiting for " + why, end));
    }
    boolean lost = error && metric.settings().onProviderError() == OnProviderError.HOLD;
    if (!noData && !lost && state.last().isPresent()) {
      // A bad value, or a provider that is away and may be for a time of its own, is the guard's.
      return List.of(Assessment.await("waiting for " + why));
    }
    // An operator that was away for long has only just begun to ask.
    Optional<Instant> sure = state.gap().map(gap -> gap.since().plus(metric.aFewRounds()));
    return List.of(
        sure.filter(situation.now()::isBefore)
            .map(until -> Assessment.await("waiting for " + why, until))
            .orElseGet(
                () ->
                    Assessment.failed(
                        noData ? Reason.NO_DATA : Reason.PROVIDER_UNAVAILABLE,
                        "waited in vain for " + why)));
  }

  private Optional<Assessment> unsureOf(ServiceProbe probe, Situation situation) {
    return (everyPod ? missing(probe, situation) : Optional.<Assessment>empty())
        .or(() -> unsure(probe, situation));
  }

  /** Those that are not ready are not asked: what is asked is not all. */
  private static Optional<Assessment> missing(ServiceProbe probe, Situation situation) {
    ServiceView view = situation.seen().service(probe.plan().name());
    int wanted = Workload.of(view).map(Workload::wanted).orElse(1);
    int ready = Rollouts.ready(view.members());
    return ready < wanted
        ? Optional.of(
            Assessment.await(
                "waiting for the pods of "
                    + probe.plan().title()
                    + ": "
                    + ready
                    + " of "
                    + wanted
                    + " are ready",
                situation.now().plus(probe.interval())))
        : Optional.empty();
  }

  /** Too many bad answers are the guard's; fewer are followed by others soon. */
  private static Optional<Assessment> unsure(ServiceProbe probe, Situation situation) {
    ProbeState state = situation.seen().probes().get(probe.id());
    if (state == null) {
      return Optional.of(Assessment.await("waiting for " + probe.words() + ": not asked yet"));
    }
    if (state.asked().isBefore(situation.entry().since())) {
      return Optional.of(
          Assessment.await(
              "waiting for " + probe.words() + ": not answered since this step began",
              situation.now().plus(probe.interval())));
    }
    return state.failures() == 0
        ? Optional.empty()
        : Optional.of(
            Assessment.await(
                "waiting for " + probe.words() + ": " + state.message(),
                situation.now().plus(probe.interval())));
  }

  private static String name(ServiceMetric metric) {
    return metric.metric().name() + " of " + metric.plan().name();
  }

  private static String words(MetricState state) {
    return state
        .gap()
        .map(Gap::message)
        .orElse(state.last().isEmpty() ? "not measured yet" : "the last value is a bad one");
  }
}
