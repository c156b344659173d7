package dev.godwit.operator.guard;

import dev.godwit.api.v1alpha1.Probe;
import dev.godwit.api.v1alpha1.TimeSpan;
import dev.godwit.operator.metric.AnswerTriggers;
import dev.godwit.operator.plan.AnswerLimits;
import dev.godwit.operator.plan.Guard;
import dev.godwit.operator.plan.Journal;
import dev.godwit.operator.plan.ProbeRequest;
import dev.godwit.operator.plan.ProbeState;
import dev.godwit.operator.plan.Question;
import dev.godwit.operator.plan.Reason;
import dev.godwit.operator.plan.ServicePlan;
import dev.godwit.operator.plan.Situation;
import dev.godwit.operator.plan.Verdict;
import dev.godwit.operator.step.AnswerBaseline;
import dev.godwit.operator.step.Verbs;
import java.util.List;
import java.util.Optional;

/**
 * A probe of the user's, asked of every pod of the new version that serves: it may not fail too
 * often in a row, and its answers, taken together, stay within their limits. Until traffic moves
 * the old version is asked, for its response time, and may answer as it likes.
 *
 * @param triggers what the answers are held to
 * @param retires whether the way back stays open when the old version was given up
 */
public record ProbePasses(ServicePlan plan, Probe probe, AnswerTriggers triggers, boolean retires)
    implements Guard {

  @Override
  public Verdict evaluate(Situation situation) {
    ProbeState state = situation.seen().probes().get(id());
    if (state == null || Serving.addresses(plan, retires, situation).isEmpty()) {
      return Verdict.fine();
    }
    if (state.failures() >= probe.failures()) {
      return new Verdict.Trip(
          Reason.PROBE_FAILED,
          words() + " failed " + probe.failures() + " times in a row: " + state.message());
    }
    return limits(situation)
        .breach(state.answers())
        .<Verdict>map(
            breach ->
                new Verdict.Trip(
                    Reason.METRIC_OUT_OF_LIMITS,
                    words() + ": " + breach + " (" + state.answers().asked() + " answers)"))
        .orElseGet(Verdict::fine);
  }

  private String words() {
    return "probe " + probe.name() + " of " + plan.name();
  }

  @Override
  public List<ProbeRequest> probes(Situation situation) {
    AnswerLimits limits = limits(situation);
    return Serving.addresses(plan, retires, situation)
        .map(addresses -> request(id(), addresses, probe.failures(), limits))
        .or(
            () ->
                old(situation)
                    .map(
                        addresses ->
                            request(
                                AnswerBaseline.id(plan, probe.name()),
                                addresses,
                                Integer.MAX_VALUE,
                                AnswerLimits.NONE)))
        .stream()
        .toList();
  }

  /** Whom to ask for the response time of the old version, while there is a reason to. */
  private Optional<List<String>> old(Situation situation) {
    Journal journal = situation.journal();
    boolean asked =
        triggers.ratio().isPresent()
            && journal.isDone(plan.step(Verbs.SNAPSHOT))
            && !AnswerBaseline.isNoted(plan, journal);
    return asked ? Optional.of(Serving.old(plan, situation)) : Optional.empty();
  }

  private AnswerLimits limits(Situation situation) {
    return triggers.limits(AnswerBaseline.of(plan, probe.name(), situation.journal()));
  }

  private ProbeRequest request(
      String id, List<String> addresses, int failures, AnswerLimits limits) {
    return new ProbeRequest(
        id,
        Question.of(probe.http(), probe.tcp(), probe.grpc()),
        addresses,
        TimeSpan.parse(probe.interval()),
        TimeSpan.parse(probe.timeout()),
        failures,
        limits);
  }

  private String id() {
    return plan.name() + "/" + probe.name();
  }
}
