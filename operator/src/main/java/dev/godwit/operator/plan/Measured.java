package dev.godwit.operator.plan;

import dev.godwit.operator.plan.MetricState.Gap;
import dev.godwit.operator.plan.MetricState.Reading;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalDouble;

/** What came of one measurement. */
public sealed interface Measured {

  /** A value; how many samples stand behind it may not be known. */
  record Value(double value, OptionalDouble samples) implements Measured {}

  /** The provider has no value. */
  record Nothing(String message) implements Measured {}

  /** The provider can't be asked, or its answer can't be used. */
  record Unknown(String message) implements Measured {}

  /** How the request stands after this, when it stood so before. */
  default MetricState after(MetricState before, MetricRequest request, Instant now) {
    return switch (this) {
      case Value(double value, OptionalDouble samples)
          when samples.isPresent() && samples.getAsDouble() < request.minSamples() ->
          gap(
              before,
              Gap.Kind.NO_DATA,
              "only "
                  + Limits.words(samples.getAsDouble())
                  + " samples, of "
                  + request.minSamples()
                  + " that are needed",
              now);
      case Value(double value, OptionalDouble samples) ->
          read(before, request, new Reading(value, samples, now));
      case Nothing(String message) -> gap(before, Gap.Kind.NO_DATA, message, now);
      case Unknown(String message) -> gap(before, Gap.Kind.PROVIDER_ERROR, message, now);
    };
  }

  private static MetricState read(MetricState before, MetricRequest request, Reading reading) {
    Limits limits = request.limits();
    boolean breach = limits.breach(reading.value()).isPresent();
    boolean worse =
        before
            .worst()
            .filter(worst -> limits.badness(worst.value()) >= limits.badness(reading.value()))
            .isEmpty();
    return new MetricState(
        breach ? before.breaches() + 1 : 0,
        Optional.of(reading),
        worse ? Optional.of(reading) : before.worst(),
        Optional.empty());
  }

  private static MetricState gap(MetricState before, Gap.Kind kind, String message, Instant now) {
    Instant since = before.gap().filter(gap -> gap.kind() == kind).map(Gap::since).orElse(now);
    return new MetricState(
        before.breaches(),
        before.last(),
        before.worst(),
        Optional.of(new Gap(kind, since, message)));
  }
}
