package dev.godwit.api.v1alpha1;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TimeSpanTest {

  @ParameterizedTest
  @CsvSource({
    "0s, PT0S",
    "500ms, PT0.5S",
    "90s, PT1M30S",
    "10m, PT10M",
    "24h, PT24H",
    "30d, PT720H",
    "3650d, PT87600H"
  })
  void isANumberAndAUnit(String text, Duration length) {
    assertThat(TimeSpan.parse(text)).isEqualTo(length);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "10", "m", "-1s", "1.5h", "1h30m", "10 s", "1w", "3651d", "9999999999s"})
  void nothingElseIsOne(String text) {
    assertThatThrownBy(() -> TimeSpan.parse(text)).isInstanceOf(IllegalArgumentException.class);
  }
}
