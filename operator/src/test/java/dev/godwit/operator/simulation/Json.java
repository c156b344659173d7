package dev.godwit.operator.simulation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.util.Map;

/** Objects as JSON, and the two ways to patch them. */
final class Json {

  private static final KubernetesSerialization SERIALIZATION = new KubernetesSerialization();

  /** Lists that a strategic merge patch merges by a key, of what a pod template has. */
  private static final Map<String, String> MERGE_KEYS =
      Map.of(
          "containers", "name",
          "initContainers", "name",
          "volumes", "name",
          "env", "name",
          "volumeMounts", "mountPath",
          "ports", "containerPort");

  private Json() {}

  static JsonNode tree(Object object) {
    return SERIALIZATION.convertValue(object, JsonNode.class);
  }

  static <T> T object(JsonNode tree, Class<T> type) {
    return SERIALIZATION.convertValue(tree, type);
  }

  /** JSON merge patch, RFC 7396. */
  static JsonNode merge(JsonNode target, JsonNode patch) {
    if (!(patch instanceof ObjectNode changes)) {
      return patch.deepCopy();
    }
    ObjectNode merged =
        target instanceof ObjectNode object
            ? object.deepCopy()
            : JsonNodeFactory.instance.objectNode();
    changes
        .properties()
        .forEach(
            change -> {
              if (change.getValue().isNull()) {
                merged.remove(change.getKey());
              } else {
                merged.set(change.getKey(), merge(merged.get(change.getKey()), change.getValue()));
              }
            });
    return merged;
  }

  /** Strategic merge patch, as far as pod templates need it; directives are not known. */
  static JsonNode strategicMerge(JsonNode target, JsonNode patch) {
    if (!(patch instanceof ObjectNode changes)) {
      return patch.deepCopy();
    }
    ObjectNode merged =
        target instanceof ObjectNode object
            ? object.deepCopy()
            : JsonNodeFactory.instance.objectNode();
    changes
        .properties()
        .forEach(
            change -> {
              String field = change.getKey();
              JsonNode value = change.getValue();
              String mergeKey = MERGE_KEYS.get(field);
              if (value.isNull()) {
                merged.remove(field);
              } else if (mergeKey != null && value instanceof ArrayNode items) {
                merged.set(field, mergeList(merged.get(field), items, mergeKey));
              } else {
                merged.set(field, strategicMerge(merged.get(field), value));
              }
            });
    return merged;
  }

  private static ArrayNode mergeList(JsonNode present, ArrayNode changes, String key) {
    ArrayNode merged =
        present instanceof ArrayNode array
            ? array.deepCopy()
            : JsonNodeFactory.instance.arrayNode();
    for (JsonNode change : changes) {
      int index = indexOf(merged, key, change.get(key));
      if (index < 0) {
        merged.add(change.deepCopy());
      } else {
        merged.set(index, strategicMerge(merged.get(index), change));
      }
    }
    return merged;
  }

  private static int indexOf(ArrayNode items, String key, JsonNode value) {
    for (int index = 0; index < items.size(); index++) {
      if (value != null && value.equals(items.get(index).get(key))) {
        return index;
      }
    }
    return -1;
  }
}
