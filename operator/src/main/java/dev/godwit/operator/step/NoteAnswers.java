package dev.godwit.operator.step;

import dev.godwit.api.v1alpha1.PreImage;
import dev.godwit.operator.plan.Assessment;
import dev.godwit.operator.plan.ServicePlan;
import dev.godwit.operator.plan.Situation;
import dev.godwit.operator.plan.Step;
import java.util.Map;

/**
 * Notes how long the answers of a service to probes take, right before what it uses is changed;
 * waits for nothing.
 */
public record NoteAnswers(ServicePlan plan, AnswerBaseline answers) implements Step {

  @Override
  public String name() {
    return plan.step(Verbs.BASELINE);
  }

  @Override
  public Assessment assess(Situation situation) {
    Map<String, PreImage.Baseline> noted = answers.noted(plan, situation.seen());
    return noted == null ? Assessment.done() : Assessment.done(PreImages.baseline(noted));
  }
}
