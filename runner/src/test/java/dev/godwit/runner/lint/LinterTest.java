package dev.godwit.runner.lint;

import static org.assertj.core.api.Assertions.assertThat;

import dev.godwit.contract.schema.Finding;
import dev.godwit.contract.schema.Finding.Kind;
import dev.godwit.contract.schema.Finding.Lock;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is found of texts of several statements. */
class LinterTest {

  private static String found(String sql) {
    return Samples.words(Samples.lint(sql));
  }

  @Test
  void saysTheLineOfEachStatementAndOfEachAction() {
    List<Finding> findings =
        new Linter()
            .lint(
                "7",
                """
                -- Contract.
                /* drop table x;
                */ drop table
                  a;
                insert into b values ('
                ', $$
                $$); truncate
                 b;

                alter table c
                  add d int,
                  drop e;
                """,
                true);
    assertThat(findings)
        .containsExactly(
            new Finding("7", 3, Kind.DROP, "a", Lock.ACCESS_EXCLUSIVE, null),
            new Finding("7", 7, Kind.TRUNCATE, "b", Lock.ACCESS_EXCLUSIVE, null),
            new Finding("7", 11, Kind.LOCK, "c", Lock.ACCESS_EXCLUSIVE, null),
            new Finding("7", 12, Kind.DROP, "c", Lock.ACCESS_EXCLUSIVE, null));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", ";", ";; ;", "-- nothing", "/* drop table a; */", "\n\t\r\f"})
  void findsNothingWhereNothingIs(String sql) {
    assertThat(found(sql)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "drop",
        "select 'a",
        "select \"a",
        "select $$a",
        "select /* 1",
        "\\connect other",
        "\\i other.sql",
        "select 1 \\gexec",
        "select {1}",
        "frobnicate users",
        "alter table users frobnicate",
        "alter table users add column a int frobnicate",
        "alter table users set (fillfactor = 70) frobnicate",
        "alter table users add column a int, ",
        "alter table users, orders add column a int",
        "drop table users orders",
        "create table a (b int) frobnicate",
        "create schema a create table b (c int)",
        "create function f() returns int begin atomic select 1; drop table users; end",
        "create function f() returns int begin atomic select 1 case; end; drop table users",
        "create table a as execute b",
        "execute b",
        "prepare b as delete from users",
        "discard all",
        "alter system set a = 1",
        "delete from users where (a",
        "select 1)",
        "update users",
        "with a as (drop table users) select 1",
        "with a as () select 1",
        "explain explain",
        "explain",
        "copy () to stdout",
        "set names 'latin1'",
        "set client_encoding to latin1",
        "set standard_conforming_strings = off",
        "reset standard_conforming_strings",
        "truncate select",
        "drop table if exists",
        "lock users in funny mode"
      })
  void saysThatItDoesNotKnow(String sql) {
    assertThat(found(sql)).isEqualTo("UNPARSED - -");
  }

  @Test
  void whatIsNotKnownDoesNotHideWhatComesAfter() {
    assertThat(found("frobnicate; drop table a; alter table b frobnicate; truncate c"))
        .isEqualTo(
            "UNPARSED - -; DROP a ACCESS_EXCLUSIVE; UNPARSED - -; TRUNCATE c ACCESS_EXCLUSIVE");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "create index i on t (a)",
        "alter table t add b int",
        "alter table t add foreign key (a) references t",
        "alter table t add b int default gen_random_uuid()",
        "alter table t alter a type text",
        "alter table t alter a type text; drop table t",
        "alter table t rename to s; truncate s; drop table s",
        "alter table t set schema app; drop table app.t",
        "alter table t rename a to b",
        "create index i on t (a); alter index i rename to j; drop index j",
        "create trigger g before insert on t for each row execute function f()",
        "truncate t; delete from t; update t set a = 1; drop table t",
        "drop table if exists T",
        "drop table \"t\"",
        "create view v as select a from t; drop view v; drop table t",
        "create sequence q; alter sequence q restart; drop sequence q",
        "select 1 as a into s; drop table s",
        "create table p partition of t for values in (1); drop table p",
        "lock t; vacuum full t",
      })
  void whatTheTextHasMadeConcernsNobody(String sql) {
    assertThat(found("create table t (a int);" + sql)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "drop table t; create table t (a int) | DROP t ACCESS_EXCLUSIVE",
        "create table if not exists t (a int); drop table t | DROP t ACCESS_EXCLUSIVE",
        "create temp table t (a int) on commit drop; drop table t | DROP t ACCESS_EXCLUSIVE",
        "create table t (a int); drop table t; drop table t | DROP t ACCESS_EXCLUSIVE",
        "create table t (a int); drop table t cascade | DROP t ACCESS_EXCLUSIVE",
        "create table t (a int); drop table app.t | DROP app.t ACCESS_EXCLUSIVE",
        "create table app.t (a int); drop table t | DROP t ACCESS_EXCLUSIVE",
        "create table \"T\" (a int); drop table t | DROP t ACCESS_EXCLUSIVE",
        "create table É (a int); drop table é | DROP é ACCESS_EXCLUSIVE",
        "create table t (a int); alter table t rename to s; drop table t | DROP t ACCESS_EXCLUSIVE",
        "create table t (a int); set search_path = b; drop table t | DROP t ACCESS_EXCLUSIVE",
        "create table t (a int); set local role b; drop table t | DROP t ACCESS_EXCLUSIVE",
        "create table t (a int); reset all; drop table t | DROP t ACCESS_EXCLUSIVE",
        "create table t (a int); rollback to a; drop table t | DROP t ACCESS_EXCLUSIVE",
        "create table t (a int); do $$ $$; drop table t | PROGRAM - -; DROP t ACCESS_EXCLUSIVE",
        "create table t (a int); execute b; drop table t | UNPARSED - -; DROP t ACCESS_EXCLUSIVE",
        "create index if not exists i on t (a); drop index i | INDEX_WITHOUT_CONCURRENTLY t SHARE; DROP i ACCESS_EXCLUSIVE",
        "create table t (a int references u) | LOCK u SHARE_ROW_EXCLUSIVE",
      })
  void whatTheTextMayNotHaveMadeConcernsOthers(String sql, String findings) {
    assertThat(found(sql)).isEqualTo(findings);
  }

  @ParameterizedTest
  @ValueSource(strings = {"commit", "rollback", "begin", "end", "start transaction", "abort work"})
  void aTextWithinATransactionEndsNone(String sql) {
    assertThat(found(sql)).isEqualTo("UNPARSED - -");
    assertThat(new Linter().lint("1", sql, false)).isEmpty();
    assertThat(found("savepoint a; rollback to savepoint a; release a")).isEmpty();
  }

  @Test
  void aTypeThatTheTextHasMadeIsNoDomain() {
    String add = "alter table t add a mood default 'good'";
    assertThat(found(add)).isEqualTo("REWRITE t ACCESS_EXCLUSIVE");
    assertThat(found("create type mood as enum ('good');" + add))
        .isEqualTo("LOCK t ACCESS_EXCLUSIVE");
    assertThat(found("create domain mood as text check (value > '');" + add))
        .isEqualTo("REWRITE t ACCESS_EXCLUSIVE");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "select distinct on (a) f(b) from t",
        "select a operator(pg_catalog.+) f(b) from t",
        "select * from t, f(a)",
        "select * from t where a in (select f(1))",
        "select case when f(1) then 2 end",
        "select extract(year from f(1))",
        "select substring(a from 1 for f(1)) from t",
        "select a at time zone f(1) from t",
        "select * from lateral f(1)",
        "select * from t join f(1) on true",
        "insert into t values (f(1))",
        "insert into t (a) values (1) on conflict (a) do update set a = f(1)",
        "insert into t (select f(1))",
        "insert into t default values returning f(1)",
        "update t set a = 1 where f(a)",
        "delete from t using f(1) where a = 1",
        "delete from t where a = 1 returning f(a)",
        "merge into t using s on a = f(1) when matched then do nothing",
        "with a as (select f(1)) select 1",
        "with a as (select 1) insert into t select f(1)",
        "insert into t with a as (select f(1)) select 1",
        "values (f(1))",
        "copy (select f(1)) to stdout",
        "copy t from stdin where f(1)",
        "explain analyze select f(1)",
        "create table s as select f(1)",
        "create table s (a) as (select f(1)) with data",
      })
  void aFunctionOfSomebodysOwnIsAProgram(String sql) {
    assertThat(found(sql)).isEqualTo("PROGRAM f -");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "select * from a f(b)",
        "select * from a as f(b)",
        "select * from (values (1)) f(b)",
        "select * from generate_series(1, 2) with ordinality f(b)",
        "with f(a) as (select 1), g(b) as not materialized (select 2) select * from f, g",
        "insert into f(a) values (1)",
        "select a::f(1), cast(a as f(1)) from t",
        "create view v as select f(1)",
        "create table s as select f(1) with no data",
      })
  void whatLooksLikeAFunctionIsNone(String sql) {
    assertThat(found(sql)).isEmpty();
  }
}
