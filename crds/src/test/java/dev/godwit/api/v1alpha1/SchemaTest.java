package dev.godwit.api.v1alpha1;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceColumnDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinitionVersion;
import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaProps;
import io.fabric8.kubernetes.api.model.apiextensions.v1.ValidationRule;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What people see of the definition: {@code kubectl explain} and {@code kubectl get}. */
class SchemaTest {

  private static final CustomResourceDefinitionVersion VERSION =
      Manifests.definition("Migration").getSpec().getVersions().getFirst();

  @Test
  void everyFieldIsDescribed() {
    List<String> undescribed = new ArrayList<>();
    for (CustomResourceDefinition crd : Manifests.definitions()) {
      JSONSchemaProps root =
          crd.getSpec().getVersions().getFirst().getSchema().getOpenAPIV3Schema();
      collect(crd.getSpec().getNames().getSingular(), root, undescribed);
    }
    assertThat(undescribed).isEmpty();
  }

  @Test
  void everyDefaultIsSaidInTheDescription() {
    List<String> silent = new ArrayList<>();
    for (CustomResourceDefinition crd : Manifests.definitions()) {
      JSONSchemaProps root =
          crd.getSpec().getVersions().getFirst().getSchema().getOpenAPIV3Schema();
      defaults(crd.getSpec().getNames().getSingular(), root, silent);
    }
    assertThat(silent).isEmpty();
  }

  private static void defaults(String path, JSONSchemaProps schema, List<String> silent) {
    JsonNode value = schema.getDefault();
    if (value != null && value.isValueNode()) {
      String said = String.valueOf(schema.getDescription());
      if (!said.contains("efault") || !said.contains(value.asText())) {
        silent.add(path + "=" + value.asText());
      }
    }
    schema
        .getProperties()
        .forEach((name, property) -> defaults(path + "." + name, property, silent));
    if (schema.getItems() != null) {
      defaults(path + "[]", schema.getItems().getSchema(), silent);
    }
  }

  private static void collect(String path, JSONSchemaProps schema, List<String> undescribed) {
    String description = schema.getDescription();
    if (description == null || !description.endsWith(".")) {
      undescribed.add(path);
    }
    schema
        .getProperties()
        .forEach((name, property) -> collect(path + "." + name, property, undescribed));
    if (schema.getItems() != null) {
      schema
          .getItems()
          .getSchema()
          .getProperties()
          .forEach((name, property) -> collect(path + "[]." + name, property, undescribed));
    }
  }

  @Test
  void columnsComeInTheOrderInWhichTheyAreRead() {
    assertThat(VERSION.getAdditionalPrinterColumns())
        .extracting(
            CustomResourceColumnDefinition::getName,
            CustomResourceColumnDefinition::getJsonPath,
            CustomResourceColumnDefinition::getPriority)
        .containsExactly(
            tuple("STRATEGY", ".status.strategy", 0),
            tuple("PHASE", ".status.phase", 0),
            tuple("STEP", ".status.step", 0),
            tuple("MESSAGE", ".status.message", 1),
            tuple("AGE", ".metadata.creationTimestamp", 0));
  }

  @Test
  void columnsOfASchemaMigrationSayWhichVersionTheDatabaseHas() {
    CustomResourceDefinition crd = Manifests.definition("SchemaMigration");

    assertThat(crd.getSpec().getNames().getShortNames()).containsExactly("sm");
    assertThat(crd.getSpec().getVersions().getFirst().getAdditionalPrinterColumns())
        .extracting(
            CustomResourceColumnDefinition::getName,
            CustomResourceColumnDefinition::getJsonPath,
            CustomResourceColumnDefinition::getPriority)
        .containsExactly(
            tuple("PHASE", ".status.phase", 0),
            tuple("VERSION", ".status.current", 0),
            tuple("TARGET", ".status.target", 0),
            tuple("STEP", ".status.step", 0),
            tuple("MESSAGE", ".status.message", 1),
            tuple("AGE", ".metadata.creationTimestamp", 0));
  }

  @Test
  void everyFieldOfASchemaMigrationIsFrozenButTheControls() {
    CustomResourceDefinitionVersion version =
        Manifests.definition("SchemaMigration").getSpec().getVersions().getFirst();
    JSONSchemaProps root = version.getSchema().getOpenAPIV3Schema();
    String frozen =
        root.getXKubernetesValidations().stream()
            .map(ValidationRule::getRule)
            .filter(rule -> rule.contains("oldSelf.status.startTime"))
            .findFirst()
            .orElseThrow();

    assertThat(root.getProperties().get("spec").getProperties().keySet())
        .filteredOn(field -> !frozen.matches(".*oldSelf[.]spec[.]" + field + "\\b.*"))
        .containsExactlyInAnyOrder("paused", "abort");
  }

  @Test
  void statusIsASubresourceSoThatUsersAndOperatorDoNotOverwriteEachOther() {
    assertThat(VERSION.getSubresources().getStatus()).isNotNull();
  }
}
