package dev.godwit.operator.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import dev.godwit.api.v1alpha1.BlueGreen;
import dev.godwit.api.v1alpha1.Cleanup;
import dev.godwit.api.v1alpha1.Migration;
import dev.godwit.api.v1alpha1.MigrationSpec;
import dev.godwit.api.v1alpha1.OnRollback;
import dev.godwit.api.v1alpha1.Performance;
import dev.godwit.api.v1alpha1.Performance.OnDegradation;
import dev.godwit.api.v1alpha1.SchemaMigrationSpec;
import dev.godwit.api.v1alpha1.SchemaStage;
import dev.godwit.api.v1alpha1.SchemaWhen;
import dev.godwit.api.v1alpha1.Strategy;
import dev.godwit.operator.metric.Asked;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class RequiredPermissionsTest {

  private static final Permission JOBS = new Permission("create", "batch", "jobs");

  private static List<Permission> required(Performance performance) {
    return required(performance, null);
  }

  private static List<Permission> required(Performance performance, List<SchemaStage> schemas) {
    BlueGreen blueGreen =
        new BlueGreen(null, null, performance, "10m", "10m", "0s", "30s", Cleanup.REPLACE, null);
    return RequiredPermissions.of(
        new MigrationSpec(
            null,
            "2.0",
            List.of(),
            new Strategy(blueGreen, null),
            null,
            schemas,
            null,
            null,
            false,
            false,
            null));
  }

  @Test
  void aComparisonNeedsJobsAndNothingElseDoes() {
    assertThat(required(Asked.performance(OnDegradation.WARN))).contains(JOBS);
    assertThat(required(null)).doesNotContain(JOBS);
  }

  @Test
  void stagesNeedToBeWatchedAndMarkedAndNothingElseDoes() {
    SchemaStage stage = new SchemaStage("orders", SchemaWhen.AFTER_CLEANUP, OnRollback.TAKE_BACK);
    List<Permission> schemas =
        Stream.of("get", "list", "watch", "patch")
            .map(verb -> new Permission(verb, Migration.GROUP, "schemamigrations"))
            .toList();

    assertThat(required(null, List.of(stage))).containsAll(schemas);
    assertThat(required(null)).doesNotContainAnyElementsOf(schemas);
  }

  /** All that a migration of every kind could need. */
  private static Set<Permission> everything() throws IOException {
    MigrationSpec spec =
        Serialization.unmarshal(
            """
            to: "2.0"
            services:
            - name: store
              workload: {kind: StatefulSet, name: store}
              upgrade: InPlace
              backup: {job: {image: backup}, volumeSnapshot: {}}
            strategy:
              rolling:
                tests: [{name: data, job: {image: test}}]
                gates:
                  beforeCleanup: {approval: {name: go-live}}
            health: {policy: web-default}
            """,
            MigrationSpec.class);
    Set<Permission> all = new HashSet<>(RequiredPermissions.of(spec));
    all.addAll(
        ofSchema(
            "policy: web-default, probes: [{name: up, tcp: {port: 80}}]",
            "{name: store, workload: {kind: StatefulSet, name: store}}",
            "{name: orders, workload: {kind: Deployment, name: orders}}"));
    return all;
  }

  private static List<Permission> ofSchema(String health, String... services) {
    return RequiredPermissions.of(
        Serialization.unmarshal(
            "health: {%s}\nservices: [%s]\n".formatted(health, String.join(", ", services)),
            SchemaMigrationSpec.class));
  }

  @Test
  void probesOfASchemaNeedItsUsersToBeWatchedAndNothingElseDoes() {
    String orders = "{name: orders, workload: {kind: Deployment, name: orders}}";
    Permission watch = new Permission("watch", "", "pods");
    Permission deployments = new Permission("get", "apps", "deployments");
    Permission sets = new Permission("get", "apps", "statefulsets");
    String probe = "probes: [{name: up, tcp: {port: 80}}]";

    assertThat(ofSchema(probe, orders)).contains(watch, deployments).doesNotContain(sets);
    assertThat(ofSchema(probe, orders.replace("Deployment", "StatefulSet")))
        .contains(watch, sets)
        .doesNotContain(deployments);
    assertThat(ofSchema("prometheus: {url: \"http://prometheus:9090\"}", orders))
        .doesNotContain(watch, deployments, sets);
  }

  private static Set<Permission> granted() throws IOException {
    String rules =
        Files.readString(Path.of("../helm/godwit/templates/_rules.tpl"))
            .replaceAll("(?s)\\{\\{.*?}}", "");
    Set<Permission> granted = new HashSet<>();
    for (Map<String, List<String>> rule :
        new ObjectMapper(new YAMLFactory())
            .readValue(rules, new TypeReference<List<Map<String, List<String>>>>() {})) {
      for (String group : rule.get("apiGroups")) {
        for (String resource : rule.get("resources")) {
          rule.get("verbs").forEach(verb -> granted.add(new Permission(verb, group, resource)));
        }
      }
    }
    return granted;
  }

  /** What the operator lives by itself, and what it reads only where it may. */
  private static List<Permission> ownAndOptional() {
    return Stream.of(
            allowed(Migration.GROUP, "migrations", "get", "list", "watch", "patch"),
            allowed(Migration.GROUP, "migrations/status", "update"),
            allowed(Migration.GROUP, "migrations/finalizers", "update"),
            allowed(Migration.GROUP, "schemamigrations", "get", "list", "watch", "patch"),
            allowed(Migration.GROUP, "schemamigrations/status", "update"),
            allowed(Migration.GROUP, "schemamigrations/finalizers", "update"),
            allowed("", "events", "create"),
            allowed("", "namespaces", "get"),
            allowed("", "persistentvolumeclaims", "get"))
        .flatMap(List::stream)
        .toList();
  }

  private static List<Permission> allowed(String group, String resource, String... verbs) {
    return Stream.of(verbs).map(verb -> new Permission(verb, group, resource)).toList();
  }

  @Test
  void whatIsRequiredIsWhatTheChartGrants() throws IOException {
    Set<Permission> granted = granted();

    assertThat(granted).containsAll(everything());
    granted.removeAll(ownAndOptional());
    assertThat(everything()).as("granted and not asked for").containsAll(granted);
  }
}
