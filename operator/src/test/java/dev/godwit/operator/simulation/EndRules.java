package dev.godwit.operator.simulation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.godwit.api.v1alpha1.ApprovalState;
import dev.godwit.api.v1alpha1.Cleanup;
import dev.godwit.api.v1alpha1.MigrationApproval;
import dev.godwit.api.v1alpha1.SchemaMigration;
import dev.godwit.api.v1alpha1.SchemaWhen;
import dev.godwit.operator.resource.Marks;
import dev.godwit.operator.resource.Templates;
import dev.godwit.operator.resource.Workload;
import dev.godwit.operator.simulation.Scene.Where;
import dev.godwit.operator.step.Verbs;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** What must be there, and nothing else, when a migration has ended. */
final class EndRules {

  /** An object of the API may have 1.5 MiB; every watcher of it gets it with every change. */
  private static final int MOST_STATUS_BYTES = 200 * 1024;

  /** After this long whatever happened was heard. */
  private static final Duration HEARD = Duration.ofMinutes(1);

  private final World world;
  private final Scene scene;
  private final InPlaceRules inPlace;

  EndRules(World world, Scene scene, InPlaceRules inPlace) {
    this.world = world;
    this.scene = scene;
    this.inPlace = inPlace;
  }

  /** Checks a migration that has ended well, was taken back or has never started. */
  void check() {
    statusIsSmall();
    if (!scene.isComplete()) {
      if (!scene.hasStarted()) {
        same(scene.expected, "never started");
      } else {
        nothingIsHeld();
        noDatabaseIsWatched();
      }
      return;
    }
    everyAnswerWasHeeded();
    if (scene.isBackward()) {
      same(rolledBack(), "rolled back");
      blueHasItsReplicas();
      membersRun("1.9");
      inPlace.end();
      return;
    }
    Cleanup cleanup = scene.scenario.spec().strategy().settings().cleanup();
    switch (cleanup) {
      case REPLACE -> same(upgraded(), "replaced");
      case HANDOVER -> {
        if (scene.services().stream().noneMatch(scene::isInPlace)) {
          same(scene.expected, "handed over");
        }
      }
      case DELETE, KEEP -> onGreen(cleanup);
    }
    membersRun("2.0");
    nobodyWasLeftAstray();
  }

  private void statusIsSmall() {
    int size = scene.status().map(status -> Json.tree(status).toString().length()).orElse(0);
    if (size > MOST_STATUS_BYTES) {
      throw new AssertionError("the status has " + size + " bytes");
    }
  }

  /** Where the record of an update strategy is lost, the API's default stands in its place. */
  private void forgetStrategies(Map<ObjectKey, JsonNode> objects) {
    for (String service : scene.unrecorded) {
      JsonNode object = objects.get(scene.workloadKey(service));
      JsonNode strategy = object == null ? null : object.at("/spec/updateStrategy");
      if (strategy instanceof ObjectNode open
          && "RollingUpdate".equals(open.path("type").asText())) {
        open.remove("rollingUpdate");
      }
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
    forgetStrategies(expected);
    forgetStrategies(present);
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
        && !(object instanceof SchemaMigration)
        && !object.getKind().startsWith("Migration");
  }

  /** Specification, labels and annotations; without replicas, which may have grown. */
  private static JsonNode essence(HasMetadata object) {
    JsonNode tree = Json.tree(object);
    ObjectNode essence = JsonNodeFactory.instance.objectNode();
    essence.set("spec", Json.merge(tree.path("spec"), JsonNodeFactory.instance.objectNode()));
    if (object instanceof Deployment || object instanceof StatefulSet) {
      if (object instanceof Deployment) {
        ((ObjectNode) essence.get("spec")).remove("replicas");
      }
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
      if (scene.isInPlace(service)) {
        continue;
      }
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
      ObjectKey key = scene.workloadKey(service);
      HasMetadata before = wanted.get(key);
      if (before instanceof Deployment blue) {
        wanted.put(key, upgraded(service, blue, Workload.of(blue)));
      } else if (before instanceof StatefulSet set) {
        wanted.put(key, upgraded(service, set, Workload.of(set)));
      }
    }
    return wanted;
  }

  /** What was upgraded has its old template again, whatever somebody has made of it meanwhile. */
  private Map<ObjectKey, HasMetadata> rolledBack() {
    Map<ObjectKey, HasMetadata> wanted = new TreeMap<>(scene.expected);
    for (String service : scene.services()) {
      ObjectKey key = scene.workloadKey(service);
      JsonNode before = Json.tree(scene.opened.get(key)).at("/spec/template");
      boolean isBack =
          (scene.isInPlace(service) || scene.retiresEarly())
              && wanted.containsKey(key)
              && scene
                  .workload(service)
                  .filter(one -> Json.tree(one.template()).equals(before))
                  .isPresent();
      if (isBack) {
        HasMetadata changed = wanted.get(key);
        ObjectNode tree = (ObjectNode) Json.tree(changed);
        ((ObjectNode) tree.get("spec")).set("template", before);
        wanted.put(key, Json.object(tree, changed.getClass()));
      }
    }
    return wanted;
  }

  private <T extends HasMetadata> HasMetadata upgraded(String service, T before, Workload of) {
    ObjectNode patch = JsonNodeFactory.instance.objectNode();
    patch.putObject("spec").set("template", Templates.change(scene.spec(service), of));
    return Json.object(Json.strategicMerge(Json.tree(before), patch), before.getClass());
  }

  private void onGreen(Cleanup cleanup) {
    nothingIsHeld();
    noDatabaseIsWatched();
    for (String service : scene.services()) {
      if (scene.isInPlace(service)) {
        continue;
      }
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

  /** A migration does not succeed with a Service that was pointed elsewhere while it watched. */
  private void nobodyWasLeftAstray() {
    scene.mustGoBack.forEach(
        (service, since) -> {
          boolean late =
              Stream.concat(
                      Stream.of(Verbs.UPGRADE, Verbs.RETURN, Verbs.ROTATION_OFF, Verbs.RELEASE)
                          .flatMap(verb -> scene.begun(service, verb).stream()),
                      contracted())
                  .filter(begun -> !begun.isBefore(since))
                  .min(Comparator.naturalOrder())
                  .filter(end -> end.isBefore(since.plus(HEARD)))
                  .isPresent();
          if (!late) {
            throw new AssertionError(
                "succeeded, though " + service + " was broken or pointed elsewhere");
          }
        });
  }

  /** When schemas were contracted, which nothing was watched for any more. */
  private Stream<Instant> contracted() {
    return scene.scenario.schemas().stream()
        .filter(stage -> stage.when() == SchemaWhen.AFTER_CLEANUP)
        .flatMap(stage -> scene.step(SchemaRules.step(stage)).stream())
        .flatMap(step -> Stream.ofNullable(step.startedAt()));
  }

  /** All pods of what is upgraded in place run that version, and nothing selects by rotation. */
  private void membersRun(String version) {
    for (String service : scene.services()) {
      if (!scene.isInPlace(service) || scene.edited.contains(service)) {
        continue;
      }
      Members members = new Members(world, scene);
      for (Pod pod : members.pods(service)) {
        if (!Pods.image(pod).equals(Inventory.image(service, version))) {
          throw new AssertionError(World.name(pod) + " runs " + Pods.image(pod));
        }
        if (Marks.isInRotation(pod)) {
          throw new AssertionError(World.name(pod) + " still has the label of rotation");
        }
      }
    }
    world.server.list(Service.class, World.NAMESPACE).stream()
        .filter(service -> service.getSpec().getSelector().containsKey(Marks.ROTATION))
        .findFirst()
        .ifPresent(
            service -> {
              throw new AssertionError(World.name(service) + " still selects by rotation");
            });
  }

  /** Nobody who has answered a gate is left to wonder. */
  private void everyAnswerWasHeeded() {
    if (!scene.isMigrationThere()) {
      return;
    }
    world.server.list(MigrationApproval.class, World.NAMESPACE).stream()
        .filter(
            answer ->
                answer.getStatus() == null || answer.getStatus().state() == ApprovalState.PENDING)
        .findFirst()
        .ifPresent(
            answer -> {
              throw new AssertionError(
                  World.name(answer) + " was not heeded: " + answer.getStatus());
            });
  }

  private void noDatabaseIsWatched() {
    world.server.list(Job.class, World.NAMESPACE).stream()
        .filter(FakeDatabase::isWatching)
        .findFirst()
        .ifPresent(
            job -> {
              throw new AssertionError("ended, but " + World.name(job) + " goes on");
            });
  }

  private void nothingIsHeld() {
    world.server.all().stream()
        .filter(EndRules::isUsers)
        .filter(object -> !object.getKind().equals("Job"))
        .filter(
            object ->
                object instanceof Deployment
                    || object instanceof StatefulSet
                    || object instanceof Service)
        .filter(object -> !Marks.wasMadeBy(object, scene.migration().getMetadata().getUid()))
        .filter(object -> Marks.isHeldBy(object, Scene.MIGRATION))
        .findFirst()
        .ifPresent(
            object -> {
              throw new AssertionError("ended, but " + World.name(object) + " is still held");
            });
  }
}
