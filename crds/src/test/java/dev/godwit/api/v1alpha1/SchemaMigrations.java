package dev.godwit.api.v1alpha1;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.stream.IntStream;

/** SchemaMigrations to be sent. */
final class SchemaMigrations {

  private SchemaMigrations() {}

  /** One with these versions inline, each with an up only. */
  static ObjectNode withVersions(String... versions) {
    ObjectNode migration =
        Documents.one(
            """
            apiVersion: godwit.dev/v1alpha1
            kind: SchemaMigration
            metadata: {name: orders-db}
            spec:
              database: {secretRef: {name: orders-db}}
              versions: []
            """);
    ArrayNode list = (ArrayNode) migration.at("/spec/versions");
    for (String version : versions) {
      list.addObject().put("version", version).put("up", "create table t" + version + " ()");
    }
    return migration;
  }

  /** One that is as costly to validate as can be, with so many versions. */
  static ObjectNode large(int count) {
    ObjectNode migration =
        withVersions(
            IntStream.range(0, count)
                .mapToObj(index -> "v".repeat(96) + String.format("%04d", index))
                .toArray(String[]::new));
    String last = "v".repeat(96) + String.format("%04d", count - 1);
    String text = " ".repeat(500) + "select true";
    migration
        .at("/spec/versions")
        .forEach(
            version ->
                ((ObjectNode) version)
                    .put("verify", text)
                    .put("down", text)
                    .put("verifyDown", text)
                    .put("description", "d".repeat(200)));
    ObjectNode spec = (ObjectNode) migration.get("spec");
    spec.put("from", last).put("to", last).putObject("baseline").put("version", last);
    return migration;
  }
}
