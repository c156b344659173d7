package dev.godwit.contract.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

class SeriesTest {

  private static Series of(double... values) {
    return new Series(java.util.Arrays.stream(values).boxed().toList());
  }

  @Test
  void theMedianIsTheOneInTheMiddleWhateverTheOrder() {
    assertThat(of(9, 1, 5).median()).isEqualTo(5);
    assertThat(of(4, 1, 3, 2).median()).isEqualTo(2.5);
  }

  @Test
  void nothingHasNoMedian() {
    assertThatThrownBy(() -> of().median()).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void theSpreadIsTheHigherHalfComparedWithTheLower() {
    // Medians of the halves 95 and 105, of all 100.
    assertThat(of(90, 110, 100, 100).spread())
        .hasValueSatisfying(spread -> assertThat(spread).isCloseTo(0.1, within(1e-9)));
    // Five: the one in the middle belongs to neither half.
    assertThat(of(80, 90, 100, 120, 140).spread())
        .hasValueSatisfying(spread -> assertThat(spread).isCloseTo(0.45, within(1e-9)));
  }

  @Test
  void equalSlicesHaveNoSpread() {
    assertThat(of(7, 7, 7, 7).spread()).contains(0.0);
  }

  @Test
  void oneDisturbedSliceOfSixIsNoSpread() {
    assertThat(of(100, 100, 100, 100, 100, 5_000).spread()).contains(0.0);
  }

  @Test
  void noOtherWayToDealTheSlicesToTwoHandsGivesMore() {
    List<Double> values = List.of(3.0, 11.0, 7.0, 20.0, 5.0, 8.0);
    double spread = new Series(values).spread().orElseThrow();
    double median = new Series(values).median();
    for (int hand = 0; hand < 1 << values.size(); hand++) {
      if (Integer.bitCount(hand) != values.size() / 2) {
        continue;
      }
      double difference = hand(values, hand).median() - hand(values, ~hand).median();
      assertThat(difference / median).isLessThanOrEqualTo(spread);
    }
  }

  private static Series hand(List<Double> values, int mask) {
    return new Series(
        java.util.stream.IntStream.range(0, values.size())
            .filter(index -> (mask >> index & 1) == 1)
            .mapToObj(values::get)
            .toList());
  }

  @Test
  void threeSlicesAreTooFewToSaySomething() {
    assertThat(of(1, 2, 3).spread()).isEmpty();
  }

  @Test
  void aMedianOfZeroHasNoSpread() {
    assertThat(of(0, 0, 0, 4).spread()).isEmpty();
  }
}
