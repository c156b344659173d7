package dev.godwit.api.v1alpha1;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The committed reference is what the API types say. With {@code -Dgodwit.generate=true} it is
 * written instead.
 */
class ReferenceTest {

  private static final Path PAGES = Path.of("../docs/reference");

  static Stream<CustomResourceDefinition> everyKind() {
    return Manifests.definitions().stream();
  }

  @ParameterizedTest
  @MethodSource("everyKind")
  void committedReferenceIsWhatTheTypesGenerate(CustomResourceDefinition crd) throws IOException {
    String generated = Reference.of(crd);
    Path committed = PAGES.resolve(crd.getSpec().getNames().getSingular() + ".md");
    if (Boolean.getBoolean("godwit.generate")) {
      Files.createDirectories(PAGES);
      Files.writeString(committed, generated);
    }
    assertThat(committed)
        .as("%s differs from what the API types generate: run `make generate`", committed)
        .hasContent(generated);
  }
}
