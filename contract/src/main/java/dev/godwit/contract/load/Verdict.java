package dev.godwit.contract.load;

/** How green compares with blue in one {@link Metric}. */
public sealed interface Verdict {

  /**
   * What was compared.
   *
   * @param before blue's median
   * @param after green's median
   * @param change from one to the other, as a ratio with its sign: 0.3 is 30% more
   */
  record Change(double before, double after, double change) {}

  /** The change is within the tolerance. */
  record Same(Change change) implements Verdict {}

  /** A change for the better, by more than the tolerance. */
  record Better(Change change) implements Verdict {}

  /** A change for the worse, by more than the tolerance. */
  record Degraded(Change change) implements Verdict {}

  /**
   * Blue differs from itself by more than the tolerance, so that the change says nothing.
   *
   * @param change what would have been compared
   * @param spread {@link Series#spread()} of blue, as a ratio
   */
  record TooNoisy(Change change, double spread) implements Verdict {}

  /**
   * There is nothing to compare.
   *
   * @param why in words
   */
  record NotMeasured(String why) implements Verdict {}
}
