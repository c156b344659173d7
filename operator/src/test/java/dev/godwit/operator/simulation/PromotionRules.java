package dev.godwit.operator.simulation;

import dev.godwit.api.v1alpha1.HealthSpec;
import dev.godwit.api.v1alpha1.MigrationStatus;
import dev.godwit.api.v1alpha1.OnNoData;
import dev.godwit.api.v1alpha1.PreImage;
import dev.godwit.api.v1alpha1.Probe;
import dev.godwit.api.v1alpha1.StepState;
import dev.godwit.api.v1alpha1.StepStatus;
import dev.godwit.operator.plan.Measured;
import dev.godwit.operator.plan.ProbeState;
import dev.godwit.operator.plan.Reason;
import dev.godwit.operator.step.Verbs;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;

/**
 * Watching ends only with the samples that the user asks for, and with good values, and with good
 * answers to questions that were asked since it began; traffic moves only when it is known what it
 * was like before; and a single bad value, or probe, takes nothing back.
 */
final class PromotionRules {

  private static final double MOST = 0.01;

  /** Why a migration goes back when answers were bad several times in a row. */
  private static final Set<String> AFTER_SEVERAL =
      Set.of(Reason.METRIC_OUT_OF_LIMITS.word(), Reason.PROBE_FAILED.word());

  private final Scene scene;
  private final WriteRules.Knowledge knowledge;

  /**
   * Rules of a scene.
   *
   * @param knowledge what the present operator was told last
   */
  PromotionRules(Scene scene, WriteRules.Knowledge knowledge) {
    this.scene = scene;
    this.knowledge = knowledge;
  }

  void check(MigrationStatus before, MigrationStatus after) {
    HealthSpec health = scene.scenario.spec().health();
    if (health == null || before == null) {
      return;
    }
    if (before.failure() == null && after.failure() != null) {
      require(
          !AFTER_SEVERAL.contains(after.failure().reason())
              || scene.services().stream().anyMatch(knowledge::wasIll),
          "goes back for a single bad answer");
    }
    if (health.prometheus() != null) {
      promotes(health, before, after);
    }
    for (Probe probe : Optional.ofNullable(health.probes()).orElse(List.of())) {
      for (String service : scene.services()) {
        for (String step : List.of(Verbs.MONITOR, service + "/" + Verbs.MONITOR, Verbs.STABILITY)) {
          if (ends(step, before, after)) {
            isAnswered(service + "/" + probe.name(), Scene.find(before, step).orElseThrow());
          }
        }
      }
    }
  }

  private void isAnswered(String probe, StepStatus step) {
    Optional<ProbeState> last = knowledge.probed(probe);
    require(
        last.filter(round -> round.failures() == 0)
            .filter(round -> !round.asked().isBefore(step.startedAt()))
            .isPresent(),
        step.name() + " ends though of " + probe + " is known: " + last);
  }

  private void promotes(HealthSpec health, MigrationStatus before, MigrationStatus after) {
    for (String service : scene.services()) {
      Optional<StepStatus> baseline = Scene.find(after, service + "/" + Verbs.BASELINE);
      if (after.failure() == null && begins(service + "/" + Verbs.SWITCH, before, after)) {
        require(
            baseline.isEmpty() || isNoted(baseline) || health.onNoData() == OnNoData.PASS,
            "moves " + service + " though nothing is known of it before");
      }
      if (ends(Verbs.MONITOR, before, after)
          || ends(service + "/" + Verbs.MONITOR, before, after)) {
        isKnown(service + "/errorRate", health.onNoData());
        // What nothing is known of before has no multiple that would be too high.
        if (isNoted(baseline)) {
          isKnown(service + "/responseTime", health.onNoData());
        }
      }
    }
  }

  private static boolean begins(String step, MigrationStatus before, MigrationStatus after) {
    return isPending(step, before) && !isPending(step, after);
  }

  private static boolean isPending(String step, MigrationStatus status) {
    return Scene.find(status, step).filter(one -> one.state() != StepState.PENDING).isEmpty();
  }

  private static boolean isNoted(Optional<StepStatus> baseline) {
    return baseline
        .map(StepStatus::preImage)
        .map(PreImage::baseline)
        .filter(noted -> !noted.isEmpty())
        .isPresent();
  }

  private static void require(boolean holds, String otherwise) {
    if (!holds) {
      throw new AssertionError(otherwise);
    }
  }

  private static boolean ends(String step, MigrationStatus before, MigrationStatus after) {
    return isDone(step, after) && !isDone(step, before);
  }

  private static boolean isDone(String step, MigrationStatus status) {
    return Scene.find(status, step).filter(one -> one.state() == StepState.DONE).isPresent();
  }

  private void isKnown(String metric, OnNoData onNoData) {
    Optional<Measured> answer = knowledge.measured(metric);
    boolean good =
        answer.isPresent()
            && switch (answer.get()) {
              case Measured.Value(double value, OptionalDouble samples) ->
                  samples.orElse(0) >= 100 ? value <= MOST : onNoData == OnNoData.PASS;
              case Measured.Nothing _ -> onNoData == OnNoData.PASS;
              case Measured.Unknown _ -> false;
            };
    require(good, "goes on though of " + metric + " is known: " + answer);
  }
}
