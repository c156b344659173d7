package dev.godwit.runner.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.godwit.contract.schema.SchemaFiles.Text;
import dev.godwit.contract.schema.SchemaReport.Cause;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StatementsTest {

  private static List<String> split(String sql) {
    return Statements.of(sql).statements().stream()
        .map(statement -> sql.substring(statement.start(), statement.end()))
        .toList();
  }

  @Test
  void splitsWhereTheServerDoes() {
    assertThat(
            split(
                """
                -- first; comment
                select 1 ; ; select ';', E'\\';', $$;$$, $x$ $$; $x$, ";" /* ; /* ; */ ; */;
                create rule r as on insert to t do also (insert into a values (1); insert into b values (2));
                create or replace function f() returns int begin atomic
                  select case when true then 1 end; select 2; end;
                select a$b$ from t; select 1 as b$b$; do $$ begin commit; end $$
                """))
        .containsExactly(
            "select 1",
            "select ';', E'\\';', $$;$$, $x$ $$; $x$, \";\" /* ; /* ; */ ; */",
            "create rule r as on insert to t do also (insert into a values (1); insert into b values"
                + " (2))",
            "create or replace function f() returns int begin atomic\n"
                + "  select case when true then 1 end; select 2; end",
            "select a$b$ from t",
            "select 1 as b$b$",
            "do $$ begin commit; end $$");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "-- only; this", "/* ; ", ";;", "'", "\"", "$$", "$a", "("})
  void bearsAnyText(String sql) {
    assertThatCode(() -> Statements.of(sql)).doesNotThrowAnyException();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "select 1;NLbegin; select 2 | line 2 has BEGIN",
        "Start /* x */ Transaction read only | line 1 has START TRANSACTION READ",
        "select 1;NLNL  commit and chain | line 3 has COMMIT AND CHAIN",
        "end | line 1 has END",
        "abort work | line 1 has ABORT WORK",
        "rollback | line 1 has ROLLBACK",
        "rollback prepared 'x' | line 1 has ROLLBACK PREPARED",
        "prepare transaction 'x' | line 1 has PREPARE TRANSACTION",
        "copy t from stdin;NL1NL\\. | line 1 has a COPY from or to the client",
        "select 1;NLCopy (select 'from stdin') to Stdout | line 2 has a COPY from or to the client",
        "select 1;NL\\set x 1NLcommit | line 2 has a backslash",
        "select 1 \\gexec | line 1 has a backslash",
      })
  void refusesWhatIsNotForTheRunner(String sql, String message) {
    assertThatThrownBy(() -> Refusals.check("1", Text.UP, sql.replace("NL", "\n")))
        .isInstanceOfSatisfying(
            SchemaFailure.class, failure -> assertThat(failure.why()).isEqualTo(Cause.BAD_ORDER))
        .hasMessageContaining(message);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "savepoint a; rollback to a; rollback work to savepoint a; release a",
        "copy t from '/tmp/x'; copy t to program 'cat'",
        "select '\\d', E'\\\\', $$\\d$$ -- \\d",
        "create function f() returns int begin atomic select 1; end",
        "do $$ begin null; end $$",
        "create table commit_log (\"begin\" int); comment on table commit_log is 'commit;'",
        "prepare q as select 1",
        "set transaction isolation level serializable"
      })
  void letsPassWhatOnlyLooksLikeIt(String sql) {
    assertThatCode(() -> Refusals.check("1", Text.UP, sql)).doesNotThrowAnyException();
  }

  @Test
  void checksHaveNoSavepoints() {
    assertThatThrownBy(
            () -> Refusals.check("1", Text.VERIFY, "select true; rollback to godwit_verify"))
        .hasMessageContaining("line 1 has ROLLBACK TO GODWIT_VERIFY: a check has no savepoints");
  }
}
