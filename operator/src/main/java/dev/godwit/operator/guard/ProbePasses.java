package dev.godwit.operator.guard;

import dev.godwit.operator.metric.ServiceProbe;
import dev.godwit.operator.plan.AnswerLimits;
import dev.godwit.operator.plan.Guard;
import dev.godwit.operator.plan.Journal;
import dev.godwit.operator.plan.Need;
import dev.godwit.operator.plan.ProbeRequest;
import dev.godwit.operator.plan.ProbeState;
import dev.godwit.operator.plan.Reason;
import dev.godwit.operator.plan.Situation;
import dev.godwit.operator.plan.Verdict;
import dev.godwit.operator.step.AnswerBaseline;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A probe of the user's, asked of every pod that decides: it may not fail too often in a row, and
 * its answers, taken together, stay within their limits. Before that pods are asked for their
 * response time, and may answer as they like.
 *
 * <p>Failures count whenever they were asked about: that a pod has failed before a step began, and
 * has not been asked since, is no reason to go on, and to go back is safe. Good answers promote
 * nothing here: {@code Watch} says which of them let a migration go on.
 *
 * @param watched whose pods
 */
public record ProbePasses(ServiceProbe probe, Watched watched) implements Guard {

  @Override
  public Verdict evaluate(Situation situation) {
    ProbeState state = situation.seen().probes().get(probe.id());
    if (state == null || watched.addresses(situation).isEmpty()) {
      return Verdict.fine();
    }
    int most = probe.probe().failures();
    if (state.failures() >= most) {
      return new Verdict.Trip(
          Reason.PROBE_FAILED,
          probe.words() + " failed " + most + " times in a row: " + state.message());
    }
    return limits(situation)
        .breach(state.answers())
        .<Verdict>map(
            breach ->
                new Verdict.Trip(
                    Reason.METRIC_OUT_OF_LIMITS,
                    probe.words() + ": " + breach + " (" + state.answers().asked() + " answers)"))
        .orElseGet(Verdict::fine);
  }

  @Override
  public List<ProbeRequest> probes(Situation situation) {
    Stream<ProbeRequest> deciding =
        watched.addresses(situation).stream()
            .map(addresses -> probe.request(addresses, limits(situation), watched.nobody()));
    Stream<ProbeRequest> before =
        before(situation).stream()
            .map(
                addresses ->
                    probe.request(
                        AnswerBaseline.id(probe.plan(), probe.probe().name()), addresses));
    return Stream.concat(deciding, before).toList();
  }

  @Override
  public Set<Need> needs(Journal journal) {
    return watched.needs(journal);
  }

  /** Whom to ask for the response time of before, while there is a reason to. */
  private Optional<List<String>> before(Situation situation) {
    boolean asked =
        probe.triggers().ratio().isPresent()
            && !AnswerBaseline.isNoted(probe.plan(), situation.journal());
    return asked ? watched.before(situation) : Optional.empty();
  }

  private AnswerLimits limits(Situation situation) {
    return probe
        .triggers()
        .limits(AnswerBaseline.of(probe.plan(), probe.probe().name(), situation.journal()));
  }
}
