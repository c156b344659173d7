package dev.godwit.operator.reconcile;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.godwit.api.v1alpha1.MigrationSpec;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;

/** Hash of what a plan is made from: the specification without its controls. */
final class SpecHash {

  private static final ObjectMapper JSON =
      JsonMapper.builder().enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS).build();
  private static final int LENGTH = 16;

  private SpecHash() {}

  static String of(MigrationSpec spec) {
    ObjectNode tree = JSON.valueToTree(spec);
    tree.remove("paused");
    tree.remove("abort");
    try {
      // As maps, so that the order in which a user wrote the fields of a patch doesn't count.
      byte[] canonical = JSON.writeValueAsBytes(JSON.convertValue((JsonNode) tree, Map.class));
      byte[] hash = MessageDigest.getInstance("SHA-256").digest(canonical);
      return HexFormat.of().formatHex(hash).substring(0, LENGTH);
    } catch (JsonProcessingException | NoSuchAlgorithmException e) {
      throw new IllegalStateException("a specification can't be hashed", e);
    }
  }
}
