package dev.godwit.runner.lint;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What is found of one statement. */
class StatementsTest {

  static Stream<Samples.Sample> samples() {
    return Samples.all();
  }

  @ParameterizedTest
  @MethodSource("samples")
  void findsWhatAStatementDoes(Samples.Sample sample) {
    assertThat(Samples.words(Samples.lint(sample.sql()))).isEqualTo(sample.findings());
  }

  static Stream<Samples.Sample> samplesWithoutText() {
    return Samples.all().filter(sample -> !sample.sql().contains("'"));
  }

  @ParameterizedTest
  @MethodSource("samplesWithoutText")
  void remarksAndLinesMakeNoDifference(Samples.Sample sample) {
    String spread =
        "\n/* a; /* b */ */ "
            + sample.sql().toUpperCase(Locale.ROOT).replace(" ", " -- it's;\n/**/ ")
            + " ;";
    assertThat(Samples.words(Samples.lint(spread))).isEqualToIgnoringCase(sample.findings());
  }
}
