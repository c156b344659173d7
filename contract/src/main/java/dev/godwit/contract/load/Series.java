package dev.godwit.contract.load;

import java.util.List;
import java.util.Optional;

/**
 * One metric of one side, a value a slice.
 *
 * @param values in any order and unit, never negative
 */
public record Series(List<Double> values) {

  /** With fewer values than these nothing is said. */
  public static final int FEWEST = 4;

  /** Sorts them. */
  public Series {
    values = values.stream().sorted().toList();
  }

  /** Whether there are enough values to say something. */
  public boolean isEnough() {
    return values.size() >= FEWEST;
  }

  /**
   * The value in the middle: one slice that was disturbed does not move it far.
   *
   * @throws IllegalStateException when there is no value
   */
  public double median() {
    if (values.isEmpty()) {
      throw new IllegalStateException("there is no median of nothing");
    }
    return median(values);
  }

  /**
   * How far a side is from itself: its higher half of slices compared with its lower half, median
   * with median, as a share of the median of all. No other way to deal the slices out to two equal
   * hands gives more, so a difference between two sides that is smaller than this can be chance.
   * Nothing when there are too few values, or their median is 0.
   */
  public Optional<Double> spread() {
    if (!isEnough() || median() <= 0) {
      return Optional.empty();
    }
    int half = values.size() / 2;
    double low = median(values.subList(0, half));
    double high = median(values.subList(values.size() - half, values.size()));
    return Optional.of((high - low) / median());
  }

  private static double median(List<Double> sorted) {
    int middle = sorted.size() / 2;
    return sorted.size() % 2 == 1
        ? sorted.get(middle)
        : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
  }
}
