package dev.godwit.operator.resource;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.godwit.api.v1alpha1.ServiceSpec;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.PodTemplateSpecBuilder;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** Pod templates: what they are, what changes them, and which version they run. */
public final class Templates {

  private static final int HASH_LENGTH = 16;
  private static final String VERSION = "app.kubernetes.io/version";

  /** Where an empty selector means everything and none means nothing. */
  private static final Set<String> TELLING_WHEN_EMPTY =
      Set.of("labelSelector", "namespaceSelector");

  private Templates() {}

  /**
   * A hash of what the template says, as 16 hexadecimal digits: the order of the keys does not
   * count, nor does the difference between empty and absent.
   */
  public static String hash(PodTemplateSpec template) {
    return Names.hash(canonical(Json.MAPPER.valueToTree(template)).toString(), HASH_LENGTH);
  }

  /** Whether both say the same. */
  public static boolean same(PodTemplateSpec a, PodTemplateSpec b) {
    return hash(a).equals(hash(b));
  }

  /**
   * The strategic merge patch on the workload's pod template that brings the new version.
   *
   * @throws IllegalArgumentException if the service names neither image nor patch, or if the image
   *     is for a container that the template doesn't tell
   */
  public static JsonNode change(ServiceSpec spec, Workload blue) {
    if (spec.patch() != null) {
      return spec.patch();
    }
    if (spec.image() == null) {
      throw new IllegalArgumentException("service " + spec.name() + " has no image and no patch");
    }
    String container =
        container(spec, blue)
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "service %s: which container of %s gets the image?"
                            .formatted(spec.name(), blue.title())));
    ObjectNode patch = JsonNodeFactory.instance.objectNode();
    patch
        .putObject("spec")
        .putArray("containers")
        .addObject()
        .put("name", container)
        .put("image", spec.image());
    return patch;
  }

  /**
   * The container that gets the new image: the one that the service names, or the only one.
   *
   * @return empty if the workload has no container of that name, or several where none is named
   */
  public static Optional<String> container(ServiceSpec spec, Workload blue) {
    return container(blue.template(), Optional.ofNullable(spec.container()))
        .map(Container::getName);
  }

  /** The template with another image for that container; unchanged if it has no such container. */
  public static PodTemplateSpec withImage(
      PodTemplateSpec template, String container, String image) {
    return new PodTemplateSpecBuilder(template)
        .editSpec()
        .editMatchingContainer(c -> container.equals(c.getName()))
        .withImage(image)
        .endContainer()
        .endSpec()
        .build();
  }

  /** The version of a workload with one container, see {@link #version(Workload, Optional)}. */
  public static Optional<String> version(Workload workload) {
    return version(workload, Optional.empty());
  }

  /**
   * The version that a workload runs: the label {@code app.kubernetes.io/version} of its pods, else
   * its own, else the tag of the image of the container named, or of the only one.
   */
  public static Optional<String> version(Workload workload, Optional<String> container) {
    PodTemplateSpec template = workload.template();
    return label(template.getMetadata())
        .or(() -> label(workload.object().getMetadata()))
        .or(() -> version(template, container));
  }

  /**
   * The version that pods are: their label {@code app.kubernetes.io/version}, else the tag of the
   * image of the container named, or of the only one.
   */
  public static Optional<String> version(PodTemplateSpec template, Optional<String> container) {
    return label(template.getMetadata())
        .or(() -> container(template, container).map(Container::getImage).flatMap(Templates::tag));
  }

  private static Optional<String> label(ObjectMeta metadata) {
    return Optional.ofNullable(metadata)
        .map(ObjectMeta::getLabels)
        .map(labels -> labels.get(VERSION))
        .filter(version -> !version.isEmpty());
  }

  private static Optional<Container> container(PodTemplateSpec template, Optional<String> name) {
    List<Container> containers = template.getSpec().getContainers();
    if (name.isEmpty()) {
      return containers.size() == 1 ? Optional.of(containers.getFirst()) : Optional.empty();
    }
    return containers.stream().filter(c -> name.get().equals(c.getName())).findFirst();
  }

  /** The tag in {@code host:5000/path/name:tag@sha256:digest}. */
  private static Optional<String> tag(String image) {
    String undigested = image.split("@", 2)[0];
    String name = undigested.substring(undigested.lastIndexOf('/') + 1);
    int colon = name.indexOf(':');
    return colon < 0 ? Optional.empty() : Optional.of(name.substring(colon + 1));
  }

  private static JsonNode canonical(JsonNode node) {
    return switch (node) {
      case ObjectNode object -> {
        Map<String, JsonNode> fields = new TreeMap<>();
        object
            .properties()
            .forEach(
                field -> {
                  JsonNode value = canonical(field.getValue());
                  if (says(field.getKey(), value)) {
                    fields.put(field.getKey(), value);
                  }
                });
        yield JsonNodeFactory.instance.objectNode().setAll(fields);
      }
      case ArrayNode array -> {
        ArrayNode items = JsonNodeFactory.instance.arrayNode();
        array.forEach(item -> items.add(canonical(item)));
        yield items;
      }
      default -> node;
    };
  }

  private static boolean says(String field, JsonNode value) {
    return switch (value) {
      case ObjectNode object -> !object.isEmpty() || TELLING_WHEN_EMPTY.contains(field);
      case ArrayNode array -> !array.isEmpty();
      default -> !value.isNull() && !(value.isTextual() && value.textValue().isEmpty());
    };
  }
}
