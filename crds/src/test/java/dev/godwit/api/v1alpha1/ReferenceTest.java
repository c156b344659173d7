package dev.godwit.api.v1alpha1;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/**
 * The committed reference is what the API types say. With {@code -Dgodwit.generate=true} it is
 * written instead.
 */
class ReferenceTest {

  private static final Path COMMITTED = Path.of("../docs/reference/migration.md");

  @Test
  void committedReferenceIsWhatTheTypesGenerate() throws IOException {
    String generated = Reference.of(Manifests.migration());
    if (Boolean.getBoolean("godwit.generate")) {
      Files.createDirectories(COMMITTED.getParent());
      Files.writeString(COMMITTED, generated);
    }
    assertThat(COMMITTED)
        .as("%s differs from what the API types generate: run `make generate`", COMMITTED)
        .hasContent(generated);
  }
}
