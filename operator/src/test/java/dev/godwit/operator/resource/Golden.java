package dev.godwit.operator.resource;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Objects as YAML files that people can read. After a change that is meant, {@code
 * -Dgolden.update=true} writes them anew; the difference is then for the reviewer.
 */
final class Golden {

  private static final Path FOLDER = Path.of("src/test/resources/golden/resource");

  private Golden() {}

  /** Reads an object that a test starts from. */
  static <T extends HasMetadata> T read(String file, Class<T> type) {
    try {
      return Serialization.unmarshal(Files.readString(FOLDER.resolve(file)), type);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The objects, one after the other, are what the file says. */
  static void assertMatches(String file, List<? extends HasMetadata> objects) {
    String yaml = String.join("", objects.stream().map(Serialization::asYaml).toList());
    Path path = FOLDER.resolve(file);
    try {
      if (Boolean.getBoolean("golden.update")) {
        Files.writeString(path, yaml);
      }
      assertThat(yaml).isEqualTo(Files.readString(path));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
