package dev.godwit.operator.simulation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.godwit.api.v1alpha1.Cleanup;
import dev.godwit.operator.resource.Marks;
import dev.godwit.operator.resource.Templates;
import dev.godwit.operator.resource.Workload;
import dev.godwit.operator.simulation.Scene.Where;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import java.util.Map;
import java.util.TreeMap;

/** What must be there, and nothing else, when a migration has ended. */
final class EndRules {

  /** An object of the API may have 1.5 MiB; every watcher of it gets it with every change. */
  private static final int MOST_STATUS_BYTES = 200 * 1024;

  private final World world;
  private final Scene scene;

  EndRules(World world, Scene scene) {
    this.world = world;
    this.scene = scene;
  }

  /** Checks a migration that has ended well, was taken back or has never started. */
  void check() {
    statusIsSmall();
    if (!scene.isComplete()) {
      if (!scene.hasStarted()) {
        same(scene.expected, "never started");
      } else {
        nothingIsHeld();
      }
      return;
    }
    if (scene.isBackward()) {
      same(scene.expected, "rolled back");
      blueHasItsReplicas();
      return;
    }
    Cleanup cleanup = scene.scenario.spec().strategy().settings().cleanup();
    switch (cleanup) {
      case REPLACE -> same(upgraded(), "replaced");
      case HANDOVER -> same(scene.expected, "handed over");
      case DELETE, KEEP -> onGreen(cleanup);
    }
  }

  private void statusIsSmall() {
    int size = scene.status().map(status -> Json.tree(status).toString().length()).orElse(0);
    if (size > MOST_STATUS_BYTES) {
      throw new AssertionError("the status has " + size + " bytes");
    }
  }

  private void same(Map<ObjectKey, HasMetadata> wanted, String how) {
    Map<ObjectKey, JsonNode> expected = new TreeMap<>();
    wanted.values().stream()
        .filter(object -> object.getMetadata().getNamespace().equals(World.NAMESPACE))
        .forEach(object -> expected.put(ObjectKey.of(object), essence(object)));
    Map<ObjectKey, JsonNode> present = new TreeMap<>();
    world.server.all().stream()
        .filter(object -> object.getMetadata().getNamespace().equals(World.NAMESPACE))
        .filter(EndRules::isUsers)
        .forEach(object -> present.put(ObjectKey.of(object), essence(object)));
    expected.forEach(
        (key, object) -> {
          if (!object.equals(present.get(key))) {
            throw new AssertionError(
                "%s, but %s is%n%s and should be%n%s"
                    .formatted(how, key, present.get(key), object));
          }
        });
    present.keySet().removeAll(expected.keySet());
    if (!present.isEmpty()) {
      throw new AssertionError(how + ", but these are left behind: " + present.keySet());
    }
  }

  private static boolean isUsers(HasMetadata object) {
    return !(object instanceof Pod)
        && !(object instanceof EndpointSlice)
        && !object.getKind().equals("Migration");
  }

  /** Specification, labels and annotations; without replicas, which may have grown. */
  private static JsonNode essence(HasMetadata object) {
    JsonNode tree = Json.tree(object);
    ObjectNode essence = JsonNodeFactory.instance.objectNode();
    essence.set("spec", Json.merge(tree.path("spec"), JsonNodeFactory.instance.objectNode()));
    if (object instanceof Deployment) {
      ((ObjectNode) essence.get("spec")).remove("replicas");
      JsonNode metadata = essence.at("/spec/template/metadata");
      if (metadata instanceof ObjectNode open && open.path("annotations").isEmpty()) {
        open.remove("annotations");
      }
    }
    essence.set("labels", orEmpty(tree.at("/metadata/labels")));
    essence.set("annotations", orEmpty(tree.at("/metadata/annotations")));
    return essence;
  }

  private static JsonNode orEmpty(JsonNode node) {
    return node.isMissingNode() || node.isNull() ? JsonNodeFactory.instance.objectNode() : node;
  }

  private void blueHasItsReplicas() {
    for (String service : scene.services()) {
      int least = scene.replicas(service);
      boolean small =
          scene.blue(service).filter(blue -> blue.getSpec().getReplicas() < least).isPresent();
      // An autoscaler shrinks what somebody else has taken the traffic from.
      boolean deserted = scene.traffic(service).stream().anyMatch(scene.lostServices::contains);
      if (small && !deserted && !scene.scenario.loadVaries() && !scene.scaled.contains(service)) {
        throw new AssertionError("rolled back, but blue of " + service + " has shrunk");
      }
    }
  }

  /** What the users' own manifests with the new version give. */
  private Map<ObjectKey, HasMetadata> upgraded() {
    Map<ObjectKey, HasMetadata> wanted = new TreeMap<>(scene.expected);
    for (String service : scene.services()) {
      ObjectKey key = new ObjectKey("Deployment", World.NAMESPACE, scene.blueName(service));
      if (wanted.get(key) instanceof Deployment blue) {
        ObjectNode patch = JsonNodeFactory.instance.objectNode();
        patch
            .putObject("spec")
            .set("template", Templates.change(scene.spec(service), Workload.of(blue)));
        wanted.put(key, Json.object(Json.strategicMerge(Json.tree(blue), patch), Deployment.class));
      }
    }
    return wanted;
  }

  private void onGreen(Cleanup cleanup) {
    nothingIsHeld();
    for (String service : scene.services()) {
      boolean keeps = cleanup == Cleanup.KEEP;
      if (!scene.isDestroyed(service, Where.BLUE) && scene.blue(service).isPresent() != keeps) {
        throw new AssertionError(
            "succeeded, but blue of " + service + (keeps ? " is gone" : " is there"));
      }
      for (String name : scene.traffic(service)) {
        if (!scene.lostServices.contains(name) && !scene.contested.contains(service)) {
          Service one = scene.service(name).orElseThrow();
          if (scene.where(service, one.getSpec().getSelector()) != Where.GREEN) {
            throw new AssertionError("succeeded, but " + name + " is not on green");
          }
        }
      }
    }
  }

  private void nothingIsHeld() {
    world.server.all().stream()
        .filter(EndRules::isUsers)
        .filter(object -> !object.getKind().equals("Job"))
        .filter(object -> object instanceof Deployment || object instanceof Service)
        .filter(object -> !Marks.wasMadeBy(object, scene.migration().getMetadata().getUid()))
        .filter(object -> Marks.holder(object).isPresent())
        .findFirst()
        .ifPresent(
            object -> {
              throw new AssertionError("ended, but " + World.name(object) + " is still held");
            });
  }
}
