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
 * How long the old version's answers to probes took while the new one was made ready: noted by the
 * step that moves traffic, which waits for nothing. Where there were too few, the response time is
 * not compared.
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

  /** By what a probe goes while it is asked of the old version. */
  public static String id(ServicePlan plan, String probe) {
    return plan.name() + "/" + probe + "/blue";
  }

  /** Whether a service's traffic has begun to move, so that the old version is asked no more. */
  public static boolean isNoted(ServicePlan plan, Journal journal) {
    return steps(plan).anyMatch(journal::wasBegun);
  }

  private static Stream<String> steps(ServicePlan plan) {
    return Stream.of(plan.step(Verbs.SWITCH), plan.step(Verbs.ROTATION_ON));
  }

  /** How long half of the old version's answers to a probe took, in seconds, if that was noted. */
  public static OptionalDouble of(ServicePlan plan, String probe, Journal journal) {
    return steps(plan)
        .flatMap(step -> journal.find(step).stream())
        .flatMap(entry -> Optional.ofNullable(entry.preImage().baseline()).stream())
        .flatMap(noted -> Optional.ofNullable(noted.get(probe)).stream())
        .mapToDouble(PreImage.Baseline::value)
        .findFirst();
  }

  /** What is known of the old version now, by probe; null where nothing is. */
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
