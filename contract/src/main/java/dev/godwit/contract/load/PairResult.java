package dev.godwit.contract.load;

/**
 * A slice of each side. Which was first alternates from pair to pair, so that what changes steadily
 * (a cache that fills, a neighbour that gets busy) favours neither.
 *
 * @param blue blue's slice
 * @param green green's slice
 */
public record PairResult(SliceResult blue, SliceResult green) {

  /** The slice of a side. */
  public SliceResult slice(Side side) {
    return switch (side) {
      case BLUE -> blue;
      case GREEN -> green;
    };
  }
}
