package dev.godwit.api.v1alpha1;

import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinitionVersion;
import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaProps;
import io.fabric8.kubernetes.api.model.apiextensions.v1.ValidationRule;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.StringJoiner;
import java.util.stream.Collectors;

/** Writes the reference of a kind from its definition: a section for each object, with a table. */
final class Reference {

  private final StringBuilder page = new StringBuilder();

  /** Where an object was described first, by its members. */
  private final Map<Map<String, JSONSchemaProps>, String> described = new LinkedHashMap<>();

  private Reference() {}

  /** The page, in Markdown. */
  static String of(CustomResourceDefinition crd) {
    return new Reference().write(crd);
  }

  private String write(CustomResourceDefinition crd) {
    CustomResourceDefinitionVersion version = crd.getSpec().getVersions().getFirst();
    JSONSchemaProps root = version.getSchema().getOpenAPIV3Schema();
    page.append(
        """
        # %s

        <!-- Generated from the API types by `make generate`. Do not edit. -->

        `%s/%s`, %s; short name `%s`. %s

        A field in **bold** must be set. `kubectl explain %s.spec` says the same.
        """
            .formatted(
                crd.getSpec().getNames().getKind(),
                crd.getSpec().getGroup(),
                version.getName(),
                crd.getSpec().getScope().equals("Namespaced") ? "namespaced" : "of the cluster",
                String.join("`, `", crd.getSpec().getNames().getShortNames()),
                root.getDescription(),
                crd.getSpec().getNames().getPlural()));
    rules(root);
    section("spec", root.getProperties().get("spec"));
    Optional.ofNullable(root.getProperties().get("status"))
        .ifPresent(status -> section("status", status));
    return page.toString();
  }

  private void section(String path, JSONSchemaProps object) {
    described.put(object.getProperties(), path);
    page.append("\n## ").append(path).append("\n\n");
    page.append("| field | type | default | description |\n|---|---|---|---|\n");
    object
        .getProperties()
        .forEach((name, field) -> row(path, name, field, object.getRequired().contains(name)));
    rules(object);
    object.getProperties().forEach((name, field) -> subsection(path + "." + name, field));
  }

  private void row(String path, String name, JSONSchemaProps field, boolean isRequired) {
    String described =
        field.getDescription() + fieldRules(field) + seeAlso(path + "." + name, field);
    page.append("| ")
        .append(isRequired ? "**" + name + "**" : name)
        .append(" | ")
        .append(type(field))
        .append(" | ")
        .append(field.getDefault() == null ? "" : code(field.getDefault().asText()))
        .append(" | ")
        .append(described.replace("|", "\\|"))
        .append(" |\n");
  }

  /** Of a text or number; those of an object stand below its table. */
  private static String fieldRules(JSONSchemaProps field) {
    return field.getProperties().isEmpty()
        ? messages(field).stream()
            .map(rule -> " Refused with: " + rule + ".")
            .collect(Collectors.joining())
        : "";
  }

  private void rules(JSONSchemaProps object) {
    List<String> messages = messages(object);
    if (!messages.isEmpty()) {
      page.append("\nRefused with:\n\n");
      messages.forEach(message -> page.append("- ").append(message).append(".\n"));
    }
  }

  private static List<String> messages(JSONSchemaProps schema) {
    return schema.getXKubernetesValidations().stream().map(ValidationRule::getMessage).toList();
  }

  private String seeAlso(String path, JSONSchemaProps field) {
    JSONSchemaProps object = item(field);
    if (object.getProperties().isEmpty()) {
      return "";
    }
    String first = described.get(object.getProperties());
    return first == null || first.equals(path + suffix(field)) ? "" : " As `" + first + "`.";
  }

  private void subsection(String path, JSONSchemaProps field) {
    JSONSchemaProps object = item(field);
    if (!object.getProperties().isEmpty() && !described.containsKey(object.getProperties())) {
      section(path + suffix(field), object);
    }
  }

  private static JSONSchemaProps item(JSONSchemaProps field) {
    return field.getItems() == null ? field : field.getItems().getSchema();
  }

  private static String suffix(JSONSchemaProps field) {
    return field.getItems() == null ? "" : "[]";
  }

  private static String type(JSONSchemaProps field) {
    if (field.getItems() != null) {
      return "list of " + plural(field.getItems().getSchema());
    }
    if (field.getAdditionalProperties() != null) {
      return "map of " + plural(field.getAdditionalProperties().getSchema());
    }
    if (!field.getEnum().isEmpty()) {
      StringJoiner words = new StringJoiner(", ");
      field.getEnum().forEach(word -> words.add(code(word.asText())));
      return words.toString();
    }
    if (field.getMinimum() != null && field.getMaximum() != null) {
      return "%s from %d to %d"
          .formatted(field.getType(), field.getMinimum().intValue(), field.getMaximum().intValue());
    }
    if ("date-time".equals(field.getFormat())) {
      return "time";
    }
    return field.getType() == null ? "anything" : field.getType();
  }

  private static String plural(JSONSchemaProps item) {
    return type(item).replaceFirst("^(\\w+)", "$1s");
  }

  private static String code(String text) {
    return "`" + text + "`";
  }
}
