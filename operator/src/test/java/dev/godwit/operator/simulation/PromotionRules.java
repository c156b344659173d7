package dev.godwit.operator.simulation;

import dev.godwit.api.v1alpha1.HealthSpec;
import dev.godwit.api.v1alpha1.MigrationStatus;
import dev.godwit.api.v1alpha1.OnNoData;
import dev.godwit.api.v1alpha1.PreImage;
import dev.godwit.api.v1alpha1.StepState;
import dev.godwit.api.v1alpha1.StepStatus;
import dev.godwit.operator.plan.Measured;
import dev.godwit.operator.plan.Reason;
import dev.godwit.operator.step.Verbs;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * Watching ends only with the samples that the user asks for, and with good values; traffic moves
 * only when it is known what it was like before; and a single bad value, or probe, takes nothing
 * back.
 */
final class PromotionRules {

  private static final double MOST = 0.01;

  /** Why a migration goes back when answers were bad several times in a row. */
  private static final Set<String> AFTER_SEVERAL =
      Set.of(Reason.METRIC_OUT_OF_LIMITS.word(), Reason.PROBE_FAILED.word());

  private final Scene scene;
  private final Function<String, Optional<Measured>> answers;
  private final Predicate<String> ill;

  /**
   * Rules of a scene.
   *
   * @param answers what the present operator was told last of a metric
   * @param ill whether a service has had bad values for longer than a moment
   */
  PromotionRules(Scene scene, Function<String, Optional<Measured>> answers, Predicate<String> ill) {
    this.scene = scene;
    this.answers = answers;
    this.ill = ill;
  }

  void check(MigrationStatus before, MigrationStatus after) {
    HealthSpec health = scene.scenario.spec().health();
    if (health == null || before == null) {
      return;
    }
    if (before.failure() == null && after.failure() != null) {
      require(
          !AFTER_SEVERAL.contains(after.failure().reason())
              || scene.services().stream().anyMatch(ill),
          "goes back for a single bad answer");
    }
    if (health.prometheus() != null) {
      promotes(health, before, after);
    }
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
    Optional<Measured> answer = answers.apply(metric);
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
