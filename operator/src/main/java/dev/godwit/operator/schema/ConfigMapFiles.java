package dev.godwit.operator.schema;

import java.util.Map;
import java.util.Set;

/**
 * What is in a ConfigMap.
 *
 * @param data texts by key
 * @param binaryKeys the keys of what is no text
 */
public record ConfigMapFiles(Map<String, String> data, Set<String> binaryKeys) {

  /** Copies both. */
  public ConfigMapFiles {
    data = Map.copyOf(data);
    binaryKeys = Set.copyOf(binaryKeys);
  }
}
