package dev.godwit.operator.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.godwit.operator.resource.Marks;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.assertj.core.api.Assertions;

/**
 * The objects of a namespace field for field, as the API server has them: every label and
 * annotation, the whole specification. Left out is what changes by itself: status, resourceVersion,
 * generation and managedFields.
 *
 * @param objects by KIND/NAME
 */
record Snapshot(Map<String, ObjectNode> objects) {

  private static final Map<String, String> KINDS =
      Map.ofEntries(
          Map.entry("Deployment", "/apis/apps/v1/namespaces/%s/deployments"),
          Map.entry("StatefulSet", "/apis/apps/v1/namespaces/%s/statefulsets"),
          Map.entry("ControllerRevision", "/apis/apps/v1/namespaces/%s/controllerrevisions"),
          Map.entry("Service", "/api/v1/namespaces/%s/services"),
          Map.entry("ConfigMap", "/api/v1/namespaces/%s/configmaps"),
          Map.entry("Secret", "/api/v1/namespaces/%s/secrets"),
          Map.entry("ServiceAccount", "/api/v1/namespaces/%s/serviceaccounts"),
          Map.entry("PersistentVolumeClaim", "/api/v1/namespaces/%s/persistentvolumeclaims"),
          Map.entry("Job", "/apis/batch/v1/namespaces/%s/jobs"),
          Map.entry(
              "HorizontalPodAutoscaler",
              "/apis/autoscaling/v2/namespaces/%s/horizontalpodautoscalers"),
          Map.entry("PodDisruptionBudget", "/apis/policy/v1/namespaces/%s/poddisruptionbudgets"),
          Map.entry("NetworkPolicy", "/apis/networking.k8s.io/v1/namespaces/%s/networkpolicies"));

  private static final String REVISION = "/metadata/annotations/deployment.kubernetes.io~1revision";

  private static final List<String> CHANGES_BY_ITSELF =
      List.of("resourceVersion", "generation", "managedFields");

  /** What tells an object from another of the same content. */
  private static final List<String> IDENTITY = List.of("uid", "creationTimestamp", "namespace");

  /** The objects of a namespace. */
  static Snapshot of(String namespace) {
    Map<String, ObjectNode> objects = new TreeMap<>();
    KINDS.forEach(
        (kind, path) -> {
          for (JsonNode item : LocalCluster.get(path.formatted(namespace)).path("items")) {
            ObjectNode object = (ObjectNode) item;
            if (kind.equals("ControllerRevision") && isOfStatefulSet(object)) {
              continue;
            }
            object.remove("status");
            metadata(object).remove(CHANGES_BY_ITSELF);
            objects.put(kind + "/" + metadata(object).get("name").asText(), object);
          }
        });
    return new Snapshot(objects);
  }

  /** Without what SchemaMigrations made: their Jobs and SQL stay for as long as they do. */
  Snapshot withoutSchemas() {
    Map<String, ObjectNode> others = new TreeMap<>(objects);
    others.values().removeIf(object -> metadata(object).at("/labels").has(Marks.SCHEMA_MIGRATION));
    return new Snapshot(others);
  }

  /** Kubernetes' own: it keeps those of the versions that there were. */
  private static boolean isOfStatefulSet(ObjectNode revision) {
    return revision.at("/metadata/ownerReferences/0/kind").asText().equals("StatefulSet");
  }

  /** Everybody who has written to an object of a namespace, by managedFields. */
  static Set<String> writers(String namespace) {
    Set<String> writers = new TreeSet<>();
    KINDS
        .values()
        .forEach(
            path -> {
              for (JsonNode item : LocalCluster.get(path.formatted(namespace)).path("items")) {
                item.at("/metadata/managedFields")
                    .forEach(entry -> writers.add(entry.path("manager").asText()));
              }
            });
    return writers;
  }

  /** The same with one object changed; for what a migration is meant to change. */
  Snapshot with(String object, Consumer<ObjectNode> change) {
    Map<String, ObjectNode> changed = new TreeMap<>(objects);
    changed.computeIfPresent(
        object,
        (_, before) -> {
          ObjectNode copy = before.deepCopy();
          change.accept(copy);
          return copy;
        });
    return new Snapshot(changed);
  }

  /** The same without one object. */
  Snapshot without(String object) {
    Map<String, ObjectNode> fewer = new TreeMap<>(objects);
    Assertions.assertThat(fewer.remove(object)).as(object).isNotNull();
    return new Snapshot(fewer);
  }

  /** Brings a Deployment to an image, as {@code kubectl set image} would. */
  Snapshot withImage(String deployment, String image) {
    return with(
        "Deployment/" + deployment,
        object -> {
          ((ObjectNode) object.at("/spec/template/spec/containers/0")).put("image", image);
          ObjectNode annotations = (ObjectNode) object.at("/metadata/annotations");
          int revision = annotations.get("deployment.kubernetes.io/revision").asInt();
          annotations.put("deployment.kubernetes.io/revision", "" + (revision + 1));
        });
  }

  /**
   * The same with the revisions that Deployments have by now: one that was rolled out and back
   * counts both, as {@code kubectl rollout undo} does.
   */
  Snapshot withRevisionsOf(Snapshot now) {
    Snapshot same = this;
    for (Map.Entry<String, ObjectNode> one : now.objects().entrySet()) {
      if (one.getKey().startsWith("Deployment/")) {
        JsonNode revision = one.getValue().at(REVISION);
        same =
            same.with(
                one.getKey(),
                object ->
                    ((ObjectNode) object.at("/metadata/annotations"))
                        .set("deployment.kubernetes.io/revision", revision));
      }
    }
    return same;
  }

  /** The same with another image of the only container of a workload that counts no revisions. */
  Snapshot withImageOf(String kind, String name, String image) {
    return with(
        kind + "/" + name,
        object ->
            ((ObjectNode) object.at("/spec/template/spec/containers/0"))
                .put("image", "localhost/" + image));
  }

  /** Only what was written by people: for comparing two namespaces. */
  Snapshot withoutIdentity() {
    Map<String, ObjectNode> plain = new TreeMap<>();
    objects.forEach(
        (key, object) -> {
          ObjectNode copy = object.deepCopy();
          metadata(copy).remove(IDENTITY);
          if (copy.path("spec") instanceof ObjectNode spec) {
            spec.remove(List.of("clusterIP", "clusterIPs"));
          }
          if (!key.equals("ConfigMap/kube-root-ca.crt")) {
            plain.put(key, copy);
          }
        });
    return new Snapshot(plain);
  }

  /** Asserts that nothing differs. */
  void isSameAs(Snapshot expected) {
    Assertions.assertThat(pretty()).isEqualTo(expected.pretty());
  }

  private String pretty() {
    StringBuilder text = new StringBuilder();
    objects.forEach(
        (key, object) ->
            text.append(key).append(": ").append(object.toPrettyString()).append('\n'));
    return text.toString();
  }

  private static ObjectNode metadata(ObjectNode object) {
    return (ObjectNode) object.get("metadata");
  }
}
