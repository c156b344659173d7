package dev.godwit.operator.resource;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.godwit.api.v1alpha1.MigrationSpec;
import dev.godwit.api.v1alpha1.SchemaMigrationSpec;
import dev.godwit.api.v1alpha1.SchemaPlan;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/** Hash of what a plan is made from: the specification without its controls. */
public final class SpecHash {

  private static final ObjectWriter ORDERED =
      Json.MAPPER.writer(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS);
  private static final int LENGTH = 16;

  private SpecHash() {}

  /** The hash; the same for specifications that differ in their controls only. */
  public static String of(MigrationSpec spec) {
    return ofTree(spec);
  }

  /** The hash; the same for specifications that differ in their controls only. */
  public static String of(SchemaMigrationSpec spec) {
    return ofTree(spec);
  }

  private static String ofTree(Object spec) {
    ObjectNode tree = Json.MAPPER.valueToTree(spec);
    tree.remove("paused");
    tree.remove("abort");
    try {
      // As maps, so that the order in which a user wrote the fields of a patch doesn't count.
      byte[] canonical =
          ORDERED.writeValueAsBytes(Json.MAPPER.convertValue((JsonNode) tree, Map.class));
      return hash(canonical);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a specification can't be hashed", e);
    }
  }

  /**
   * The hash of the plan of one migration: another one with the same name and specification has
   * another UID, and so another plan.
   *
   * @param uid of the Migration
   * @param specHash as it was recorded when the migration started
   */
  public static String ofPlan(String uid, String specHash) {
    return hash((uid + "/" + specHash).getBytes(StandardCharsets.UTF_8));
  }

  /**
   * The hash of the plan of one SchemaMigration.
   *
   * @param sqlHash that of the SQL that is run
   */
  public static String ofPlan(String uid, String specHash, SchemaPlan plan, String sqlHash) {
    try {
      return hash(ORDERED.writeValueAsBytes(List.of(uid, specHash, plan, sqlHash)));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a plan can't be hashed", e);
    }
  }

  private static String hash(byte[] text) {
    try {
      byte[] hash = MessageDigest.getInstance("SHA-256").digest(text);
      return HexFormat.of().formatHex(hash).substring(0, LENGTH);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
