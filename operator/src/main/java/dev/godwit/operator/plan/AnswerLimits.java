package dev.godwit.operator.plan;

import java.util.Optional;
import java.util.OptionalDouble;

/**
 * What the answers to a probe may be like, taken together.
 *
 * @param failed the share of them that may fail
 * @param seconds how long half of the good ones may take
 * @param least with fewer answers nothing is judged
 */
public record AnswerLimits(OptionalDouble failed, OptionalDouble seconds, int least) {

  /** Nothing is judged. */
  public static final AnswerLimits NONE =
      new AnswerLimits(OptionalDouble.empty(), OptionalDouble.empty(), Integer.MAX_VALUE);

  /** What is wrong with answers, in words; empty where nothing is, or they are too few to say. */
  public Optional<String> breach(Answers answers) {
    if (answers.asked() < least) {
      return Optional.empty();
    }
    double share = (double) answers.failed() / answers.asked();
    if (failed.isPresent() && share > failed.getAsDouble()) {
      return Optional.of(
          "the error rate "
              + Limits.words(share)
              + " is above "
              + Limits.words(failed.getAsDouble()));
    }
    boolean slow =
        seconds.isPresent()
            && answers.seconds().isPresent()
            && answers.seconds().getAsDouble() > seconds.getAsDouble();
    return slow
        ? Optional.of(
            "the response time "
                + Limits.words(answers.seconds().getAsDouble())
                + " s is above "
                + Limits.words(seconds.getAsDouble())
                + " s")
        : Optional.empty();
  }
}
