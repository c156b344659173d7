package dev.godwit.api.v1alpha1;

import io.fabric8.crdv2.generator.CRDGenerator;
import io.fabric8.crdv2.generator.CRDGenerator.CRDOutput;
import io.fabric8.crdv2.generator.CRDPostProcessor;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceColumnDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinitionVersion;
import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaProps;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Generates the CustomResourceDefinitions from the API types, with what annotations can't say. */
final class Manifests {

  private static final List<String> COLUMNS =
      List.of("STRATEGY", "PHASE", "STEP", "MESSAGE", "AGE");

  private static final Map<String, String> KEYED_LISTS =
      Map.of(
          "services", "name",
          "probes", "name",
          "smokeTests", "name",
          "tests", "name",
          "steps", "name",
          "conditions", "type");

  private Manifests() {}

  /** YAML by file name. */
  static Map<String, String> generate() {
    Map<String, ByteArrayOutputStream> written = new TreeMap<>();
    new CRDGenerator()
        .customResourceClasses(List.<Class<? extends HasMetadata>>of(Migration.class))
        .forCRDVersions("v1")
        .withParallelGenerationEnabled(false)
        .withMinQuotes(true)
        .withPostProcessor(
            new CRDPostProcessor() {
              @Override
              public HasMetadata process(HasMetadata crd, String version) {
                return complete((CustomResourceDefinition) crd);
              }
            })
        .withOutput(new InMemory(written))
        .generate();
    Map<String, String> manifests = new TreeMap<>();
    written.forEach(
        (name, bytes) ->
            manifests.put(
                name.replace("-v1", "") + ".yaml", bytes.toString(StandardCharsets.UTF_8)));
    return manifests;
  }

  private static CustomResourceDefinition complete(CustomResourceDefinition crd) {
    for (CustomResourceDefinitionVersion version : crd.getSpec().getVersions()) {
      List<CustomResourceColumnDefinition> columns =
          new ArrayList<>(version.getAdditionalPrinterColumns());
      columns.sort(Comparator.comparingInt(column -> COLUMNS.indexOf(column.getName())));
      version.setAdditionalPrinterColumns(columns);
      JSONSchemaProps root = version.getSchema().getOpenAPIV3Schema();
      root.setRequired(List.of("spec"));
      complete(root);
    }
    return crd;
  }

  private static void complete(JSONSchemaProps schema) {
    // A rule on a component of a record is found twice: at its field and at its accessor.
    if (schema.getXKubernetesValidations() != null) {
      schema.setXKubernetesValidations(
          new ArrayList<>(new LinkedHashSet<>(schema.getXKubernetesValidations())));
    }
    if (Boolean.TRUE.equals(schema.getXKubernetesPreserveUnknownFields())) {
      schema.setType("object");
    }
    if (schema.getItems() != null) {
      complete(schema.getItems().getSchema());
    }
    if (schema.getProperties() != null) {
      schema.getProperties().forEach(Manifests::completeProperty);
    }
  }

  private static void completeProperty(String name, JSONSchemaProps property) {
    if (name.equals("observedGeneration")) {
      property.setFormat("int64");
    }
    String key = KEYED_LISTS.get(name);
    JSONSchemaProps item = property.getItems() == null ? null : property.getItems().getSchema();
    if (key != null && item != null && "object".equals(item.getType())) {
      property.setXKubernetesListType("map");
      property.setXKubernetesListMapKeys(List.of(key));
      LinkedHashSet<String> required = new LinkedHashSet<>();
      required.add(key);
      required.addAll(item.getRequired() == null ? List.of() : item.getRequired());
      if (name.equals("conditions")) {
        required.add("status");
      }
      item.setRequired(List.copyOf(required));
    }
    complete(property);
  }

  /** Keeps what the generator writes. */
  private record InMemory(Map<String, ByteArrayOutputStream> written)
      implements CRDOutput<ByteArrayOutputStream> {

    @Override
    public ByteArrayOutputStream outputFor(String name) {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      written.put(name, bytes);
      return bytes;
    }

    @Override
    public URI crdURI(String name) {
      return URI.create("file:///" + name);
    }

    @Override
    public void close() {
      // Nothing is held open.
    }
  }
}
