package dev.godwit.operator.metric;

import dev.godwit.api.v1alpha1.HealthSpec;
import dev.godwit.api.v1alpha1.Probe;
import dev.godwit.api.v1alpha1.TimeSpan;
import dev.godwit.operator.plan.AnswerLimits;
import dev.godwit.operator.plan.ProbeRequest;
import dev.godwit.operator.plan.Question;
import dev.godwit.operator.plan.ServicePlan;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * One probe of one service.
 *
 * @param triggers what its answers, taken together, are held to
 */
public record ServiceProbe(ServicePlan plan, Probe probe, AnswerTriggers triggers) {

  /** The probes of a service that the user asks for; none where nothing is said of health. */
  public static List<ServiceProbe> of(HealthSpec health, ServicePlan plan) {
    return health == null || health.probes() == null
        ? List.of()
        : health.probes().stream()
            .filter(probe -> probe.services() == null || probe.services().contains(plan.name()))
            .map(probe -> new ServiceProbe(plan, probe, AnswerTriggers.of(health)))
            .toList();
  }

  /** Unique among the probes of a migration. */
  public String id() {
    return plan.name() + "/" + probe.name();
  }

  /** As in {@code probe ready of orders}. */
  public String words() {
    return "probe " + probe.name() + " of " + plan.name();
  }

  /** Time from one question to the next. */
  public Duration interval() {
    return TimeSpan.parse(probe.interval());
  }

  /** How long an answer may take. */
  public Duration timeout() {
    return TimeSpan.parse(probe.timeout());
  }

  /**
   * What is asked of pods that may not fail too often in a row.
   *
   * @param nobody what is wrong while there are none, as in {@link ProbeRequest}
   */
  public ProbeRequest request(
      List<String> addresses, AnswerLimits limits, Optional<String> nobody) {
    return request(id(), addresses, probe.failures(), limits, nobody);
  }

  /** What is asked of pods that may answer as they like. */
  public ProbeRequest request(String id, List<String> addresses) {
    return request(id, addresses, Integer.MAX_VALUE, AnswerLimits.NONE, Optional.empty());
  }

  private ProbeRequest request(
      String id,
      List<String> addresses,
      int failures,
      AnswerLimits limits,
      Optional<String> nobody) {
    return new ProbeRequest(
        id,
        Question.of(probe.http(), probe.tcp(), probe.grpc()),
        addresses,
        interval(),
        timeout(),
        failures,
        limits,
        nobody);
  }
}
