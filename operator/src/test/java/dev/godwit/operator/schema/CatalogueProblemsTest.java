package dev.godwit.operator.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What can't be read, and what is said about it. */
class CatalogueProblemsTest {

  private static final String UP = "select 1";

  private static SpecBuilder spec() {
    return new SpecBuilder();
  }

  private static SpecBuilder files(String... keys) {
    Map<String, String> data = Stream.of(keys).collect(Collectors.toMap(key -> key, _ -> UP));
    return spec().configMap("sql", data);
  }

  static Stream<Arguments> problems() {
    return Stream.of(
        arguments(
            "a version twice inline",
            spec().version("1", UP).version("1", UP),
            "spec.versions[1].up: this text of version 1 is in spec.versions[0].up, too: keep one"
                + " of them"),
        arguments(
            "inline versions in descending order",
            spec().version("1.10", UP).version("1.2", UP),
            "spec.versions[1].version: 1.2 comes after 1.10, and is less: put the versions into"
                + " ascending order, part by part and numbers as numbers"),
        arguments(
            "an inline version with a name of what is before the first",
            spec().version("0", UP),
            "spec.versions[0].version: 0 is no version, it means before the first one: choose"
                + " another name"),
        arguments(
            "two inline versions that differ in writing only",
            spec().version("1", UP).version("1.0", UP),
            "spec.versions[1].up: version 1.0 can't be told from 1, of spec.versions[0].up: none"
                + " comes first; name one of them otherwise"),
        arguments(
            "an inline version without a transaction and without verify",
            spec().version("1", UP, null, null, null, false),
            "spec.versions[0].up: version 1 is not run in a transaction, so nothing takes it back"
                + " when it is half done: add a verify, which says whether it is there as it should"
                + " be"),
        arguments(
            "an inline version of which a comment says otherwise",
            spec().version("1", "-- godwit:transactional=false\n" + UP, UP, null, null, true),
            "spec.versions[0].up: a comment says transactional=false, and the field transactional"
                + " is true: let them say the same"),
        arguments(
            "an empty inline text",
            spec().version("1", UP, null, " \n", null, null),
            "spec.versions[0].down: there is no SQL in it: write some, or take it out"),
        arguments(
            "an inline version without up",
            spec().version("1", null, null, UP, null, null),
            "spec.versions[0].down: there is no up of version 1, which this belongs to: add it, or"
                + " take this out"),
        arguments(
            "verifyDown without down",
            spec().version("1", UP, null, null, UP, null),
            "spec.versions[0].verifyDown: there is no down of version 1, which this belongs to: add"
                + " it, or take this out"),
        arguments(
            "a character that PostgreSQL does not take",
            spec().version("1", "select '\0'"),
            "spec.versions[0].up: there is a character NUL in it, which PostgreSQL does not take"),
        arguments(
            "no ConfigMap",
            spec().configMap("a", Map.of("1__a.up.sql", UP)).missing("b").to("9"),
            "spec.versionsFrom[1].configMap: there is no ConfigMap b in this namespace: create it,"
                + " or correct the name"),
        arguments(
            "an empty ConfigMap",
            spec().configMap("sql", Map.of()),
            "spec.versionsFrom: there is no version in it: " + FileName.FORMS),
        arguments(
            "a version in two ConfigMaps",
            spec()
                .configMap("a", Map.of("1__a.up.sql", UP))
                .configMap("b", Map.of("1__b.up.sql", UP)),
            "ConfigMap b, key 1__b.up.sql: this text of version 1 is in ConfigMap a, key"
                + " 1__a.up.sql, too: keep one of them"),
        arguments(
            "a version in two styles",
            files("1__a.up.sql", "V1__a.sql"),
            "ConfigMap sql, key V1__a.sql: this text of version 1 is in ConfigMap sql, key"
                + " 1__a.up.sql, too: keep one of them"),
        arguments(
            "two versions that differ in writing only",
            files("1_2__a.up.sql", "V1.2__a.sql"),
            "ConfigMap sql, key V1.2__a.sql: version 1.2 can't be told from 1_2, of ConfigMap sql,"
                + " key 1_2__a.up.sql: none comes first; name one of them otherwise"),
        arguments(
            "down without up",
            files("1__a.up.sql", "2__b.down.sql"),
            "ConfigMap sql, key 2__b.down.sql: there is no up of version 2, which this belongs to:"
                + " add it, or take this out"),
        arguments(
            "undo without a version of Flyway",
            files("V1__a.sql", "U2__b.sql"),
            "ConfigMap sql, key U2__b.sql: there is no up of version 2, which this belongs to: add"
                + " it, or take this out"),
        arguments(
            "an unreadable name",
            files("1__a.up.sql", "notes.txt"),
            "ConfigMap sql, key notes.txt: it is no file of a version: " + FileName.FORMS),
        arguments(
            "a repeatable migration",
            files("V1__a.sql", "R__views.sql"),
            "ConfigMap sql, key R__views.sql: a repeatable migration has no version, so there is no"
                + " way back from it: make it a version, which replaces what there was"),
        arguments(
            "what is no text",
            spec().configMap("sql", Map.of("1__a.up.sql", UP), "2__b.up.sql"),
            "ConfigMap sql, key 2__b.up.sql: it is under binaryData, which is not read: write the"
                + " file in UTF-8, so that it is under data"),
        arguments(
            "a comment without a transaction and no verify",
            spec().configMap("sql", Map.of("1__a.up.sql", "-- godwit:transactional=false\n" + UP)),
            "ConfigMap sql, key 1__a.up.sql: version 1 is not run in a transaction, so nothing"
                + " takes it back when it is half done: add a verify, which says whether it is"
                + " there as it should be"),
        arguments(
            "a comment that says nothing",
            spec().configMap("sql", Map.of("1__a.up.sql", "-- godwit:transactional=no\n" + UP)),
            "ConfigMap sql, key 1__a.up.sql: the comment '-- godwit:transactional=no' says nothing:"
                + " write '-- godwit:transactional=false', or leave it out"),
        arguments(
            "a comment in another text",
            spec()
                .configMap(
                    "sql",
                    Map.of(
                        "1__a.up.sql",
                        UP,
                        "1__a.down.sql",
                        "-- godwit:transactional=false\n" + UP)),
            "ConfigMap sql, key 1__a.down.sql: the comment '-- godwit:transactional' holds for all"
                + " texts of a version: write it into its up"),
        arguments(
            "a text that no ConfigMap could hold",
            spec().configMap("sql", Map.of("1__a.up.sql", "ä".repeat(460_800))),
            "ConfigMap sql, key 1__a.up.sql: it has 921608 bytes with its name, and a ConfigMap is"
                + " to hold it: make at most 921600 of them, in several versions"),
        arguments(
            "from of no version",
            spec().version("1", UP).version("2", UP).from("3"),
            "spec.from: there is no version 3: they go from 1 to 2"),
        arguments(
            "to of no version, and what is meant",
            files("V1_2__a.sql", "V2__b.sql").to("1_2"),
            "spec.to: there is no version 1_2: they go from 1.2 to 2; write 1.2"),
        arguments(
            "baseline of no version",
            files("V1__a.sql").baseline("7"),
            "spec.baseline.version: there is no version 7: they go from 1 to 1"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource
  void problems(String what, SpecBuilder spec, String problem) {
    assertThat(spec.problems()).as(what).containsExactly(problem);
  }

  @Test
  void allProblemsAreListedAtOnce() {
    assertThat(
            spec()
                .missing("a")
                .configMap(
                    "b",
                    Map.of("R__v.sql", UP, "1__a.up.sql", "", "2__b.down.sql", UP, "x", UP),
                    "binary")
                .problems())
        .extracting(problem -> problem.substring(0, problem.indexOf(':')))
        .containsExactly(
            "spec.versionsFrom[0].configMap",
            "ConfigMap b, key R__v.sql",
            "ConfigMap b, key x",
            "ConfigMap b, key binary",
            "ConfigMap b, key 1__a.up.sql",
            "ConfigMap b, key 2__b.down.sql");
  }

  @Test
  void fiveHundredAndOneVersionsAreTooMany() {
    SpecBuilder many = spec();
    for (int version = 1; version <= 501; version++) {
      many.version(Integer.toString(version), UP);
    }

    assertThat(many.problems())
        .containsExactly(
            "spec.versions: there are 501 versions, at most 500 can be: leave out the oldest, and"
                + " say in spec.baseline that they are there");
  }

  @Test
  void textsHaveAtMostEightMebibytesTogether() {
    SpecBuilder large = spec();
    String text = "x".repeat(900_000);
    for (int part = 1; part <= 10; part++) {
      large.configMap("sql-" + part, Map.of(part + "__a.up.sql", text));
    }

    assertThat(large.problems())
        .containsExactly(
            "spec.versionsFrom: the texts have 9000000 bytes together, at most 8388608 can be:"
                + " leave out the oldest versions, and load data by other means");
  }
}
