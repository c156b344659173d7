package dev.godwit.api.v1alpha1;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The committed manifests are what the API types say: nobody edited one by hand or forgot one. With
 * {@code -Dgodwit.generate=true} they are written instead.
 */
class GeneratedManifestsTest {

  private static final String SUFFIX = ".yaml";

  @ParameterizedTest
  @ValueSource(strings = {"manifests", "../helm/godwit/files/crds"})
  void committedCopyIsWhatTheTypesGenerate(String directory) throws IOException {
    Path committed = Path.of(directory);
    Map<String, String> generated = Manifests.generate();
    if (Boolean.getBoolean("godwit.generate")) {
      write(committed, generated);
    }
    assertThat(read(committed))
        .as("%s differs from what the API types generate: run `make generate`", committed)
        .isEqualTo(generated);
  }

  private static void write(Path directory, Map<String, String> manifests) throws IOException {
    Files.createDirectories(directory);
    for (String stale : read(directory).keySet()) {
      Files.delete(directory.resolve(stale));
    }
    for (Map.Entry<String, String> manifest : manifests.entrySet()) {
      Files.writeString(directory.resolve(manifest.getKey()), manifest.getValue());
    }
  }

  private static Map<String, String> read(Path directory) throws IOException {
    Map<String, String> manifests = new TreeMap<>();
    if (Files.isDirectory(directory)) {
      try (var files = Files.newDirectoryStream(directory, "*" + SUFFIX)) {
        for (Path file : files) {
          manifests.put(file.getFileName().toString(), Files.readString(file));
        }
      }
    }
    return manifests;
  }
}
