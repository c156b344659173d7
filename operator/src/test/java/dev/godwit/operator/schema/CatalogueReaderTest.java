package dev.godwit.operator.schema;

import static org.assertj.core.api.Assertions.assertThat;

import dev.godwit.contract.schema.SchemaFiles.Text;
import dev.godwit.contract.schema.SchemaVersion;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What can be read, and what becomes of it. */
class CatalogueReaderTest {

  private static final String UP = "create table users (id bigint);";

  @Test
  void inlineVersionsKeepTheirOrderAndTexts() {
    Catalogue catalogue =
        new SpecBuilder()
            .version("1.2", UP, "select true", "drop table users", "select false", true)
            .version("1.10", "select 1")
            .catalogue();

    assertThat(catalogue.names()).containsExactly("1.2", "1.10");
    assertThat(catalogue.entries().getFirst())
        .isEqualTo(
            new Catalogue.Entry(
                new SchemaVersion(
                    "1.2",
                    "",
                    Map.of(
                        Text.UP, Checksums.sha256(UP),
                        Text.VERIFY, Checksums.sha256("select true"),
                        Text.DOWN, Checksums.sha256("drop table users"),
                        Text.VERIFY_DOWN, Checksums.sha256("select false")),
                    -543058060,
                    true),
                Map.of(
                    Text.UP, UP,
                    Text.VERIFY, "select true",
                    Text.DOWN, "drop table users",
                    Text.VERIFY_DOWN, "select false")));
  }

  @Test
  void filesOfAllStylesInSeveralConfigMapsAreOrderedByVersion() {
    Catalogue catalogue =
        new SpecBuilder()
            .configMap(
                "second",
                Map.of(
                    "10__index.up.sql", "select 10",
                    "V2__orders.sql", "select 2",
                    "U2__orders.sql", "select -2"))
            .configMap(
                "first",
                Map.of(
                    "2__orders.verify.sql", "select true",
                    "1_users.up.sql", "select 1",
                    "1_users.down.sql", "select -1"))
            .catalogue();

    assertThat(catalogue.names()).containsExactly("1", "2", "10");
    assertThat(catalogue.versions())
        .extracting(SchemaVersion::description)
        .containsExactly("users", "orders", "index");
    assertThat(catalogue.entries().get(1).texts())
        .isEqualTo(Map.of(Text.UP, "select 2", Text.VERIFY, "select true", Text.DOWN, "select -2"));
  }

  @Test
  void aCommentSaysThatAVersionIsInNoTransaction() {
    Catalogue catalogue =
        new SpecBuilder()
            .configMap(
                "sql",
                Map.of(
                    "1__index.up.sql", "-- godwit:transactional=false\ncreate index concurrently",
                    "1__index.verify.sql", "select true"))
            .catalogue();

    assertThat(catalogue.versions())
        .extracting(SchemaVersion::transactional)
        .containsExactly(false);
  }

  @Test
  void aByteOrderMarkIsNoPartOfTheSql() {
    SchemaVersion with =
        new SpecBuilder().version("1", "\uFEFF" + UP).catalogue().versions().getFirst();

    assertThat(with)
        .isEqualTo(new SpecBuilder().version("1", UP).catalogue().versions().getFirst());
  }

  @Test
  void versionsThatAreMentionedAreThere() {
    SpecBuilder two = new SpecBuilder().version("1", UP).version("2", "select 2");

    assertThat(two.from("0").to("0").problems()).isEmpty();
    assertThat(two.from("1").to("2").baseline("1").problems()).isEmpty();
  }

  @Test
  void fiveHundredVersionsCanBeRead() {
    SpecBuilder many = new SpecBuilder();
    for (int version = 1; version <= 500; version++) {
      many.version(Integer.toString(version), "select " + version);
    }

    assertThat(many.catalogue().names()).hasSize(500).startsWith("1", "2").endsWith("500");
  }

  @Test
  void theSameIsReadWhateverOrderAMapHas() {
    List<String> keys = List.of("1__a.up.sql", "2__b.up.sql", "3__c.up.sql");
    Map<String, String> forwards = new LinkedHashMap<>();
    keys.forEach(key -> forwards.put(key, "select '" + key + "'"));
    Map<String, String> backwards = new LinkedHashMap<>();
    keys.reversed().forEach(key -> backwards.put(key, "select '" + key + "'"));

    assertThat(new SpecBuilder().configMap("sql", forwards).catalogue())
        .isEqualTo(new SpecBuilder().configMap("sql", backwards).catalogue());
  }
}
