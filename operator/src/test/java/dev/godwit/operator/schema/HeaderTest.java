package dev.godwit.operator.schema;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HeaderTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "-- godwit:transactional=false",
        "-- godwit:transactional=false\nselect 1;",
        "--godwit:transactional=false\r\nselect 1;",
        "  --  godwit: transactional=false  \nselect 1;",
        "-- Who: shop\n\n-- godwit:transactional=false\nselect 1;"
      })
  void aCommentAtTheBeginningIsHeeded(String sql) {
    assertThat(Header.of(sql)).isEqualTo(new Header(Optional.of(false), Optional.empty()));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "select 1;",
        "",
        "select 1;\n-- godwit:transactional=false",
        "-- see godwit:transactional=false",
        "/* godwit:transactional=false */"
      })
  void otherCommentsAreNot(String sql) {
    assertThat(Header.of(sql)).isEqualTo(new Header(Optional.empty(), Optional.empty()));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"transactional=no", "transactional = false", "transactional=False", "batch=3", ""})
  void whatIsNotUnderstoodIsKept(String word) {
    assertThat(Header.of("-- godwit:" + word))
        .isEqualTo(new Header(Optional.empty(), Optional.of(word)));
  }
}
