package dev.godwit.operator.simulation;

import dev.godwit.api.v1alpha1.HealthSpec;
import dev.godwit.api.v1alpha1.MigrationStatus;
import dev.godwit.api.v1alpha1.OnNoData;
import dev.godwit.api.v1alpha1.StepState;
import dev.godwit.operator.plan.Measured;
import dev.godwit.operator.step.Verbs;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Function;

/** Watching ends only with the samples that the user asks for, and with good values. */
final class PromotionRules {

  private static final double MOST = 0.01;

  private final Scene scene;
  private final Function<String, Optional<Measured>> answers;

  /**
   * Rules of a scene.
   *
   * @param answers what the present operator was told last of a metric
   */
  PromotionRules(Scene scene, Function<String, Optional<Measured>> answers) {
    this.scene = scene;
    this.answers = answers;
  }

  void check(MigrationStatus before, MigrationStatus after) {
    HealthSpec health = scene.scenario.spec().health();
    if (health == null || health.prometheus() == null || before == null) {
      return;
    }
    for (String service : scene.services()) {
      if (ends(Verbs.MONITOR, before, after)
          || ends(service + "/" + Verbs.MONITOR, before, after)) {
        for (String metric : List.of("errorRate", "responseTime")) {
          isKnown(service + "/" + metric, health.onNoData());
        }
      }
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
    if (!good) {
      throw new AssertionError("goes on though of " + metric + " is known: " + answer);
    }
  }
}
