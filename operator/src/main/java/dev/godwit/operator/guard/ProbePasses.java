package dev.godwit.operator.guard;

import dev.godwit.api.v1alpha1.Probe;
import dev.godwit.api.v1alpha1.TimeSpan;
import dev.godwit.operator.plan.Endpoint;
import dev.godwit.operator.plan.Guard;
import dev.godwit.operator.plan.ProbeRequest;
import dev.godwit.operator.plan.ProbeState;
import dev.godwit.operator.plan.Question;
import dev.godwit.operator.plan.Reason;
import dev.godwit.operator.plan.ServicePlan;
import dev.godwit.operator.plan.Situation;
import dev.godwit.operator.plan.Verdict;
import dev.godwit.operator.step.Verbs;
import java.util.List;

/** A probe of the user's, asked of every pod of green that serves, from the switch on. */
public record ProbePasses(ServicePlan plan, Probe probe) implements Guard {

  @Override
  public Verdict evaluate(Situation situation) {
    ProbeState state = situation.seen().probes().get(id());
    boolean tripped =
        Span.isSince(plan, Verbs.SWITCH, situation.journal())
            && state != null
            && state.failures() >= probe.failures();
    return tripped
        ? new Verdict.Trip(
            Reason.PROBE_FAILED,
            "probe "
                + probe.name()
                + " of "
                + plan.name()
                + " failed "
                + probe.failures()
                + " times in a row: "
                + state.message())
        : Verdict.fine();
  }

  @Override
  public List<ProbeRequest> probes(Situation situation) {
    if (!Span.isSince(plan, Verbs.SWITCH, situation.journal())) {
      return List.of();
    }
    List<String> addresses =
        situation.seen().service(plan.name()).endpointsOf(plan.preview()).stream()
            .filter(Endpoint::ready)
            .map(Endpoint::address)
            .sorted()
            .toList();
    return List.of(
        new ProbeRequest(
            id(),
            Question.of(probe.http(), probe.tcp(), probe.grpc()),
            addresses,
            TimeSpan.parse(probe.interval()),
            TimeSpan.parse(probe.timeout()),
            probe.failures()));
  }

  private String id() {
    return plan.name() + "/" + probe.name();
  }
}
