package dev.godwit.operator.guard;

import dev.godwit.api.v1alpha1.Probe;
import dev.godwit.api.v1alpha1.TimeSpan;
import dev.godwit.operator.plan.Guard;
import dev.godwit.operator.plan.ProbeRequest;
import dev.godwit.operator.plan.ProbeState;
import dev.godwit.operator.plan.Question;
import dev.godwit.operator.plan.Reason;
import dev.godwit.operator.plan.ServicePlan;
import dev.godwit.operator.plan.Situation;
import dev.godwit.operator.plan.Verdict;
import java.util.List;

/**
 * A probe of the user's, asked of every pod of the new version that serves.
 *
 * @param retires whether the way back stays open when the old version was given up
 */
public record ProbePasses(ServicePlan plan, Probe probe, boolean retires) implements Guard {

  @Override
  public Verdict evaluate(Situation situation) {
    ProbeState state = situation.seen().probes().get(id());
    boolean tripped =
        Serving.addresses(plan, retires, situation).isPresent()
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
    return Serving.addresses(plan, retires, situation).stream().map(this::request).toList();
  }

  private ProbeRequest request(List<String> addresses) {
    return new ProbeRequest(
        id(),
        Question.of(probe.http(), probe.tcp(), probe.grpc()),
        addresses,
        TimeSpan.parse(probe.interval()),
        TimeSpan.parse(probe.timeout()),
        probe.failures());
  }

  private String id() {
    return plan.name() + "/" + probe.name();
  }
}
