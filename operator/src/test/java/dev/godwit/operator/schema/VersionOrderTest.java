package dev.godwit.operator.schema;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class VersionOrderTest {

  private static final VersionOrder ORDER = new VersionOrder();

  @ParameterizedTest
  @CsvSource({
    "1, 2",
    "2, 10",
    "1.2, 1.10",
    "1.9.9, 1.10",
    "1, 1.0.1",
    "1.2, 1.2.1",
    "2024_01_14_002, 2024_01_15_001",
    "2024_01_14_002, 2024_01_14_010",
    "2024_12_31, 2025_01_01",
    "000009, 000010",
    "99999999999999999999998, 99999999999999999999999",
    "1.2, 1.2-rc1",
    "1.2-alpha, 1.2-beta",
    "1.2-rc2, 1.2-rc10",
    "v2, v10",
    "1, a",
    "1.9, 1.a",
    "B, a"
  })
  void oneIsBeforeTheOther(String earlier, String later) {
    assertThat(ORDER.compare(earlier, later)).isNegative();
    assertThat(ORDER.compare(later, earlier)).isPositive();
  }

  @ParameterizedTest
  @CsvSource({"1, 1", "1, 01", "1, 1.0", "1.0, 1.0.0", "1.2, 1_2", "1-2, 1.2", "rc1, rc.1"})
  void neitherIsBeforeTheOther(String one, String other) {
    assertThat(ORDER.compare(one, other)).isZero();
    assertThat(ORDER.compare(other, one)).isZero();
  }

  @Test
  void whateverTheOrderBeforeTheOrderAfterIsTheSame() {
    List<String> ordered =
        List.of("0.9", "1", "1.2", "1.2.1", "1.2-rc1", "1.2-rc2", "1.10", "2", "a", "a.1", "b");
    for (int seed = 0; seed < 50; seed++) {
      List<String> shuffled = new ArrayList<>(ordered);
      Collections.shuffle(shuffled, new Random(seed));

      shuffled.sort(ORDER);

      assertThat(shuffled).as("seed %d", seed).isEqualTo(ordered);
    }
  }
}
