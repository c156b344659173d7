package dev.godwit.operator.metric;

import dev.godwit.api.v1alpha1.Amount;
import dev.godwit.api.v1alpha1.HealthSpec;
import dev.godwit.api.v1alpha1.Triggers;
import dev.godwit.operator.plan.AnswerLimits;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * The error rate and the response time of the operator's own probes, where no Prometheus measures
 * those of users.
 *
 * @param errorRate the share of answers that may fail; empty where that is switched off
 * @param ratio how many times the old version's response time is too much; empty where that is
 *     switched off
 * @param least with fewer answers nothing is judged
 */
public record AnswerTriggers(OptionalDouble errorRate, OptionalDouble ratio, int least) {

  /** Nobody notices less, in seconds; and of so short a time multiples are a matter of chance. */
  private static final double UNNOTICED = 0.05;

  private static final AnswerTriggers NONE =
      new AnswerTriggers(OptionalDouble.empty(), OptionalDouble.empty(), Integer.MAX_VALUE);

  /** The triggers of a migration's probes; none where there is a Prometheus, or no probe. */
  public static AnswerTriggers of(HealthSpec health) {
    if (health == null || health.prometheus() != null) {
      return NONE;
    }
    Optional<Triggers> triggers = Optional.ofNullable(health.triggers());
    return new AnswerTriggers(
        amount(triggers.map(Triggers::errorRate).orElse(Triggers.DEFAULT_ERROR_RATE)),
        amount(triggers.map(Triggers::responseTime).orElse(Triggers.DEFAULT_RESPONSE_TIME)),
        Optional.ofNullable(health.minSamples()).orElse(MetricSettings.DEFAULT_MIN_SAMPLES));
  }

  private static OptionalDouble amount(String written) {
    return written.equals(Triggers.OFF)
        ? OptionalDouble.empty()
        : OptionalDouble.of(Amount.parse(written));
  }

  /**
   * What the answers to one probe may be like.
   *
   * @param baseline how long half of the old version's answers took, in seconds; without it the
   *     response time is not judged
   */
  public AnswerLimits limits(OptionalDouble baseline) {
    OptionalDouble seconds =
        ratio.isPresent() && baseline.isPresent()
            ? OptionalDouble.of(Math.max(UNNOTICED, ratio.getAsDouble() * baseline.getAsDouble()))
            : OptionalDouble.empty();
    return new AnswerLimits(errorRate, seconds, least);
  }
}
