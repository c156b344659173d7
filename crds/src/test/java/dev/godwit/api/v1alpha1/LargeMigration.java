package dev.godwit.api.v1alpha1;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;

/**
 * A Migration that is as costly to validate as can be: each service depends on all before it, and
 * there are as many checks, probes, requests of a comparison and schemas as may be.
 */
final class LargeMigration {

  private LargeMigration() {}

  /** A Migration of so many services. */
  static ObjectNode of(int count) {
    ObjectNode migration =
        Documents.one(
            """
            apiVersion: godwit.dev/v1alpha1
            kind: Migration
            metadata: {name: large}
            spec:
              to: "2.0"
              services: []
              strategy: {blueGreen: {smokeTests: [], tests: []}}
              health: {probes: []}
              schemas: []
            """);
    ArrayNode services = (ArrayNode) migration.at("/spec/services");
    List<String> names = new ArrayList<>();
    for (int index = 0; index < count; index++) {
      String name = "service-" + index;
      ObjectNode service = services.addObject().put("name", name).put("image", "shop:2.0");
      service.putObject("workload").put("kind", "Deployment").put("name", name);
      ArrayNode dependsOn = service.putArray("dependsOn");
      names.stream().limit(63).forEach(dependsOn::add);
      names.add(name);
    }
    List<String> named = names.stream().limit(64).toList();
    addQuestions((ArrayNode) migration.at("/spec/strategy/blueGreen/smokeTests"), 32, named);
    addQuestions((ArrayNode) migration.at("/spec/strategy/blueGreen/tests"), 32, named);
    addQuestions((ArrayNode) migration.at("/spec/health/probes"), 16, named);
    addComparison((ObjectNode) migration.at("/spec/strategy/blueGreen"), named);
    addSchemas((ArrayNode) migration.at("/spec/schemas"));
    return migration;
  }

  private static void addSchemas(ArrayNode schemas) {
    for (int index = 0; index < 8; index++) {
      String name = "s".repeat(62) + index;
      schemas.addObject().put("migration", name).put("when", "BeforeDeploy");
    }
  }

  private static void addComparison(ObjectNode strategy, List<String> services) {
    ObjectNode performance = strategy.putObject("performance").put("rate", 50);
    services.forEach(performance.putArray("services")::add);
    ArrayNode requests = performance.putArray("requests");
    for (int index = 0; index < 16; index++) {
      ObjectNode request = requests.addObject().put("path", "/" + "p".repeat(1023));
      ArrayNode headers = request.put("body", "b".repeat(4096)).putArray("headers");
      for (int header = 0; header < 16; header++) {
        String name = "h".repeat(62) + String.format("%02d", header);
        headers.addObject().put("name", name).put("value", "v".repeat(1024));
      }
    }
  }

  private static void addQuestions(ArrayNode questions, int count, List<String> services) {
    for (int index = 0; index < count; index++) {
      ObjectNode question = questions.addObject().put("name", "question-" + index);
      question.putObject("tcp").put("port", 8080);
      services.forEach(question.putArray("services")::add);
    }
  }
}
