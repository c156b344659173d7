package dev.godwit.operator.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import dev.godwit.api.v1alpha1.Migration;
import dev.godwit.api.v1alpha1.SchemaMigration;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * A namespace for one test, which accepts nothing but restricted pods; deleted afterwards. Of a
 * test that failed, it prints what there was.
 */
final class Sandbox implements BeforeEachCallback, AfterEachCallback {

  private final List<String> namespaces = new ArrayList<>();
  private final List<AutoCloseable> open = new ArrayList<>();

  @Override
  public void beforeEach(ExtensionContext context) {
    another(context.getRequiredTestClass().getSimpleName());
  }

  @Override
  public void afterEach(ExtensionContext context) throws Exception {
    for (AutoCloseable closeable : open.reversed()) {
      closeable.close();
    }
    if (context.getExecutionException().isPresent()) {
      namespaces.forEach(
          namespace -> System.err.println(report(context.getDisplayName(), namespace)));
    }
    if (System.getenv("GODWIT_E2E_KEEP") == null) {
      namespaces.forEach(name -> LocalCluster.CLIENT.namespaces().withName(name).delete());
    }
  }

  /** The test's namespace. */
  String namespace() {
    return namespaces.getFirst();
  }

  /** One more namespace. */
  String another(String hint) {
    String readable = hint.replaceAll("IT$", "").toLowerCase(Locale.ROOT);
    String name = "e2e-" + readable + "-" + UUID.randomUUID().toString().substring(0, 6);
    LocalCluster.CLIENT
        .resource(
            new NamespaceBuilder()
                .withNewMetadata()
                .withName(name)
                .addToLabels("pod-security.kubernetes.io/enforce", "restricted")
                .endMetadata()
                .build())
        .create();
    namespaces.add(name);
    return name;
  }

  /** Has something closed when the test ends, whatever its outcome. */
  <T extends AutoCloseable> T closing(T closeable) {
    open.add(closeable);
    return closeable;
  }

  /** Creates an object in the test's namespace. */
  <T extends HasMetadata> T create(T object) {
    return LocalCluster.CLIENT.resource(object).inNamespace(namespace()).create();
  }

  /** Creates a Migration in the test's namespace. */
  Run start(MigrationFixture migration) {
    create(migration.build());
    return run(migration.name());
  }

  /** A Migration of the test's namespace. */
  Run run(String name) {
    return new Run(namespace(), name);
  }

  /** All that users' objects consist of, now. */
  Snapshot snapshot() {
    return Snapshot.of(namespace());
  }

  private static String report(String test, String namespace) {
    StringBuilder report = new StringBuilder();
    report
        .append("==== ")
        .append(test)
        .append(" failed; namespace ")
        .append(namespace)
        .append('\n');
    for (Migration migration :
        LocalCluster.CLIENT.resources(Migration.class).inNamespace(namespace).list().getItems()) {
      migration.getMetadata().setManagedFields(null);
      report.append(Serialization.asYaml(migration));
    }
    for (SchemaMigration migration :
        LocalCluster.CLIENT
            .resources(SchemaMigration.class)
            .inNamespace(namespace)
            .list()
            .getItems()) {
      migration.getMetadata().setManagedFields(null);
      report.append(Serialization.asYaml(migration));
    }
    for (JsonNode event :
        LocalCluster.get("/api/v1/namespaces/" + namespace + "/events").path("items")) {
      if (event.path("involvedObject").path("kind").asText().endsWith("Migration")
          || event.path("type").asText().equals("Warning")) {
        report
            .append(event.path("lastTimestamp").asText(event.path("eventTime").asText()))
            .append(' ')
            .append(event.path("involvedObject").path("name").asText())
            .append(' ')
            .append(event.path("reason").asText())
            .append(' ')
            .append(event.path("message").asText())
            .append('\n');
      }
    }
    for (Pod pod : LocalCluster.CLIENT.pods().inNamespace(namespace).list().getItems()) {
      report
          .append(pod.getMetadata().getName())
          .append(' ')
          .append(pod.getStatus().getPhase())
          .append(' ')
          .append(pod.getMetadata().getDeletionTimestamp() == null ? "" : "terminating")
          .append('\n');
    }
    return report.toString();
  }
}
