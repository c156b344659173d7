package dev.godwit.operator.plan;

import java.time.Instant;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * How a {@link MetricRequest} stands.
 *
 * @param breaches values in a row outside of the limits; 0 after a good one. What is no value
 *     neither adds to them nor ends them
 * @param last the last value
 * @param worst the value nearest to the limits, or farthest outside of them
 * @param gap why there is no value now; empty where there is one
 */
public record MetricState(
    int breaches, Optional<Reading> last, Optional<Reading> worst, Optional<Gap> gap) {

  /** Nothing was measured yet. */
  public static final MetricState NONE =
      new MetricState(0, Optional.empty(), Optional.empty(), Optional.empty());

  /**
   * A value.
   *
   * @param samples how many samples stand behind it; empty where that isn't asked
   */
  public record Reading(double value, OptionalDouble samples, Instant at) {}

  /**
   * A time without values.
   *
   * @param message what the provider said, or how many samples there are
   */
  public record Gap(Kind kind, Instant since, String message) {

    /** Why there is no value. */
    public enum Kind {
      /** The provider has none, or one of too few samples. */
      NO_DATA,
      /** The provider can't be asked, or its answer can't be used. */
      PROVIDER_ERROR
    }
  }

  /** Whether somebody may decide otherwise than before, and not only read another number. */
  public boolean isNewsAfter(MetricState before, MetricRequest request) {
    return !gist(request).equals(before.gist(request));
  }

  private Gist gist(MetricRequest request) {
    return new Gist(
        last.isPresent(),
        isGood(),
        breaches >= request.failures(),
        last.filter(reading -> reading.value() == 0).isPresent(),
        gap.map(Gap::kind));
  }

  /** What decisions are made from. */
  private record Gist(
      boolean isKnown, boolean isGood, boolean isTripped, boolean isZero, Optional<Gap.Kind> gap) {}

  /** Whether the last measurement gave a value, and a good one. */
  public boolean isGood() {
    return gap.isEmpty() && last.isPresent() && breaches == 0;
  }
}
