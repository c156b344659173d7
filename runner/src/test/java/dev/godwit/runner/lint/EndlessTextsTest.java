package dev.godwit.runner.lint;

import static org.assertj.core.api.Assertions.assertThatCode;

import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever the text, there is an answer, and soon. */
@Timeout(value = 60, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class EndlessTextsTest {

  private static final int MEGABYTE = 1 << 20;

  private static String times(String piece) {
    return piece.repeat(MEGABYTE / piece.length());
  }

  static Stream<String> megabytes() {
    return Stream.of(
        times("("),
        times(")"),
        times("["),
        times("/*"),
        times("*/"),
        times("'"),
        times("''"),
        times("\""),
        times("$"),
        times("$$"),
        times("$a$$b$"),
        times("e'\\'"),
        times("'a'\n"),
        times("'a'--\n"),
        times(";"),
        times("a."),
        times("a "),
        times("a,"),
        times("+-"),
        times("case "),
        times("begin atomic "),
        times("select f("),
        times("select 1;"),
        times("drop table a;"),
        times("with a as ("),
        times("explain "),
        times("create function f() begin atomic select 1;"),
        "select " + times("f(") + ") a".repeat(1000),
        "select " + "(".repeat(MEGABYTE / 8) + ") a(".repeat(MEGABYTE / 8),
        "select " + times("distinct on (a) f(b),"),
        "alter table a " + times("add b int,"),
        "alter table a add b int default " + times("case when a then "),
        "create table a (" + times("b int references c,"),
        "delete from a where " + "(".repeat(MEGABYTE / 2) + "true" + ")".repeat(MEGABYTE / 2),
        "insert into a values " + times("(1, 'x', now()),"));
  }

  @ParameterizedTest(name = "{index}")
  @MethodSource("megabytes")
  @Timeout(value = 15, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void aMegabyteIsAnsweredInSeconds(String sql) {
    assertThatCode(() -> Samples.lint(sql)).doesNotThrowAnyException();
  }

  @Test
  void mutatedTextsAreAnswered() {
    Random random = new Random(1);
    List<String> samples = Samples.all().map(Samples.Sample::sql).toList();
    String characters =
        samples.stream().collect(Collectors.joining()) + "'\"$$$;;()[]\\/*-- \n\0\u00e9\ud83d";
    for (int i = 0; i < 20_000; i++) {
      StringBuilder sql = new StringBuilder(samples.get(random.nextInt(samples.size())));
      for (int changes = random.nextInt(4); changes >= 0 && !sql.isEmpty(); changes--) {
        int at = random.nextInt(sql.length());
        switch (random.nextInt(4)) {
          case 0 -> sql.setLength(at);
          case 1 -> sql.delete(0, at);
          case 2 -> sql.deleteCharAt(at);
          default -> sql.insert(at, characters.charAt(random.nextInt(characters.length())));
        }
      }
      String text = sql.toString();
      assertThatCode(() -> Samples.lint(text)).as(text).doesNotThrowAnyException();
    }
  }
}
