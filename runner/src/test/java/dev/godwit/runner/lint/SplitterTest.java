package dev.godwit.runner.lint;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.core.Parser;

/** Where a statement ends, against where the driver ends it that sends them. */
class SplitterTest {

  private static List<String> statements(String sql) {
    return Splitter.statements(Lexer.tokens(sql)).stream().map(SplitterTest::words).toList();
  }

  private static String words(List<Token> tokens) {
    return tokens.stream().map(Token::text).collect(Collectors.joining(" "));
  }

  private static int sentByTheDriver(String sql) throws SQLException {
    return Parser.parseJdbcSql(sql, true, false, true, false, true, new String[0]).size();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "select 'a;b'; select 2",
        "select 'it''s;'; select 2",
        "select 'a\\'; select 2",
        "select E'a\\';b'; select 2",
        "select e'a\\\\'; select 2",
        "select U&'\\0061;'; select 2",
        "select n';'; select b'1'",
        "select \"a;\"\"b\"; select 2",
        "select $$;$$; select 2",
        "select $a$ ; $b$ ; $$ ; $a$; select 2",
        "select a$b$; select $1",
        "select 1 -- ;\n; select 2",
        "select 1 -- ; '\r; select 2",
        "select /* ; /* ; */ ' ; */ 1; select 2",
        "select 1 *-- ;\n 2; select 3",
        "select 1 +/* ; */ 2; select 3",
        "begin; select 2",
        "begin atomic; select 2",
        "create rule r as on delete to t do also (notify a; notify b); select 2",
        "create function begin_atomic() returns int language sql as 'select 1;'; select 2",
        "select é$a$; select 2",
      })
  void endsStatementsWhereTheDriverDoes(String sql) throws SQLException {
    assertThat(statements(sql)).hasSize(2);
    assertThat(sentByTheDriver(sql)).isEqualTo(2);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "create function f() returns int begin atomic select 1; select 2; end; select 3",
        "create function f() returns int begin atomic select case when a then 1 end; end; select 3",
        "create or replace procedure p() BEGIN ATOMIC select 1 as begin, 2 as case, a.end; END; select 3",
      })
  void knowsTheBodyOfAFunction(String sql) {
    assertThat(statements(sql)).hasSize(2).last().isEqualTo("select 3");
    assertThat(Samples.lint(sql)).isEmpty();
  }

  @Test
  void aLiteralGoesOnInTheNextLine() {
    assertThat(statements("select 'a' \n -- b\n ';'; select 2"))
        .containsExactly("select 'a' \n -- b\n ';'", "select 2");
    assertThat(statements("select E'a'\n'\\';'; select 2"))
        .containsExactly("select E'a'\n'\\';'", "select 2");
    assertThat(statements("select E'a' '\\'; select ';'"))
        .containsExactly("select E'a' '\\'", "select ';'");
  }

  @Test
  void operatorsEndAsTheServerHasThem() {
    assertThat(statements("a=-1 b*-1 c@-1 d<=e f::g h:=i"))
        .first()
        .isEqualTo("a = - 1 b * - 1 c @- 1 d <= e f :: g h := i");
    assertThat(statements("1.5e-3 .5 1..2 $1 0x1F 1_000"))
        .first()
        .isEqualTo("1.5e-3 .5 1. .2 $1 0x1F 1_000");
  }
}
