package dev.godwit.api.v1alpha1;

import io.fabric8.crdv2.generator.CRDGenerator;
import io.fabric8.crdv2.generator.CRDGenerator.CRDOutput;
import io.fabric8.crdv2.generator.CRDPostProcessor;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceColumnDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinitionVersion;
import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaProps;
import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaPropsBuilder;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** Generates the CustomResourceDefinitions from the API types, with what annotations can't say. */
final class Manifests {

  private static final List<String> COLUMNS =
      List.of(
          "STRATEGY",
          "PHASE",
          "VERSION",
          "TARGET",
          "STEP",
          "MIGRATION",
          "GATE",
          "DECISION",
          "BY",
          "STATE",
          "PROMETHEUS",
          "MESSAGE",
          "AGE");

  /** Lists of names, in which none is named twice. */
  private static final Set<String> SETS = Set.of("dependsOn", "services", "criticalChecks");

  private static final Map<String, String> KEYED_LISTS =
      Map.ofEntries(
          Map.entry("services", "name"),
          Map.entry("probes", "name"),
          Map.entry("metrics", "name"),
          Map.entry("smokeTests", "name"),
          Map.entry("tests", "name"),
          Map.entry("versions", "version"),
          Map.entry("versionsFrom", "configMap"),
          Map.entry("files", "name"),
          Map.entry("steps", "name"),
          Map.entry("conditions", "type"));

  /** What each kind is. */
  private static final Map<Class<? extends HasMetadata>, String> KINDS =
      Map.of(
          Migration.class,
          "Moves services from one version to the next without stopping them. When it has started"
              + " (status.startTime is set), only spec.paused and spec.abort may change.",
          HealthPolicy.class,
          "Says what healthy means, for the migrations of its namespace that name it. A migration"
              + " reads it when it starts.",
          MigrationApproval.class,
          "A person's yes or no to one gate of one Migration, for the plan that they have seen. It"
              + " can't be changed; to think again, delete it and apply another one.",
          SchemaMigration.class,
          "Brings the schema of a PostgreSQL database from one version to another, by SQL that is"
              + " versioned. When it has started (status.startTime is set), only spec.paused and"
              + " spec.abort may change.");

  private static final Map<String, String> CONDITION =
      Map.of(
          "type", "Name of the condition.",
          "status", "True, False or Unknown.",
          "reason", "Why, as one CamelCase word.",
          "message", "Why, for people.",
          "lastTransitionTime", "Since when the status is what it is.",
          "observedGeneration", "The generation of the specification that this speaks of.");

  private Manifests() {}

  /** YAML by file name. */
  static Map<String, String> generate() {
    Map<String, ByteArrayOutputStream> written = new TreeMap<>();
    new CRDGenerator()
        .customResourceClasses(KINDS.keySet())
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

  /** The definition of a kind. */
  static CustomResourceDefinition definition(String kind) {
    return definitions().stream()
        .filter(crd -> crd.getSpec().getNames().getKind().equals(kind))
        .findFirst()
        .orElseThrow();
  }

  /** The definitions of all kinds. */
  static List<CustomResourceDefinition> definitions() {
    return generate().values().stream()
        .map(manifest -> Serialization.unmarshal(manifest, CustomResourceDefinition.class))
        .toList();
  }

  private static String description(CustomResourceDefinition crd) {
    String kind = crd.getSpec().getNames().getKind();
    return KINDS.entrySet().stream()
        .filter(entry -> entry.getKey().getSimpleName().equals(kind))
        .map(Map.Entry::getValue)
        .findFirst()
        .orElseThrow();
  }

  private static CustomResourceDefinition complete(CustomResourceDefinition crd) {
    for (CustomResourceDefinitionVersion version : crd.getSpec().getVersions()) {
      List<CustomResourceColumnDefinition> columns =
          new ArrayList<>(version.getAdditionalPrinterColumns());
      columns.sort(Comparator.comparingInt(column -> COLUMNS.indexOf(column.getName())));
      version.setAdditionalPrinterColumns(columns);
      JSONSchemaProps root = version.getSchema().getOpenAPIV3Schema();
      root.setRequired(List.of("spec"));
      root.setDescription(description(crd));
      root.getProperties().get("spec").setDescription("What is asked for.");
      Optional.ofNullable(root.getProperties().get("status"))
          .ifPresent(status -> status.setDescription("What the operator reports."));
      complete(root);
      if (crd.getSpec().getNames().getKind().equals("HealthPolicy")) {
        standAlone(root.getProperties().get("spec"));
      }
      Optional.ofNullable(root.getProperties().get("status"))
          .map(status -> status.getProperties().get("health"))
          .ifPresent(Manifests::standAlone);
    }
    return crd;
  }

  /** A policy names no other, nor does what is kept of one. */
  private static void standAlone(JSONSchemaProps health) {
    health.getProperties().remove("policy");
    health.getXKubernetesValidations().removeIf(rule -> rule.getRule().contains("self.policy"));
  }

  private static void complete(JSONSchemaProps schema) {
    // A rule on a component of a record is found twice: at its field and at its accessor.
    if (schema.getXKubernetesValidations() != null) {
      schema.setXKubernetesValidations(
          new ArrayList<>(new LinkedHashSet<>(schema.getXKubernetesValidations())));
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
    if (SETS.contains(name) && item != null && "string".equals(item.getType())) {
      property.setXKubernetesListType("set");
    }
    switch (name) {
      case "patch" -> completePatch(property);
      case "template" -> completeJob(property);
      default -> complete(property);
    }
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
      if (name.equals("conditions")) {
        CONDITION.forEach((field, text) -> item.getProperties().get(field).setDescription(text));
      }
    }
  }

  /**
   * A patch has the members of a pod template. They must not have a type: CEL takes two objects of
   * a type for equal when they have as many members, all of which the type does not know, and a
   * patch could be changed in flight.
   */
  private static void completePatch(JSONSchemaProps patch) {
    patch.setType("object");
    patch.setXKubernetesPreserveUnknownFields(null);
    patch.setProperties(
        new TreeMap<>(
            Map.of(
                "metadata", open("Labels and annotations, as in a pod template."),
                "spec", open("Specification of the pods, as in a pod template."))));
  }

  /** As much of a Job specification as is needed to say at once that one is none. */
  private static void completeJob(JSONSchemaProps job) {
    JSONSchemaProps container =
        object("A container.", Map.of("name", text("Its name."), "image", text("Its image.")));
    JSONSchemaProps containers =
        new JSONSchemaPropsBuilder()
            .withType("array")
            .withMinItems(1L)
            .withDescription("The containers.")
            .withNewItems()
            .withSchema(container)
            .endItems()
            .build();
    JSONSchemaProps pods = object("The pods.", Map.of("containers", containers));
    JSONSchemaProps template = object("The template of the pods.", Map.of("spec", pods));
    job.setType("object");
    job.setProperties(Map.of("template", template));
    job.setRequired(List.of("template"));
  }

  /** Anything; what it means is checked where it is used. */
  private static JSONSchemaProps open(String description) {
    return new JSONSchemaPropsBuilder()
        .withDescription(description)
        .withXKubernetesPreserveUnknownFields(true)
        .build();
  }

  private static JSONSchemaProps text(String description) {
    return new JSONSchemaPropsBuilder().withDescription(description).withType("string").build();
  }

  /** An object that must have these members and may have others. */
  private static JSONSchemaProps object(String description, Map<String, JSONSchemaProps> members) {
    return new JSONSchemaPropsBuilder()
        .withDescription(description)
        .withType("object")
        .withProperties(new TreeMap<>(members))
        .withRequired(members.keySet().stream().sorted().toList())
        .withXKubernetesPreserveUnknownFields(true)
        .build();
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
