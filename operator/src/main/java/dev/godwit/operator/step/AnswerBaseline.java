package dev.godwit.operator.step;

import dev.godwit.api.v1alpha1.PreImage;
import dev.godwit.operator.plan.Answers;
import dev.godwit.operator.plan.Journal;
import dev.godwit.operator.plan.Observation;
import dev.godwit.operator.plan.ProbeState;
import dev.godwit.operator.plan.ServicePlan;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * How long the answers to probes took before something changed for those who are asked: noted by
 * the step that moves traffic, or by {@link NoteAnswers}, which wait for nothing. Where there were
 * too few, the response time is not compared.
 *
 * @param probes names of the probes
 * @param least with fewer answers nothing is noted
 */
public record AnswerBaseline(List<String> probes, int least) {

  /** Nothing is noted. */
  public static final AnswerBaseline NONE = new AnswerBaseline(List.of(), 0);

  /** Copies the list. */
  public AnswerBaseline {
    probes = List.copyOf(probes);
  }

  /** By what a probe goes while it is asked for what later answers are compared with. */
  public static String id(ServicePlan plan, String probe) {
    return plan.name() + "/" + probe + "/blue";
  }

  /** Whether it was noted for a service, so that it is asked for no more. */
  public static boolean isNoted(ServicePlan plan, Journal journal) {
    return steps(plan).anyMatch(journal::wasBegun);
  }

  /** The last one is no measurement of metrics: with a Prometheus nothing is noted of answers. */
  private static Stream<String> steps(ServicePlan plan) {
    return Stream.of(
        plan.step(Verbs.SWITCH), plan.step(Verbs.ROTATION_ON), plan.step(Verbs.BASELINE));
  }

  /** How long half of the answers to a probe took before, in seconds, if that was noted. */
  public static OptionalDouble of(ServicePlan plan, String probe, Journal journal) {
    return steps(plan)
        .flatMap(step -> journal.find(step).stream())
        .flatMap(entry -> Optional.ofNullable(entry.preImage().baseline()).stream())
        .flatMap(noted -> Optional.ofNullable(noted.get(probe)).stream())
        .mapToDouble(PreImage.Baseline::value)
        .findFirst();
  }

  /** What is known of the answers now, by probe; null where nothing is. */
  Map<String, PreImage.Baseline> noted(ServicePlan plan, Observation seen) {
    Map<String, PreImage.Baseline> noted = new TreeMap<>();
    for (String probe : probes) {
      Answers answers =
          Optional.ofNullable(seen.probes().get(id(plan, probe)))
              .map(ProbeState::answers)
              .orElse(Answers.NONE);
      if (answers.asked() >= least && answers.seconds().isPresent()) {
        noted.put(
            probe,
            new PreImage.Baseline(answers.seconds().getAsDouble(), (double) answers.asked()));
      }
    }
    return noted.isEmpty() ? null : noted;
  }
}
