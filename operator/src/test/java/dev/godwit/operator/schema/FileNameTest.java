package dev.godwit.operator.schema;

import static org.assertj.core.api.Assertions.assertThat;

import dev.godwit.contract.schema.SchemaFiles.Text;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FileNameTest {

  @ParameterizedTest
  @CsvSource({
    "2024_01_14_002__add_users.up.sql, 2024_01_14_002, add users, UP",
    "2024_01_14_002__add_users.verify.sql, 2024_01_14_002, add users, VERIFY",
    "2024_01_14_002__add_users.down.sql, 2024_01_14_002, add users, DOWN",
    "2024_01_14_002__add_users.verify-down.sql, 2024_01_14_002, add users, VERIFY_DOWN",
    "1.2-rc1__a.up.sql, 1.2-rc1, a, UP",
    "1__.up.sql, 1, '', UP",
    "1___a.up.sql, 1, a, UP",
    "1__a__b.up.sql, 1, a  b, UP",
    "1__users.sql.up.sql, 1, users.sql, UP",
    "V2__a.up.sql, V2, a, UP",
    "000001_create__users.up.sql, 000001_create, users, UP"
  })
  void ownNamesSayVersionDescriptionAndText(
      String name, String version, String description, Text text) {
    assertThat(FileName.of(name)).isEqualTo(new FileName.Known(version, description, text));
  }

  @ParameterizedTest
  @CsvSource({
    "V1__create_users.sql, 1, create users, UP",
    "V1.2__a.sql, 1.2, a, UP",
    "V1_2__a.sql, 1.2, a, UP",
    "V2024_01_14_002__a.sql, 2024.01.14.002, a, UP",
    "V001__a.sql, 001, a, UP",
    "V1__a.verify.down.sql.sql, 1, a.verify.down.sql, UP",
    "U1.2__drop_users.sql, 1.2, drop users, DOWN"
  })
  void namesOfFlywayAreReadAsFlywayDoes(
      String name, String version, String description, Text text) {
    assertThat(FileName.of(name)).isEqualTo(new FileName.Known(version, description, text));
  }

  @ParameterizedTest
  @CsvSource({
    "1_create_users.up.sql, 1, create users, UP",
    "000001_create_users.up.sql, 000001, create users, UP",
    "20240114120000_create-users.down.sql, 20240114120000, create-users, DOWN",
    "1_create_users.verify.sql, 1, create users, VERIFY"
  })
  void namesOfGolangMigrateAreRead(String name, String version, String description, Text text) {
    assertThat(FileName.of(name)).isEqualTo(new FileName.Known(version, description, text));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "R__views.sql | a repeatable migration has no version",
        "B3__base.sql | a baseline migration is not run",
        "B1.2_1__base.sql | a baseline migration is not run",
        "V1_users.sql | it is no file of a version",
        "v1__users.sql | it is no file of a version",
        "V__users.sql | it is no file of a version",
        "V1a__users.sql | it is no file of a version",
        "V1__users.sql.conf | it is no file of a version",
        "afterMigrate.sql | it is no file of a version",
        "README.md | it is no file of a version",
        ".up.sql | its name has no version and description",
        "1.2.up.sql | its name has no version and description",
        "users.up.sql | its name has no version and description",
        "2024_01_14_002.up.sql | its name has no version and description",
        "__users.up.sql | '' can't be the name of a version",
        "_1__users.up.sql | '_1' can't be the name of a version",
        "1+2__users.up.sql | '1+2' can't be the name of a version",
        "0__users.up.sql | 0 is no version",
        "V0__users.sql | 0 is no version",
        "0_users.up.sql | 0 is no version"
      })
  void otherNamesAreRefusedWithAWayOut(String name, String beginning) {
    assertThat(FileName.of(name))
        .isInstanceOfSatisfying(
            FileName.Unknown.class,
            unknown -> assertThat(unknown.why()).startsWith(beginning).contains(":"));
  }

  @ParameterizedTest
  @CsvSource({"100, true", "101, false"})
  void aVersionHasAtMostAHundredCharacters(int length, boolean isKnown) {
    assertThat(FileName.of("1".repeat(length) + "__a.up.sql") instanceof FileName.Known)
        .isEqualTo(isKnown);
  }
}
