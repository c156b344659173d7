package dev.godwit.api.v1alpha1;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** YAML files and texts as trees. */
final class Documents {

  private static final YAMLMapper YAML = new YAMLMapper();
  private static final KubernetesSerialization CLIENT = new KubernetesSerialization();

  private Documents() {}

  /** Every YAML file below a directory, sorted. */
  static List<Path> below(Path directory) {
    try (Stream<Path> files = Files.walk(directory)) {
      return files.filter(file -> file.toString().endsWith(".yaml")).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The documents of a file. */
  static List<JsonNode> of(Path file) {
    return of(text(file));
  }

  /** The documents of a text. */
  static List<JsonNode> of(String text) {
    try (MappingIterator<JsonNode> documents = YAML.readerFor(JsonNode.class).readValues(text)) {
      return documents.readAll().stream().filter(JsonNode::isObject).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The only document of a text, to be changed. */
  static ObjectNode one(String text) {
    return (ObjectNode) of(text).getFirst();
  }

  /** A type of the API as the client writes it. */
  static JsonNode of(Record object) {
    return of(CLIENT.asJson(object)).getFirst();
  }

  static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
