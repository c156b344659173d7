package dev.godwit.operator.schema;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.godwit.contract.schema.SchemaFiles;
import dev.godwit.contract.schema.SchemaVersion;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class BundlesTest {

  private static Catalogue small() {
    return new SpecBuilder()
        .configMap(
            "sql",
            Map.of(
                "1__add_users.up.sql", "create table users (id bigint);",
                "1__add_users.down.sql", "drop table users;",
                "2__index.up.sql", "-- godwit:transactional=false\nselect 2;",
                "2__index.verify.sql", "select true;"))
        .catalogue();
  }

  /** Versions with texts of so many characters. */
  private static Catalogue of(int... lengths) {
    SpecBuilder spec = new SpecBuilder();
    for (int at = 0; at < lengths.length; at++) {
      spec.version(Integer.toString(at + 1), "x".repeat(lengths[at]));
    }
    return spec.catalogue();
  }

  private static List<List<String>> names(Catalogue catalogue) {
    return Bundles.of(catalogue).stream()
        .map(bundle -> List.copyOf(bundle.files().keySet()))
        .toList();
  }

  @Test
  void filesAreNamedAsTheJobLooksForThem() {
    List<Bundle> bundles = Bundles.of(small());

    assertThat(bundles).hasSize(1);
    assertThat(bundles.getFirst().files())
        .containsOnlyKeys(
            "1.down.sql", "1.up.sql", "2.up.sql", "2.verify.sql", SchemaFiles.CATALOGUE)
        .containsEntry("1.down.sql", "drop table users;");
  }

  @Test
  void theJobReadsInTheCatalogueWhatIsWritten() throws IOException {
    String json = Bundles.of(small()).getFirst().files().get(SchemaFiles.CATALOGUE);

    assertThat(new ObjectMapper().readValue(json, new TypeReference<List<SchemaVersion>>() {}))
        .isEqualTo(small().versions());
    assertThat(json)
        .startsWith("[{\"version\":\"1\",\"description\":\"add users\",\"checksums\":{\"UP\":\"")
        .contains("\"flywayChecksum\":-543058060,\"transactional\":true},{\"version\":\"2\"");
  }

  @Test
  void theCatalogueIsInTheFirstBundle() {
    assertThat(names(of(921_500, 921_500)))
        .containsExactly(List.of(SchemaFiles.CATALOGUE), List.of("1.up.sql"), List.of("2.up.sql"));
  }

  @Test
  void roomIsUsed() {
    assertThat(names(of(200_000, 500_000, 700_000, 400_000)))
        .containsExactly(
            List.of("1.up.sql", "3.up.sql", SchemaFiles.CATALOGUE),
            List.of("2.up.sql", "4.up.sql"));
  }

  @Test
  void noBundleIsLargerThanAConfigMapMayBe() {
    Catalogue catalogue =
        of(IntStream.range(0, 60).map(at -> 10_000 + at * 37_000 % 250_000).toArray());

    List<Bundle> bundles = Bundles.of(catalogue);

    long all = 0;
    for (Bundle bundle : bundles) {
      long size = bundle.files().entrySet().stream().mapToLong(Bundle::size).sum();
      assertThat(size).isLessThanOrEqualTo(Bundle.MAX_BYTES);
      all += size;
    }
    assertThat(bundles).hasSize(Math.ceilDiv((int) all, Bundle.MAX_BYTES));
  }

  @Test
  void nothingIsLost() {
    Catalogue catalogue = of(300_000, 400_000, 500_000, 600_000, 700_000);
    Map<String, String> all = new TreeMap<>();
    Bundles.of(catalogue).forEach(bundle -> all.putAll(bundle.files()));

    assertThat(all).hasSize(6);
    catalogue
        .entries()
        .forEach(
            entry ->
                entry
                    .texts()
                    .forEach(
                        (text, sql) ->
                            assertThat(all)
                                .containsEntry(text.file(entry.version().version()), sql)));
  }

  @Test
  void theSameCatalogueGivesTheSameBundles() {
    assertThat(Bundles.of(small())).isEqualTo(Bundles.of(small()));
    assertThat(Bundles.of(small()).getFirst().hash())
        .matches("[0-9a-f]{64}")
        .isEqualTo(Bundles.of(small()).getFirst().hash());
  }

  @Test
  void anotherTextOrNameGivesAnotherHash() {
    Bundle bundle = new Bundle(new TreeMap<>(Map.of("a", "bc", "d", "e")));

    assertThat(
            List.of(
                new Bundle(new TreeMap<>(Map.of("a", "bc", "d", "f"))).hash(),
                new Bundle(new TreeMap<>(Map.of("ab", "c", "d", "e"))).hash(),
                new Bundle(new TreeMap<>(Map.of("a", "bcd", "e", ""))).hash()))
        .doesNotContain(bundle.hash())
        .doesNotHaveDuplicates();
  }
}
