package dev.godwit.operator.schema;

import dev.godwit.api.v1alpha1.VersionName;
import dev.godwit.contract.schema.SchemaFiles;
import dev.godwit.contract.schema.SchemaFiles.Text;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What the name of a file says. Three ways to name files are read, side by side if need be:
 *
 * <ul>
 *   <li>{@code VERSION__description.up.sql}, {@code .verify.sql}, {@code .down.sql} and {@code
 *       .verify-down.sql}. Two underscores always mean this, so {@code V1__a.up.sql} is of a
 *       version {@code V1}.
 *   <li>Flyway's {@code V1.2__description.sql} and {@code U1.2__description.sql}. An underscore in
 *       the number stands for a dot, as Flyway has it: {@code V1_2__a.sql} is of version 1.2.
 *   <li>golang-migrate's {@code 1_name.up.sql} and {@code 1_name.down.sql}, and likewise for the
 *       other two texts. The name must not begin with a digit: of {@code 2024_01_15.up.sql} nobody
 *       could tell where the version ends.
 * </ul>
 *
 * <p>So {@code 1.2__description.verify.sql} goes with {@code V1.2__description.sql}.
 */
sealed interface FileName {

  /** {@code VERSION__description}, before what says which text it is. */
  Pattern OWN = Pattern.compile("(.*?)__(.*)", Pattern.DOTALL);

  /** golang-migrate's {@code 1_name}, likewise. */
  Pattern NUMBERED = Pattern.compile("([0-9]+)_([^0-9_].*)");

  /** Flyway's versions, up and down. */
  Pattern FLYWAY = Pattern.compile("([VU])([0-9]+(?:[._][0-9]+)*)__(.*)[.]sql");

  /** Flyway's migrations without a version. */
  Pattern REPEATABLE = Pattern.compile("R__.*[.]sql");

  /** What Flyway runs in an empty database in the place of versions. */
  Pattern BASELINE = Pattern.compile("B[0-9][0-9._]*__.*[.]sql");

  /** Says what names there are. */
  String FORMS =
      "write VERSION__description.up.sql (.verify.sql, .down.sql, .verify-down.sql),"
          + " V1.2__description.sql, U1.2__description.sql, or 1_name.up.sql and 1_name.down.sql;"
          + " or take the file out";

  /** One that is understood; underscores of the description are blanks. */
  record Known(String version, String description, Text text) implements FileName {}

  /** One that is not. */
  record Unknown(String why) implements FileName {}

  /** Reads a name. */
  static FileName of(String name) {
    return Stream.of(Text.values())
        .filter(text -> name.endsWith(text.file("")))
        .findFirst()
        .map(text -> suffixed(name.substring(0, name.length() - text.file("").length()), text))
        .orElseGet(() -> flyway(name));
  }

  private static FileName suffixed(String stem, Text text) {
    Matcher own = OWN.matcher(stem);
    if (own.matches()) {
      return known(own.group(1), own.group(2), text);
    }
    Matcher numbered = NUMBERED.matcher(stem);
    return numbered.matches()
        ? known(numbered.group(1), numbered.group(2), text)
        : new Unknown("its name has no version and description: " + FORMS);
  }

  private static FileName flyway(String name) {
    Matcher versioned = FLYWAY.matcher(name);
    if (versioned.matches()) {
      Text text = versioned.group(1).equals("V") ? Text.UP : Text.DOWN;
      return known(versioned.group(2).replace('_', '.'), versioned.group(3), text);
    }
    if (REPEATABLE.matcher(name).matches()) {
      return new Unknown(
          "a repeatable migration has no version, so there is no way back from it: make it a"
              + " version, which replaces what there was");
    }
    return new Unknown(
        BASELINE.matcher(name).matches()
            ? "a baseline migration is not run: take it out, and say in spec.baseline what is there"
                + " already"
            : "it is no file of a version: " + FORMS);
  }

  private static FileName known(String version, String description, Text text) {
    return problem(version)
        .<FileName>map(Unknown::new)
        .orElseGet(() -> new Known(version, description.replace('_', ' ').strip(), text));
  }

  /** What is wrong with the name of a version. */
  static Optional<String> problem(String version) {
    if (version.equals(VersionName.NONE)) {
      return Optional.of("0 is no version, it means before the first one: choose another name");
    }
    return SchemaFiles.VERSION.matcher(version).matches()
        ? Optional.empty()
        : Optional.of(
            "'"
                + version
                + "' can't be the name of a version: write letters, digits, '.', '_' and '-', at"
                + " most 100, with a letter or digit first");
  }
}
