package dev.godwit.api.v1alpha1;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The committed manifests are what the API types say: nobody edited one by hand or forgot one. */
class GeneratedManifestsTest {

  private static final Path GENERATED = Path.of("target/manifests");

  @ParameterizedTest
  @ValueSource(strings = {"manifests", "../helm/godwit/files/crds"})
  void committedCopyIsWhatTheTypesGenerate(String committed) {
    assertThat(read(Path.of(committed), ".yaml"))
        .as("%s differs from what the API types generate: run `make generate`", committed)
        .isEqualTo(read(GENERATED, "-v1.yml"));
  }

  /** Text by name of the kind, such as {@code migrations.godwit.dev}. */
  private static Map<String, String> read(Path directory, String suffix) {
    Map<String, String> manifests = new TreeMap<>();
    try (var files = Files.newDirectoryStream(directory, "*" + suffix)) {
      for (Path file : files) {
        String name = file.getFileName().toString();
        manifests.put(name.substring(0, name.length() - suffix.length()), Files.readString(file));
      }
    } catch (NoSuchFileException e) {
      return Map.of();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return manifests;
  }
}
