package dev.godwit.operator.plan;

import java.time.Duration;
import java.util.OptionalDouble;

/**
 * What pods have answered to one probe in the last {@link #WINDOW}, each pod and round counted.
 *
 * @param asked how many answers were waited for
 * @param failed how many of them were bad, or did not come
 * @param seconds how long half of the good ones took at the most; empty where there were none
 */
public record Answers(int asked, int failed, OptionalDouble seconds) {

  /** Older answers are forgotten. */
  public static final Duration WINDOW = Duration.ofMinutes(5);

  /** None yet. */
  public static final Answers NONE = new Answers(0, 0, OptionalDouble.empty());
}
