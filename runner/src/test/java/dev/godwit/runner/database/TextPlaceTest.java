package dev.godwit.runner.database;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TextPlaceTest {

  @ParameterizedTest
  @CsvSource({"0, 1, 1", "2, 1, 3", "3, 2, 1", "4, 2, 2", "5, 3, 1", "7, 3, 2", "8, 3, 3"})
  void countsLinesAndWholeCharacters(int index, int line, int column) {
    assertThat(TextPlace.of("ab\nc\n😀d", index)).isEqualTo(new TextPlace(line, column));
  }
}
