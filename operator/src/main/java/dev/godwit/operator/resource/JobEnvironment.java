package dev.godwit.operator.resource;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.godwit.operator.plan.ServicePlan;
import dev.godwit.operator.plan.ServiceView;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.EnvVarBuilder;
import io.fabric8.kubernetes.api.model.Service;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;

/**
 * What the containers of a Job that checks, saves or restores find in their environment.
 *
 * @param values by name, in order
 */
public record JobEnvironment(Map<String, String> values) {

  private static final String MEMBER = "GODWIT_MEMBER";
  private static final String ORDINAL = "GODWIT_ORDINAL";

  /** Keeps the order. */
  public JobEnvironment {
    values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
  }

  /**
   * Where both versions of a service are reached, and which they are.
   *
   * @param traffic the Services that are switched, by name: the first stands for blue
   */
  public static JobEnvironment of(
      ServicePlan plan, Map<String, Service> traffic, Marks.Maker maker) {
    return of(plan, traffic, plan.preview() + "." + maker.namespace() + ".svc", maker);
  }

  private static JobEnvironment of(
      ServicePlan plan, Map<String, Service> traffic, String greenHost, Marks.Maker maker) {
    Map<String, String> values = new LinkedHashMap<>();
    values.put("GODWIT_MIGRATION", maker.migration());
    values.put("GODWIT_SERVICE", plan.name());
    new TreeMap<>(traffic)
        .values().stream()
            .findFirst()
            .ifPresent(
                service -> {
                  String host = service.getMetadata().getName() + "." + maker.namespace() + ".svc";
                  address(values, "GODWIT_BLUE", host, service);
                  address(values, "GODWIT_GREEN", greenHost, service);
                });
    values.put("GODWIT_BLUE_VERSION", plan.version());
    values.put("GODWIT_GREEN_VERSION", plan.toVersion());
    return new JobEnvironment(values);
  }

  private static void address(Map<String, String> values, String side, String host, Service ports) {
    values.put(side + "_HOST", host);
    PreviewPorts.first(ports).ifPresent(port -> values.put(side + "_PORT", port.toString()));
  }

  /**
   * The same for a member that is upgraded in place: which it is, and in the place of green's host
   * and port those of its pod.
   *
   * @param address IP address of the member's pod, as far as it has one
   */
  public static JobEnvironment ofMember(
      ServicePlan plan,
      ServiceView view,
      Marks.Maker maker,
      String member,
      OptionalInt ordinal,
      Optional<String> address) {
    JobEnvironment common = of(plan, view.traffic(), address.orElse(""), maker);
    Map<String, String> values = new LinkedHashMap<>(common.values());
    new TreeMap<>(view.traffic())
        .values().stream()
            .findFirst()
            .flatMap(
                service ->
                    Workload.of(view)
                        .flatMap(workload -> PreviewPorts.ofPods(service, workload.template())))
            .ifPresent(port -> values.put("GODWIT_GREEN_PORT", port.toString()));
    values.put(MEMBER, member);
    ordinal.ifPresent(number -> values.put(ORDINAL, Integer.toString(number)));
    return new JobEnvironment(values);
  }

  List<EnvVar> variables() {
    return values.entrySet().stream()
        .map(one -> new EnvVarBuilder().withName(one.getKey()).withValue(one.getValue()).build())
        .toList();
  }

  /**
   * A template in which {@code $(GODWIT_MEMBER)} and {@code $(GODWIT_ORDINAL)} are replaced
   * everywhere: Kubernetes itself does that in commands only, and the claims of a member have its
   * name in theirs.
   */
  JsonNode expanded(JsonNode template) {
    return switch (template) {
      case TextNode text -> TextNode.valueOf(expanded(text.textValue()));
      case ArrayNode array -> {
        ArrayNode all = JsonNodeFactory.instance.arrayNode();
        array.forEach(item -> all.add(expanded(item)));
        yield all;
      }
      case ObjectNode object -> {
        ObjectNode all = JsonNodeFactory.instance.objectNode();
        object.properties().forEach(one -> all.set(one.getKey(), expanded(one.getValue())));
        yield all;
      }
      default -> template;
    };
  }

  private String expanded(String text) {
    String expanded = text;
    for (String name : List.of(MEMBER, ORDINAL)) {
      if (values.containsKey(name)) {
        expanded = expanded.replace("$(" + name + ")", values.get(name));
      }
    }
    return expanded;
  }
}
