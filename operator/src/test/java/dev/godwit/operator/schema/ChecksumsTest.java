package dev.godwit.operator.schema;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ChecksumsTest {

  /** As Flyway 11.8.0 itself computes them. */
  static Stream<Arguments> flyway() {
    return Stream.of(
        Arguments.of("", 0),
        Arguments.of("\n\n", 0),
        Arguments.of("create table users (id bigint);", -543058060),
        Arguments.of("create table users (id bigint);\n", -543058060),
        Arguments.of(" select 1;", -1677127631),
        Arguments.of("select 1;\rselect 2;", -593479011),
        Arguments.of("select 'größe 😀';", -450446924),
        Arguments.of("create table users (id bigint);\n\ninsert into users values (1);", -74375084),
        Arguments.of(
            "create table users (id bigint);\r\n\r\ninsert into users values (1);\r\n", -74375084));
  }

  @ParameterizedTest
  @MethodSource
  void flyway(String text, int checksum) {
    assertThat(Checksums.flyway(text)).isEqualTo(checksum);
  }

  @Test
  void ownChecksumIsOfTheTextAsItIs() {
    assertThat(Checksums.sha256("abc"))
        .isEqualTo("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    assertThat(Checksums.sha256("abc\n")).isNotEqualTo(Checksums.sha256("abc"));
  }
}
